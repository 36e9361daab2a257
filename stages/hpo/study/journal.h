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
/// How many trials are allowed from here on, and how many at a time: written at the start, and whenever a
/// study gets more.
std::string journal_allow(std::int64_t trials, std::int64_t parallel);
/// `at_ms` (since the Unix epoch; 0: unknown) is for people who look at the study. No decision depends on it.
std::string journal_line(const Space& space, const Work& work, std::int64_t at_ms = 0);
std::string journal_line(std::int64_t work, const WorkResult& result, std::int64_t at_ms = 0);
/// A work that gets another run: as it is after Study::again.
std::string journal_again(const Work& work, const std::string& why);

/// When a work was decided on, and when its result was known; 0: unknown.
struct WorkTimes {
  std::int64_t begun_ms = 0;
  std::int64_t ended_ms = 0;
};

struct Replay {
  std::int64_t works = 0;
  std::int64_t results = 0;
  std::int64_t allowed = 0;      ///< trials, at the end
  std::size_t consumed = 0;      ///< bytes that were whole: where to go on writing
  std::vector<WorkTimes> times;  ///< by number of the work
};
/// The lines before the one that allowed more than so many trials; all of them where none did.
std::string_view journal_up_to(std::string_view bytes, std::int64_t trials);
/// Does to a new study what the journal says. A torn end is left out; damage before it is an error.
Result<Replay> replay(Study& study, std::string_view head, std::string_view bytes, const std::string& where);

}  // namespace sluice::hpo
