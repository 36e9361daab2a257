#include "executors/slurm/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "engine/base/process.h"

namespace sluice::executors::slurm {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t most_output = 64U << 20U;  ///< a squeue of a million jobs; more is a program gone wild

struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const auto& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

std::string search_path(const std::vector<std::string>& environment) {
  constexpr std::string_view key = "PATH=";
  for (const auto& variable : environment)
    if (variable.starts_with(key)) return variable.substr(key.size());
  return "";
}

/// Signals back to their defaults: the driver ignores SIGPIPE, its commands must not.
void set_signals(SpawnSetup& setup) {
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&setup.attributes, &defaults);
}

}  // namespace

std::vector<std::string> clean_environment(const char* const* environment) {
  constexpr std::array<std::string_view, 3> kept = {"SLURM_CONF=", "SLURM_CONF_SERVER=", "SLURM_JWT="};
  constexpr std::array<std::string_view, 13> dropped = {
      "SLURM_", "SLURMD_", "SBATCH_", "SQUEUE_", "SACCT_", "SCANCEL_", "SCONTROL_",
      "SINFO_", "SALLOC_", "SRUN_",   "PMI_",    "PMIX_",  "OMPI_"};
  std::vector<std::string> clean;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const auto begins = [&](std::string_view prefix) { return variable.starts_with(prefix); };
    if (std::any_of(dropped.begin(), dropped.end(), begins) && std::none_of(kept.begin(), kept.end(), begins))
      continue;
    clean.emplace_back(variable);
  }
  return clean;
}

struct Subprocesses::Child {
  explicit Child(asio::io_context& loop) : out(loop), err(loop), limit(loop), reaper(loop) {}
  CommandKind kind = CommandKind::queue;
  CommandResult result;
  Done done;
  pid_t pid = 0;
  bool reaped = false;
  int open_pipes = 2;
  int reap_rounds = 0;
  asio::posix::stream_descriptor out;
  asio::posix::stream_descriptor err;
  asio::steady_timer limit;
  asio::steady_timer reaper;
  std::array<char, 65536> out_buffer{};
  std::array<char, 4096> err_buffer{};
};

Subprocesses::Subprocesses(asio::io_context& loop, std::vector<std::string> environment, std::string folder)
    : loop_(loop), environment_(std::move(environment)), folder_(std::move(folder)) {}

Subprocesses::~Subprocesses() {
  for (auto& [id, child] : children_) {
    child->done = nullptr;
    if (child->kind != CommandKind::submit && child->pid > 0 && !child->reaped) ::kill(-child->pid, SIGKILL);
    error_code ignored;
    child->limit.cancel();
    child->reaper.cancel();
    child->out.close(ignored);
    child->err.close(ignored);
    if (child->pid > 0 && !child->reaped) ::waitpid(child->pid, nullptr, WNOHANG);
  }
}

void Subprocesses::run(const Command& command, Done done) {
  auto child = std::make_shared<Child>(loop_);
  child->kind = command.kind;
  child->result.id = command.id;
  child->done = std::move(done);
  children_[command.id] = child;

  std::array<int, 2> out{-1, -1};
  std::array<int, 2> err{-1, -1};
  int failed = open_pipe(out[0], out[1]);
  if (failed == 0) failed = open_pipe(err[0], err[1]);
  const std::string program = find_program(command.argv.front(), search_path(environment_));
  if (failed == 0 && program.empty()) failed = ENOENT;
  if (failed == 0) {
    SpawnSetup setup;
    posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&setup.actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&setup.actions, err[1], 2);
    // A driver's own folder may have been removed under its feet; sbatch refuses to work from nowhere.
    posix_spawn_file_actions_addchdir_np(&setup.actions, folder_.c_str());
    posix_spawnattr_setflags(&setup.attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&setup.attributes, 0);
    set_signals(setup);
    failed = ::posix_spawn(&child->pid, program.c_str(), &setup.actions, &setup.attributes,
                           pointers(command.argv).data(), pointers(environment_).data());
  }
  if (out[1] >= 0) ::close(out[1]);
  if (err[1] >= 0) ::close(err[1]);
  if (failed != 0) {
    if (out[0] >= 0) ::close(out[0]);
    if (err[0] >= 0) ::close(err[0]);
    child->pid = 0;
    child->result.started = false;
    child->result.err = std::strerror(failed);
    asio::post(loop_, [this, child] {
      if (child->done) finish(child);
    });
    return;
  }
  child->out.assign(out[0]);
  child->err.assign(err[0]);
  read_more(child, false);
  read_more(child, true);
  child->limit.expires_after(std::chrono::milliseconds(static_cast<std::int64_t>(command.timeout_s * 1000)));
  child->limit.async_wait([this, child](const error_code& error) {
    if (error || !child->done) return;
    child->result.timed_out = true;
    ::kill(-child->pid, SIGKILL);
    reap_later(child);
  });
  reap_later(child);
}

void Subprocesses::read_more(const std::shared_ptr<Child>& child, bool from_err) {
  auto& pipe = from_err ? child->err : child->out;
  const auto buffer = from_err ? asio::buffer(child->err_buffer) : asio::buffer(child->out_buffer);
  pipe.async_read_some(buffer, [this, child, from_err](const error_code& error, std::size_t count) {
    if (!child->done) return;
    std::string& text = from_err ? child->result.err : child->result.out;
    const char* data = from_err ? child->err_buffer.data() : child->out_buffer.data();
    if (text.size() < most_output) text.append(data, count);
    if (!error) return read_more(child, from_err);
    --child->open_pipes;
    reap(child);
  });
}

/// Done when the program has ended and its pipes are drained. A wrapper may leave something behind that holds
/// a pipe open; that is not waited for.
void Subprocesses::reap(const std::shared_ptr<Child>& child) {
  if (!child->done) return;
  if (!child->reaped) {
    int status = 0;
    const pid_t pid = ::waitpid(child->pid, &status, WNOHANG);
    if (pid == 0) return;
    child->reaped = true;
    child->reap_rounds = 0;
    constexpr int signal_base = 128;
    constexpr int nobody_knows = 255;  // somebody else has reaped it
    child->result.exit_code = pid < 0               ? nobody_knows
                              : WIFSIGNALED(status) ? signal_base + WTERMSIG(status)
                                                    : WEXITSTATUS(status);
  }
  constexpr int patience_rounds = 6;
  if (child->open_pipes > 0 && child->reap_rounds < patience_rounds) return;
  finish(child);
}

/// Short pauses at first: most commands take milliseconds.
void Subprocesses::reap_later(const std::shared_ptr<Child>& child) {
  constexpr int most_doublings = 7;
  const int pause_ms = 2 << std::min(child->reap_rounds++, most_doublings);
  child->reaper.expires_after(std::chrono::milliseconds(pause_ms));
  child->reaper.async_wait([this, child](const error_code& error) {
    if (error || !child->done) return;
    reap(child);
    if (child->done) reap_later(child);
  });
}

void Subprocesses::finish(const std::shared_ptr<Child>& child) {
  Done done = std::exchange(child->done, nullptr);
  error_code ignored;
  child->limit.cancel();
  child->reaper.cancel();
  child->out.close(ignored);
  child->err.close(ignored);
  children_.erase(child->result.id);
  done(std::move(child->result));
}

}  // namespace sluice::executors::slurm
