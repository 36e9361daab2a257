// Starts one program as the leader of a session of its own. vfork, so that the cost does not grow with the
// memory of the caller; written out instead of posix_spawn because a failure must be told as the step that
// failed, and because the child has to enter its control group before it can allocate anything.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace sluice::executors {

struct Launch {
  std::string program;  ///< a path, or empty when none was found; argv[0] is what the program is told
  std::vector<std::string> argv;
  std::vector<std::string> env;  ///< "KEY=value"
  std::string folder;
  int log_fd = -1;                     ///< becomes stdout and stderr
  int null_fd = -1;                    ///< becomes stdin
  int cgroup_fd = -1;                  ///< cgroup.procs of the group to enter, or -1
  const rlimit* open_files = nullptr;  ///< the limit to give back to the program
};

enum class LaunchStep : int { none, process, folder, control_group, program };

struct Launched {
  pid_t pid = 0;  ///< 0: not started
  LaunchStep failed = LaunchStep::none;
  int error_number = 0;
};

/// Closes and resets what this process was given beyond stdin, stdout and stderr (descriptors, ignored
/// signals), so that it can't reach the programs it starts.
void forget_caller();

Launched launch(const Launch& launch);

/// What to tell a user about a failed launch, in one sentence with a way out.
std::string describe_failure(const Launch& launch, const Launched& launched);
/// The exit code that a shell would give: 127 not found, 126 not executable.
int failure_exit_code(const Launched& launched);

}  // namespace sluice::executors
