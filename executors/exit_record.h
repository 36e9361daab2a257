// Evidence: what the runner saw when an attempt ended, written where nothing can tear it (its journal, or a
// file of its own renamed into place). An exit record beats every queue and every accounting database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/result.h"

namespace sluice::executors {

/// Why the runner itself ended the attempt, when it did.
enum class Cause : std::uint8_t {
  none,          ///< the program ended by itself
  start_failed,  ///< it could not be started (not found, not executable, folder gone): `message` says why
  timeout,       ///< the runner's time limit
  oom,           ///< the memory limit, or the kernel's OOM killer
  cancelled,     ///< asked to
  preempted,     ///< the batch system wants the node back
  node_lost,     ///< the runner, or its host, went away while the program ran
};

struct OutputEvidence {
  std::string name;
  std::string path;  ///< as in ExpectedOutput: relative to the attempt folder
  Content content;   ///< kind missing: it was not there
};

struct Usage {
  double user_s = 0;
  double system_s = 0;
  std::uint64_t peak_rss_bytes = 0;  ///< of the process group, sampled, or the largest process's from rusage
};

struct ExitRecord {
  std::string token;
  std::string job;    ///< the batch system's job id; the runner's own id for local
  int restart = 0;    ///< how often the batch system started this job before
  int exit_code = 0;  ///< the program's, when `signal` is 0
  int signal = 0;
  Cause cause = Cause::none;
  std::string message;  ///< for people; empty when there is nothing to say
  std::string node;
  std::int64_t started_ns = 0;  ///< wall clock of the node
  std::int64_t ended_ns = 0;
  Usage usage;
  std::vector<int> gpus;
  std::vector<OutputEvidence> outputs;  ///< surveyed and hashed right after the program ended with 0 or 75
};

std::string_view to_string(Cause cause);
json::object to_json(const ExitRecord& record);
Result<ExitRecord> exit_record_from_json(const json::object& object, const std::string& where);

}  // namespace sluice::executors
