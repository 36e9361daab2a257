// What the server writes: which attempt a run became, and how that ended.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/handoff/layout.h"

namespace sluice::handoff {

enum class JobState : std::uint8_t { submitted, running, ended };

/// job.NNNN.json: replaced with each change. A retry of the same run is a new attempt, with a new token.
struct Job {
  TrialRun id;
  std::string token;
  int attempt = 1;
  JobState state = JobState::submitted;
  /// Once ended: "success", "again" (a checkpoint, but not the milestone), "user" (its exit code),
  /// "out-of-memory", "timeout", "infrastructure", "cancelled" or "refused".
  std::string outcome;
  std::string message;  ///< for people
  json::object record;  ///< once ended: the exit record, when there is one (docs/run-folder.md)
  int gpus = 0;         ///< that the attempt has
};

Status write(Disk& disk, const std::string& folder, const Job& job);
Result<Job> read_job(Disk& disk, const std::string& folder, TrialRun id);

std::string_view to_string(JobState state);

}  // namespace sluice::handoff
