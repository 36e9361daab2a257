// How a supervised attempt is made to end: ask, wait the grace, kill; and how what it left behind is found.
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "executors/runner/supervisor.h"

namespace sluice::executors {

namespace {

struct ByPid {
  bool operator()(const ProcessEntry& process, pid_t pid) const { return process.pid < pid; }
  bool operator()(pid_t pid, const ProcessEntry& process) const { return pid < process.pid; }
};

}  // namespace

bool Supervisor::stop(const Token& token, CancelMode mode, Cause cause, const std::string& message) {
  const auto found = children_.find(token);
  if (found == children_.end()) return false;
  Child& child = *found->second;
  if (child.phase == Phase::surveying) return true;
  if (child.phase == Phase::running && child.cause == Cause::none) {
    child.cause = cause;
    child.message = message;
  }
  if (mode == CancelMode::kill)
    kill_now(child);
  else if (!child.stopping)
    ask_to_end(child);
  return true;
}

void Supervisor::stop_all(CancelMode mode, Cause cause, const std::string& message) {
  std::vector<Token> tokens;
  for (const auto& [token, child] : children_) tokens.push_back(token);
  for (const auto& token : tokens) stop(token, mode, cause, message);
}

void Supervisor::forward(int signal) {
  for (const auto& [token, child] : children_)
    if (child->phase == Phase::running) signal_program(*child, signal);
}

/// An MPI launcher passes signals on itself; its ranks would get them twice if the whole group were told.
void Supervisor::signal_program(const Child& child, int signal) const {
  ::kill(child.uses_launcher() ? child.pid : -child.pid, signal);
}

void Supervisor::ask_to_end(Child& child) {
  child.stopping = true;
  // On TERM mpirun kills its ranks within two seconds, before they have written a checkpoint; USR2 it passes
  // on.
  signal_program(child, child.uses_launcher() ? SIGUSR2 : SIGTERM);
  signal_program(child, SIGCONT);  // a stopped program can't listen
  child.kill_timer =
      loop_.after(child.spec.grace_s, [this, token = child.spec.token] { kill_now(*children_.at(token)); });
}

void Supervisor::kill_now(Child& child) {
  if (child.kill_timer) loop_.cancel(*child.kill_timer);
  if (child.phase == Phase::sweeping && !anything_left(child)) return swept(child);
  child.stopping = true;
  if (child.cgroup) child.cgroup->kill_all();
  for (const auto& process : remains(child)) ::kill(process.pid, SIGKILL);
  if (child.phase == Phase::running) ::kill(child.pid, SIGKILL);
  kill_again_later(child);
}

/// Somebody may have forked while we looked, or hang in the kernel (a dead file server), where no signal
/// arrives.
void Supervisor::kill_again_later(Child& child) {
  constexpr double pause_s = 0.5;
  constexpr int rounds_before_a_word = 20;
  constexpr int most_rounds_for_leftovers = 20;
  ++child.kill_rounds;
  if (child.kill_rounds == rounds_before_a_word)
    listener_.log(LogLevel::warning,
                  child.spec.token + " was killed but does not go: its processes hang in the kernel");
  if (child.phase == Phase::sweeping && child.kill_rounds > most_rounds_for_leftovers) {
    child.message += " (some would not go)";
    child.abandoned = true;
    child.kill_timer.reset();
    return swept(child);
  }
  child.kill_timer =
      loop_.after(pause_s, [this, token = child.spec.token] { kill_now(*children_.at(token)); });
}

/// Cheap, because it is asked at the end of every attempt: is its process group empty, and has no orphan come
/// to us?
bool Supervisor::anything_left(Child& child) {
  strangers_ = false;
  if (::kill(-child.pid, 0) == 0 || errno == EPERM) return true;
  if (child.cgroup && !child.cgroup->empty()) return true;
  bool left = false;
  for (const pid_t pid : own_children()) {
    if (by_pid_.contains(pid)) continue;
    const auto process = look_at_process(pid);
    if (process.pid == 0 || process.zombie) continue;
    if (is_stray_of(child, process)) {
      child.strays.insert(pid);
      left = true;
    } else {
      strangers_ = true;
    }
  }
  return left;
}

/// An orphan that has left its session is known by having been seen before, by its mark, or by where it
/// stands.
bool Supervisor::is_stray_of(const Child& child, const ProcessEntry& process) const {
  return child.strays.contains(process.pid) || process.session == child.pid ||
         mark_of(process.pid) == child.spec.token || folder_of(process.pid) == child.spec.folder;
}

std::vector<ProcessEntry> Supervisor::remains(const Child& child) const {
  const auto all = list_processes();
  // A pid stays taken while a session or group is called after it. So when the program has been reaped and
  // its pid is there again, that is a stranger, and so is everything in a session of that name.
  const bool reused =
      child.phase != Phase::running && std::binary_search(all.begin(), all.end(), child.pid, ByPid{});
  return members(all, reused ? 0 : child.pid, child.strays);
}

}  // namespace sluice::executors
