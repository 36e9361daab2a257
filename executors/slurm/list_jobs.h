// The jobs of all run folders that wait or run, with the attempts they are for: what `sluice orphans`
// compares with what runs own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/executor.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

struct QueuedJob {
  std::string job;    ///< "123" or "123_4"
  std::string state;  ///< Slurm's word
  std::string batch;
  std::string comment;
  std::string run_folder;  ///< empty: it was not submitted from a run folder
  Token token;             ///< empty: the record of what was submitted is gone
};

/// Blocks for one squeue. Jobs that are ending are left out.
Result<std::vector<QueuedJob>> list_jobs(const SlurmConfig& config, Disk& disk, Processes& processes);

}  // namespace sluice::executors::slurm
