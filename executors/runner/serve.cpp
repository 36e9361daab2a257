#include "executors/runner/serve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/runner/spawn.h"

namespace sluice::executors {

namespace {

std::string runner_log_path(const std::string& folder) { return join_path(folder, "runner.log"); }

/// Waits for the runner's word: nothing means that all is well.
int relay_word(int pipe_end) {
  std::string word;
  std::array<char, 4096> buffer{};
  for (ssize_t count; (count = ::read(pipe_end, buffer.data(), buffer.size())) != 0;) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    word.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (word == "ready") return exit_done;
  if (word.empty()) word = "the runner ended before it was ready";
  std::fprintf(stderr, "sluice-runner: %s\n", word.c_str());
  return exit_io;
}

void say(int pipe_end, const std::string& word) {
  [[maybe_unused]] const ssize_t written = ::write(pipe_end, word.data(), word.size());
  ::close(pipe_end);
}

/// stdin from nowhere, everything else into the runner's own log.
bool leave_terminal(const std::string& folder) {
  const int null_fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int log_fd = ::open(runner_log_path(folder).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (null_fd < 0 || log_fd < 0) return false;
  ::dup2(null_fd, STDIN_FILENO);
  ::dup2(log_fd, STDOUT_FILENO);
  ::dup2(log_fd, STDERR_FILENO);
  ::close(null_fd);
  ::close(log_fd);
  return ::chdir("/") == 0;
}

int be_the_runner(const ServeOptions& options, int word_pipe) {
  Loop loop;
  auto server = Server::open(loop, options);
  if (!server) {
    say(word_pipe, to_string(server.error()));
    return exit_io;
  }
  if (!leave_terminal(options.folder)) {
    say(word_pipe,
        to_string(io_error("can't write the runner's log", runner_log_path(options.folder), errno)));
    return exit_io;
  }
  say(word_pipe, "ready");
  const auto ending = (*server)->run();
  server->reset();
  if (ending == Server::Ending::folder_may_go) static_cast<void>(RealDisk().remove_tree(options.folder));
  return exit_done;
}

}  // namespace

int serve(const ServeOptions& options) {
  forget_caller();
  int heard = -1;
  int said = -1;
  if (open_pipe(heard, said) != 0) return exit_io;
  const pid_t middle = ::fork();
  if (middle < 0) {
    std::fprintf(stderr, "sluice-runner: %s\n",
                 to_string(io_error("can't start a process", "fork", errno)).c_str());
    return exit_io;
  }
  if (middle > 0) {
    ::close(said);
    ::waitpid(middle, nullptr, 0);
    return relay_word(heard);
  }
  // Twice, so that the runner leads no session and can never be given a terminal again.
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  ::close(heard);
  return be_the_runner(options, said);
}

}  // namespace sluice::executors
