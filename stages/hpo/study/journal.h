// The journal of a study: every decision before it has any effect, every result when it is known, one sealed
// line each (engine/base/record_line.h). Reading it back puts a study where it was, bit by bit: the scheduler
// decides everything again and has to decide the same; configurations are taken from the lines.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "stages/hpo/study/study.h"

namespace sluice::hpo {

/// The first line, so that a journal is not continued with other settings.
std::string journal_head(const StudySettings& settings, std::string_view study_text);
/// How many trials are allowed from here on: written at the start, and whenever a study gets more.
std::string journal_allow(std::int64_t trials);
std::string journal_line(const Space& space, const Work& work);
std::string journal_line(std::int64_t work, const WorkResult& result);

struct Replay {
  std::int64_t works = 0;
  std::int64_t results = 0;
  std::int64_t allowed = 0;  ///< trials, at the end
  std::size_t consumed = 0;  ///< bytes that were whole: where to go on writing
};
/// Does to a new study what the journal says. A torn end is left out; damage before it is an error.
Result<Replay> replay(Study& study, std::string_view head, std::string_view bytes, const std::string& where);

}  // namespace sluice::hpo
