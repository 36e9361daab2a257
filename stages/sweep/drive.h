// The loop of a sweep: decide, write it down, ask for it, see what came of it, write that down, decide again.
// It may die between any two of these; the journal says where it was, and every step may be repeated.
#pragma once

#include <functional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "stages/hpo/study/study.h"
#include "stages/sweep/append_file.h"
#include "stages/sweep/world.h"

namespace sluice::sweep {

constexpr const char* journal_name = "journal.jsonl";
constexpr const char* study_name = "study.toml";

struct Drive {
  hpo::Study& study;
  World& world;
  AppendFile* journal = nullptr;                ///< a rehearsal keeps none
  std::function<bool()> should_stop;            ///< asked often
  std::function<Status()> may_write;            ///< the fence
  std::function<void(const hpo::Work&)> heard;  ///< after each result
  Clock* clock = nullptr;                       ///< for the times in the journal, which decide nothing
};

enum class Finish : std::uint8_t { done, stopped };

/// Until the study is done, or somebody asks to stop.
Result<Finish> drive(Drive& drive);

/// Opens the journal of a study folder and brings the study to where it was.
Status resume(Disk& disk, const std::string& folder, const std::string& study_text, hpo::Study& study,
              AppendFile& journal);

/// A study that has had more trials than this one may have, and had stopped at just as many before: true, and
/// the study is as it was then. Its results are those of a study that never had more.
Result<bool> recall(Disk& disk, const std::string& folder, const std::string& study_text, hpo::Study& study);

}  // namespace sluice::sweep
