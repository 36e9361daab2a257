// Weighs the evidence about an ended attempt: exit record over accounting over queue. A task succeeded only
// if its exit record says 0 and its declared outputs were there; a word nobody knows is never a success.
#pragma once

#include <string>

#include "engine/schedule/scheduler.h"
#include "executors/executor.h"

namespace sluice::run {

struct Judgement {
  schedule::Outcome outcome = schedule::Outcome::infrastructure;
  std::string message;  ///< for people: why it is not a success; empty for a success
};

/// `may_ask_again`: a Sluice stage, whose exit code 75 means "stopped at a checkpoint".
Judgement judge(const executors::Finished& finished, bool may_ask_again);

std::string_view to_string(schedule::Outcome outcome);

}  // namespace sluice::run
