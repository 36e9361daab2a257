// What a task is told: its argument vector with the MPI launcher in front, and its environment. A task sees
// the few variables that the site needs (PATH, HOME, USER, LANG, TMPDIR, LD_LIBRARY_PATH), those the workflow
// declares, and nothing else, so that two people running one workflow run the same thing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "executors/executor.h"

namespace sluice::executors {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// The variables of this process that tasks may see; `more` names further ones, a trailing * stands for any
/// ending.
Environment pass_through(const std::vector<std::string>& more = {});

struct TaskSurroundings {
  Environment base;                   ///< what pass_through gave
  std::vector<std::string> launcher;  ///< for ranks > 1; {ranks} and {cpus_per_rank} are replaced
  /// Names of all GPUs of this runner as CUDA_VISIBLE_DEVICES writes them; empty: GPUs are not ours to hand
  /// out.
  std::vector<std::string> gpu_names;
};

/// OpenMPI's mpirun, without binding to cores: several tasks share the node.
std::vector<std::string> default_launcher();

/// Computed variables first (OMP_NUM_THREADS, SLUICE_CPUS, CUDA_VISIBLE_DEVICES), so that the attempt's own
/// win.
std::vector<std::string> task_environment(const AttemptSpec& attempt, const TaskSurroundings& surroundings,
                                          const std::vector<int>& gpus);
std::vector<std::string> task_argv(const AttemptSpec& attempt, const TaskSurroundings& surroundings);
/// The program as a path: looked up in the PATH that the task will see when its name has no slash; empty if
/// not found.
std::string task_program(const std::string& name, const std::vector<std::string>& environment);

}  // namespace sluice::executors
