// The text of a job script. It does next to nothing, on purpose: the site's prologue, then it becomes the
// runner, which is told one path. Nothing of an attempt's own (arguments, variables, names) ever passes
// through a shell.
#pragma once

#include <string>

#include "executors/attempt_files.h"
#include "executors/slurm/commands.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

struct ScriptPaths {
  std::string spec;  ///< of a single attempt
  std::string list;  ///< of an array: a file with the path of one spec a line
};

std::string job_script(const SlurmConfig& config, const JobRequest& request, const ScriptPaths& paths);

/// The attempt as the node will see it: the program inside its container, and what of the job's environment
/// it needs.
AttemptFile file_for_node(const SlurmConfig& config, AttemptSpec attempt);

}  // namespace sluice::executors::slurm
