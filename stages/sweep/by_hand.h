// What a person types: looking at a study, and starting one without writing a workflow.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/result.h"

namespace sluice::sweep {

/// "status", "best", "show" and "report" look at a study folder; "run" starts a study.
bool is_verb(const std::string& word);
/// The exit code. `run` does not come back: the process becomes `sluice run`.
int by_hand(std::span<const std::string> words, std::ostream& out, std::ostream& err);

/// The one-stage workflow that tunes `command` on a study file.
struct HandWorkflow {
  std::string name;
  std::string study;  ///< path of the study file, as the workflow sees it
  std::vector<std::string> command;
  std::int64_t parallel = 1;
  std::optional<std::int64_t> trials = {};  ///< instead of the study's
  std::set<std::string> files = {};  ///< words of the command that are files here: trials run elsewhere
};
std::string workflow_text(const HandWorkflow& workflow);

}  // namespace sluice::sweep
