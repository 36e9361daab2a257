#include "executors/runner/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sluice::executors {

namespace {

/// Everything the child needs, prepared before the vfork: between it and exec the two share one memory.
struct Prepared {
  const char* program;
  char* const* argv;
  char* const* env;
  const char* folder;
  int log_fd;
  int null_fd;
  int cgroup_fd;
  const rlimit* open_files;
  LaunchStep failed = LaunchStep::none;
  int error_number = 0;
};

/// When memory runs out the kernel shall take a task, not the runner that has to tell about it.
void offer_to_oom_killer() {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, "500", 3);
  ::close(fd);
}

[[noreturn]] void fail(Prepared& prepared, LaunchStep step) {
  prepared.error_number = errno;
  prepared.failed = step;
  ::_exit(127);
}

[[noreturn]] void run_child(Prepared& prepared) {
  ::setsid();
  if (prepared.cgroup_fd >= 0 && ::write(prepared.cgroup_fd, "0", 1) != 1)
    fail(prepared, LaunchStep::control_group);
  offer_to_oom_killer();
  if (::chdir(prepared.folder) != 0) fail(prepared, LaunchStep::folder);
  ::dup2(prepared.null_fd, STDIN_FILENO);
  ::dup2(prepared.log_fd, STDOUT_FILENO);
  ::dup2(prepared.log_fd, STDERR_FILENO);
  if (prepared.open_files != nullptr) ::setrlimit(RLIMIT_NOFILE, prepared.open_files);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(prepared.program, prepared.argv, prepared.env);
  fail(prepared, LaunchStep::program);
}

/// Alone in a function, and not inlined: nothing of the caller may live in registers that the child
/// overwrites.
[[gnu::noinline]] pid_t vfork_and_run(Prepared& prepared) {
  const pid_t pid = ::vfork();
  if (pid == 0) run_child(prepared);
  return pid;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string describe_exec_failure(const std::string& program, int error_number) {
  if (program.find('/') == std::string::npos)
    return "can't start '" + program + "': no folder of PATH holds such a program";
  struct stat found {};
  const bool exists = ::stat(program.c_str(), &found) == 0;
  if (error_number == ENOENT && exists)
    return "can't start '" + program + "': the interpreter in its first line (or its loader) is not there";
  if (error_number == ENOENT) return "can't start '" + program + "': there is no such program";
  if (error_number == EACCES && exists && S_ISDIR(found.st_mode))
    return "can't start '" + program + "': it is a folder";
  if (error_number == EACCES) return "can't start '" + program + "': no permission to run it (chmod +x?)";
  if (error_number == ENOEXEC)
    return "can't start '" + program +
           "': neither a program of this machine nor a script that begins with #!";
  if (error_number == E2BIG)
    return "can't start '" + program + "': its arguments and environment are too long";
  return "can't start '" + program + "': " + std::strerror(error_number);
}

}  // namespace

void forget_caller() {
  ::closefrom(STDERR_FILENO + 1);
  for (int signal = 1; signal < SIGRTMIN; ++signal) ::signal(signal, SIG_DFL);
}

Launched launch(const Launch& launch) {
  const auto argv = pointers_to(launch.argv);
  const auto env = pointers_to(launch.env);
  Prepared prepared{launch.program.c_str(), argv.data(),    env.data(),       launch.folder.c_str(),
                    launch.log_fd,          launch.null_fd, launch.cgroup_fd, launch.open_files};
  const pid_t pid = vfork_and_run(prepared);
  if (pid < 0) return {0, LaunchStep::process, errno};
  if (prepared.failed == LaunchStep::none) return {pid, LaunchStep::none, 0};
  ::waitpid(pid, nullptr, 0);
  return {0, prepared.failed, prepared.error_number};
}

std::string describe_failure(const Launch& launch, const Launched& launched) {
  std::string reason = std::strerror(launched.error_number);
  switch (launched.failed) {
    case LaunchStep::none: return "";
    case LaunchStep::process:
      return "can't start a process: " + reason + " (too many processes? see ulimit -u)";
    case LaunchStep::folder: return "can't enter its folder '" + launch.folder + "': " + reason;
    case LaunchStep::control_group: return "can't enter its control group: " + reason;
    case LaunchStep::program:
      return describe_exec_failure(launch.program.empty() ? launch.argv.front() : launch.program,
                                   launched.error_number);
  }
  return reason;
}

int failure_exit_code(const Launched& launched) {
  constexpr int not_found = 127;
  constexpr int not_executable = 126;
  return launched.failed == LaunchStep::program && launched.error_number != ENOENT ? not_executable
                                                                                   : not_found;
}

}  // namespace sluice::executors
