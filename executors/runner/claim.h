// Who may run an attempt: one file, made exclusively, in the attempt's folder. A job that was submitted twice
// by a crash between the submission and its record finds the other's claim and steps back. The same job,
// started again by the batch system after a preemption or a node failure, goes on.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "executors/attempt_files.h"
#include "executors/executor.h"

namespace sluice::executors {

struct Claim {
  bool won = false;
  std::string owner;  ///< "job 4711, start 0, on node7": who has it instead; "": nobody, its run gave it up
};

Result<Claim> claim_attempt(const std::string& folder, const Token& token, const JobStart& start);

}  // namespace sluice::executors
