#include "executors/runner/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/base/units.h"
#include "executors/runner/spawn.h"

namespace sluice::executors {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

bool is_shortage(int error_number) {
  return error_number == EAGAIN || error_number == ENOMEM || error_number == EMFILE ||
         error_number == ENFILE || error_number == ENOSPC || error_number == EDQUOT;
}

void append(std::string& message, const std::string& more) {
  if (more.empty()) return;
  if (!message.empty()) message += "; ";
  message += more;
}

std::int64_t wall_ns() { return RealClock().wall_ns(); }

}  // namespace

Supervisor::Supervisor(Loop& loop, Listener listener)
    : loop_(loop),
      listener_(std::move(listener)),
      survey_(loop),
      cgroups_(CgroupRoot::find()),
      node_(host_name()),
      null_fd_(::open("/dev/null", O_RDWR | O_CLOEXEC)) {
  ::getrlimit(RLIMIT_NOFILE, &open_files_);
  const rlimit all{open_files_.rlim_max, open_files_.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &all);
}

Supervisor::~Supervisor() { ::close(null_fd_); }

const Child* Supervisor::find(const Token& token) const {
  const auto found = children_.find(token);
  return found == children_.end() ? nullptr : found->second.get();
}

std::optional<Cgroup> Supervisor::make_cgroup(const AttemptSpec& spec) {
  if (!cgroups_ || spec.resources.memory_bytes == 0) return std::nullopt;
  const std::string name = "sluice-" + std::to_string(::getpid()) + "-" + std::to_string(++cgroup_number_);
  auto made = cgroups_->make(name, spec.resources.memory_bytes);
  if (made) return std::move(*made);
  listener_.log(LogLevel::warning,
                to_string(made.error()) + "; memory limits are watched by sampling from now on");
  cgroups_.reset();
  return std::nullopt;
}

Supervisor::Shortage Supervisor::start(const AttemptSpec& spec, const JobStart& start,
                                       const std::vector<int>& gpus, const TaskSurroundings& surroundings) {
  auto child = std::make_unique<Child>();
  child->spec = spec;
  child->start = start;
  child->gpus = gpus;
  child->started_ns = wall_ns();
  constexpr int not_started = 127;
  auto log = logs_.open(spec.log);
  if (!log) return fail_start(*child, logs_.last_error(), not_started, to_string(log.error()));
  child->log = std::move(*log);
  child->cgroup = make_cgroup(spec);

  Launch launching;
  launching.argv = task_argv(spec, surroundings);
  launching.env = task_environment(spec, surroundings, gpus);
  launching.program = task_program(launching.argv.front(), launching.env);
  launching.folder = spec.folder;
  launching.log_fd = child->log.fd;
  launching.null_fd = null_fd_;
  launching.cgroup_fd = child->cgroup ? child->cgroup->procs_fd() : -1;
  launching.open_files = &open_files_;
  child->start_ticks = ticks_now();
  const Launched launched = launch(launching);
  if (launched.pid == 0) {
    static_cast<void>(logs_.close(child->log));
    if (child->cgroup) child->cgroup->remove();
    const int shortage = launched.failed == LaunchStep::program ? 0 : launched.error_number;
    return fail_start(*child, shortage, failure_exit_code(launched), describe_failure(launching, launched));
  }
  child->pid = launched.pid;
  adopt(std::move(child));
  return std::nullopt;
}

Supervisor::Shortage Supervisor::fail_start(Child& child, int error_number, int exit_code,
                                            const std::string& message) {
  if (is_shortage(error_number)) return message;
  child.cause = Cause::start_failed;
  child.message = message;
  child.wait_status = exit_code << 8;  // as wait4 reports an exit
  child.ended_ns = wall_ns();
  listener_.ended(child);
  finish(child, {});
  return std::nullopt;
}

void Supervisor::adopt(std::unique_ptr<Child> child) {
  Child& attempt = *child;
  // While nothing ran nobody looked, so the count of the OOM killer may be an old one.
  attempt.launched_ns = Loop::now_ns();
  if (children_.empty()) {
    oom_kills_ = oom_kill_count();
    last_scan_ns_ = attempt.launched_ns;
  }
  attempt.oom_kills_before = oom_kills_;
  by_pid_[attempt.pid] = &attempt;
  children_[attempt.spec.token] = std::move(child);
  arm_sampler();
  const double limit_s = attempt.spec.resources.time_s;
  if (limit_s > 0)
    attempt.limit_timer = loop_.after(limit_s, [this, token = attempt.spec.token, limit_s] {
      stop(token, CancelMode::term, Cause::timeout,
           "ran longer than its limit of " + format_seconds(limit_s));
    });
  listener_.started(attempt);
}

