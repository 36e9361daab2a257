#include "executors/external/plugin_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "engine/base/disk.h"
#include "engine/base/process.h"

extern char** environ;  // NOLINT: POSIX names it

namespace sluice::executors::external {

namespace {

void close_one(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

/// Two ends of a channel: ours does not block, and neither is inherited by anybody else.
struct Channel {
  int ours = -1;
  int theirs = -1;
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    close_one(ours);
    close_one(theirs);
  }
  /// A socket, because writing to a pipe that nobody reads would raise SIGPIPE.
  bool open_for_writing() {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
    ours = ends[0];
    theirs = ends[1];
    return ::fcntl(ours, F_SETFL, O_NONBLOCK) == 0;
  }
  bool open_for_reading() {
    if (open_pipe(ours, theirs) != 0) return false;
    return ::fcntl(ours, F_SETFL, O_NONBLOCK) == 0;
  }
  int take() {
    const int taken = ours;
    ours = -1;
    return taken;
  }
};

struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnSetup() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
};

/// Signals back to their defaults: what we block or ignore it must not.
void set_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD})
    ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(
      &attributes, static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

}  // namespace

PluginProcess::~PluginProcess() {
  close();
  if (pid_ > 0) ::waitpid(pid_, nullptr, WNOHANG);
}

Status PluginProcess::start(const std::vector<std::string>& argv, const std::string& folder) {
  close();
  Channel input;
  Channel output;
  Channel errors;
  if (!input.open_for_writing() || !output.open_for_reading() || !errors.open_for_reading())
    return io_error("no channel to the plug-in", argv.front(), errno);
  SpawnSetup setup;
  ::posix_spawn_file_actions_adddup2(&setup.actions, input.theirs, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&setup.actions, output.theirs, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&setup.actions, errors.theirs, STDERR_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&setup.actions, folder.c_str());
  set_signals(setup.attributes);
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, words[0], &setup.actions, &setup.attributes, words.data(), environ);
  if (failed != 0) return io_error("can't start the plug-in", argv.front(), failed);
  pid_ = pid;
  input_ = input.take();
  output_ = output.take();
  errors_ = errors.take();
  return Ok{};
}

std::optional<std::size_t> PluginProcess::write(std::string_view bytes) {
  if (input_ < 0) return std::nullopt;
  const ssize_t count = ::send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS) return 0;
  return std::nullopt;
}

bool PluginProcess::read(int descriptor, std::string& into) {
  constexpr std::size_t most_at_once = 1024 * 1024;
  std::array<char, 65536> buffer{};
  for (std::size_t total = 0; total < most_at_once;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    into.append(buffer.data(), static_cast<std::size_t>(count));
    total += static_cast<std::size_t>(count);
  }
  return true;
}

void PluginProcess::close_input() { close_one(input_); }

void PluginProcess::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::optional<std::string> PluginProcess::reap() {
  if (pid_ <= 0) return "not running";
  int status = 0;
  const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
  if (reaped == 0) return std::nullopt;
  pid_ = 0;
  if (reaped < 0) return "gone";  // somebody else has reaped it
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

void PluginProcess::close() {
  close_one(input_);
  close_one(output_);
  close_one(errors_);
}

}  // namespace sluice::executors::external
