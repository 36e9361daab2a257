#include "engine/base/capture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/units.h"

extern char** environ;  // NOLINT: POSIX names it

namespace sluice {

namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() { open_pipe(read_end, write_end); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_write();
    close_read();
  }
  void close_write() {
    if (write_end >= 0) ::close(write_end);
    write_end = -1;
  }
  void close_read() {
    if (read_end >= 0) ::close(read_end);
    read_end = -1;
  }
};

Result<pid_t> spawn_with_pipes(const std::vector<std::string>& argv, const Pipe& out, const Pipe& err) {
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, words[0], &actions, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return io_error("can't start it", argv[0], failed);
  return pid;
}

double seconds_now() { return static_cast<double>(RealClock().mono_ns()) / static_cast<double>(ns_per_s); }

/// What a process has computed so far, without its children; 0 when that can't be told any more.
double cpu_seconds(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// How long the wait may go on: asked each time before it does.
class Waiting {
 public:
  Waiting(pid_t pid, const Patience& patience) : pid_(pid), patience_(patience), began_s_(seconds_now()) {}

  /// At most so many seconds, then ask again; 0: no longer.
  double next_s() {
    const double waited_s = seconds_now() - began_s_;
    double left_s = patience_.wall_s - waited_s;
    if (patience_.tell) {
      if (waited_s >= patience_.tell_after_s)
        std::exchange(patience_.tell, nullptr)();
      else
        left_s = std::min(left_s, patience_.tell_after_s - waited_s);
    }
    if (patience_.cpu_s > 0) left_s = std::min(left_s, std::min(patience_.cpu_s - cpu_seconds(pid_), 1.0));
    return std::max(left_s, 0.0);
  }

  /// Of which patience there was too little.
  std::string limit() const {
    if (seconds_now() - began_s_ >= patience_.wall_s) return "within " + format_seconds(patience_.wall_s);
    return "after " + format_seconds(patience_.cpu_s) + " of computing";
  }

 private:
  pid_t pid_;
  Patience patience_;
  double began_s_;
};

/// Reads both pipes until they end; false when the time is up.
bool drain(Pipe& out, Pipe& err, Captured& captured, Waiting& waiting) {
  constexpr std::size_t most = 64U << 20U;
  std::array<char, 65536> buffer{};
  while (out.read_end >= 0 || err.read_end >= 0) {
    const double left = waiting.next_s();
    if (left <= 0) return false;
    std::array<pollfd, 2> watched{{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(left * 1000) + 1) < 0 && errno != EINTR)
      return false;
    const auto take = [&](pollfd& watch, Pipe& pipe, std::string& text) {
      if (watch.revents == 0) return;
      const ssize_t count = ::read(pipe.read_end, buffer.data(), buffer.size());
      if (count > 0 && text.size() < most) text.append(buffer.data(), static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) pipe.close_read();
    };
    take(watched[0], out, captured.out);
    take(watched[1], err, captured.err);
  }
  return true;
}

}  // namespace

Result<Captured> capture(const std::vector<std::string>& argv, const Patience& patience) {
  Pipe out;
  Pipe err;
  if (out.write_end < 0 || err.write_end < 0) return io_error("can't make a pipe", argv.front(), errno);
  auto pid = spawn_with_pipes(argv, out, err);
  if (!pid) return std::move(pid).error();
  out.close_write();
  err.close_write();
  Captured captured;
  Waiting waiting(*pid, patience);
  const bool in_time = drain(out, err, captured, waiting);
  const std::string limit = in_time ? "" : waiting.limit();
  if (!in_time) ::kill(-*pid, SIGKILL);
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time)
    return Error{"no answer " + limit, argv.front(), "run it by hand to see what it does", ErrorKind::io};
  captured.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return captured;
}

Result<Captured> RealProcesses::capture(const std::vector<std::string>& argv, int timeout_s) {
  return sluice::capture(
      argv, {.wall_s = static_cast<double>(timeout_s), .cpu_s = 0, .tell_after_s = 0, .tell = {}});
}

}  // namespace sluice
