// The files that a runner leaves in the folder of an attempt when it runs exactly that one, as a batch system
// or a plug-in starts it. Their names hold the job and how often the batch system has restarted it, because a
// requeued job may have left an exit record of its earlier life.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "executors/executor.h"
#include "executors/exit_record.h"

namespace sluice::executors {

struct JobStart {
  std::string job = "local";
  int restart = 0;

  bool operator==(const JobStart&) const = default;
};

/// What `sluice-runner --attempt FILE` reads: an attempt, and what the node needs to know about it.
struct AttemptFile {
  AttemptSpec attempt;
  std::vector<std::string> launcher;  ///< in front of argv when ranks > 1; empty: the runner's own choice
  std::vector<std::string>
      pass_env;  ///< more variables of the job to pass on: names, or beginnings like "SLURM_*"
};
std::string encode_attempt_file(const AttemptFile& file);
Result<AttemptFile> decode_attempt_file(std::string_view text, const std::string& path);

std::string claim_path(const std::string& folder);  ///< folder/claim: who may run the attempt
std::string exit_path(const std::string& folder, const JobStart& start);  ///< folder/exit.JOB.RESTART.json
std::string beat_path(const std::string& folder, const JobStart& start);  ///< folder/beat.JOB.RESTART

/// One sealed line: a record of which any byte is missing is no evidence.
std::string encode_exit_file(const ExitRecord& record);
Result<ExitRecord> decode_exit_file(std::string_view bytes, const std::string& path);

/// The record of a job's latest start, if it has written one yet. An empty `job` accepts any. The folder is
/// listed, not only looked up: a network file system may still remember that a file was absent.
Result<std::optional<ExitRecord>> find_exit_record(Disk& disk, const std::string& folder,
                                                   const std::string& job);

}  // namespace sluice::executors