void Supervisor::on_child_signal() {
  std::vector<Token> check;
  int status = 0;
  rusage usage{};
  // All that have ended are collected before anyone is judged: an orphan that is dead already is not left
  // behind.
  for (pid_t pid; (pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0;) {
    const auto found = by_pid_.find(pid);
    if (found == by_pid_.end()) continue;
    Child& child = *found->second;
    by_pid_.erase(found);
    program_ended(child, status, usage);
  }
  for (const auto& [token, child] : children_)
    if (child->phase == Phase::sweeping) check.push_back(token);
  for (const auto& token : check)
    if (const auto found = children_.find(token); found != children_.end()) sweep(*found->second);
}

void Supervisor::program_ended(Child& child, int wait_status, const rusage& usage) {
  if (child.limit_timer) loop_.cancel(*child.limit_timer);
  if (child.kill_timer) loop_.cancel(*child.kill_timer);
  child.limit_timer.reset();
  child.kill_timer.reset();
  child.ended_ns = wall_ns();
  child.wait_status = wait_status;
  child.usage.user_s += seconds(usage.ru_utime);
  child.usage.system_s += seconds(usage.ru_stime);
  constexpr std::uint64_t kilobyte = 1024;
  child.usage.peak_rss_bytes =
      std::max(child.usage.peak_rss_bytes, static_cast<std::uint64_t>(usage.ru_maxrss) * kilobyte);
  judge_memory(child);
  child.stopping = false;
  child.kill_rounds = 0;
  child.phase = Phase::sweeping;
}

/// Was it killed for its memory by somebody else than us?
void Supervisor::judge_memory(Child& child) {
  if (child.cgroup)
    child.usage.peak_rss_bytes = std::max(child.usage.peak_rss_bytes, child.cgroup->peak_bytes());
  if (child.cause != Cause::none) return;
  if (child.cgroup && child.cgroup->oom_kills() > 0) {
    child.cause = Cause::oom;
    child.message = "needed more than its memory limit of " + format_bytes(child.spec.resources.memory_bytes);
    return;
  }
  constexpr int shell_says_killed = 128 + SIGKILL;
  const bool killed = WIFSIGNALED(child.wait_status) ? WTERMSIG(child.wait_status) == SIGKILL
                                                     : WEXITSTATUS(child.wait_status) == shell_says_killed;
  if (!killed) return;
  oom_kills_ = oom_kill_count();
  if (oom_kills_ == child.oom_kills_before) return;
  child.cause = Cause::oom;
  child.message = "killed while the kernel was out of memory";
}

/// Ends what the program left behind; when nothing is left, goes on to the outputs.
void Supervisor::sweep(Child& child) {
  if (!anything_left(child)) return swept(child);
  if (child.stopping) return;  // asked already: its end will wake us
  const auto left = remains(child);
  if (left.empty()) return swept(child);
  append(child.message, "left " + std::to_string(left.size()) +
                            (left.size() == 1 ? " process" : " processes") + " behind, ended by the runner");
  child.stopping = true;
  for (const auto& process : left) ::kill(process.pid, SIGTERM);
  constexpr double leftovers_grace_s = 2;
  child.kill_timer = loop_.after(std::min(leftovers_grace_s, child.spec.grace_s),
                                 [this, token = child.spec.token] { kill_now(*children_.at(token)); });
}

void Supervisor::swept(Child& child) {
  if (child.kill_timer) loop_.cancel(*child.kill_timer);
  child.kill_timer.reset();
  if (child.cgroup) child.cgroup->remove();
  const auto closed = logs_.close(child.log, !strangers_ && !child.abandoned);
  if (!closed) append(child.message, to_string(closed.error()));
  child.phase = Phase::surveying;
  listener_.ended(child);
  const int code = WIFEXITED(child.wait_status) ? WEXITSTATUS(child.wait_status) : -1;
  const Token token = child.spec.token;
  if ((code == exit_done || code == exit_again) && !child.spec.outputs.empty()) {
    survey_.start(child.spec.folder, child.spec.outputs, [this, token](SurveyResult result) {
      Child& surveyed = *children_.at(token);
      append(surveyed.message, result.message);
      finish(surveyed, std::move(result.outputs));
      children_.erase(token);
    });
    return;
  }
  finish(child, {});
  children_.erase(token);
}

void Supervisor::finish(const Child& child, std::vector<OutputEvidence> outputs) {
  ExitRecord record;
  record.token = child.spec.token;
  record.job = child.start.job;
  record.restart = child.start.restart;
  record.exit_code = WIFEXITED(child.wait_status) ? WEXITSTATUS(child.wait_status) : 0;
  record.signal = WIFSIGNALED(child.wait_status) ? WTERMSIG(child.wait_status) : 0;
  record.cause = child.cause;
  record.message = child.message;
  record.node = node_;
  record.started_ns = child.started_ns;
  record.ended_ns = child.ended_ns;
  record.usage = child.usage;
  record.gpus = child.gpus;
  record.outputs = std::move(outputs);
  listener_.finished(std::move(record));
}

}  // namespace sluice::executors
