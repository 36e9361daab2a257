// What supervised attempts use while they run: a look now and then, for peak memory, for memory limits that
// no control group enforces, and for logs that have got their first byte.
#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/units.h"
#include "executors/runner/look_pace.h"
#include "executors/runner/supervisor.h"

namespace sluice::executors {

namespace {

constexpr double log_pause_s = 1;  ///< a log gets its name that long after its first byte

std::int64_t to_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s));
}
double to_s(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(ns_per_s); }

/// It runs, and its memory limit is ours to enforce.
bool is_enforced(const Child& child) {
  return child.phase == Phase::running && child.spec.resources.memory_bytes > 0 && !child.cgroup;
}

}  // namespace

/// When all processes are to be looked at next.
std::int64_t Supervisor::next_scan_ns() const {
  std::int64_t newest_ns = 0;
  bool enforcing = false;
  for (const auto& [token, child] : children_) {
    newest_ns = std::max(newest_ns, child->launched_ns);
    enforcing = enforcing || is_enforced(*child);
  }
  const double youngest_s = to_s(Loop::now_ns() - newest_ns);
  return last_scan_ns_ + to_ns(until_next_scan_s(youngest_s, enforcing, to_s(scan_cost_ns_)));
}

void Supervisor::arm_sampler() {
  const std::int64_t now = Loop::now_ns();
  std::int64_t due = next_scan_ns();
  for (const auto& [token, child] : children_) {
    if (!child->log.named) due = std::min(due, now + to_ns(log_pause_s));
    if (is_enforced(*child))
      due = std::min(due, now + to_ns(until_limit_s(child->seen_bytes, child->spec.resources.memory_bytes)));
  }
  if (sampler_ && sampler_->first <= due) return;
  if (sampler_) loop_.cancel(*sampler_);
  sampler_ = loop_.after(to_s(std::max<std::int64_t>(due - now, 0)), [this] { sample(); });
}

void Supervisor::sample() {
  sampler_.reset();
  for (const auto& [token, child] : children_) logs_.show(child->log);
  if (Loop::now_ns() >= next_scan_ns())
    scan();
  else
    look_at_members();
  if (!children_.empty()) arm_sampler();
}

/// Looks at all processes: which are whose, and how much memory they use.
void Supervisor::scan() {
  const std::int64_t before = Loop::now_ns();
  last_scan_ns_ = before;
  oom_kills_ = oom_kill_count();
  // Nobody looks for programs that end within a second, but for those whose memory is ours to watch.
  bool worth_it = false;
  for (const auto& [token, child] : children_)
    if (std::exchange(child->seen_by_sampler, true) || child->spec.resources.memory_bytes > 0)
      worth_it = true;
  if (!worth_it) return;
  const auto all = list_processes();
  for (const auto& [token, child] : children_) {
    if (child->phase != Phase::running) continue;
    child->members = members(all, child->pid, child->strays);
    child->strays.clear();
    for (const auto& process : child->members)
      if (process.session != child->pid) child->strays.insert(process.pid);
    weigh(*child);
  }
  scan_cost_ns_ = Loop::now_ns() - before;
}

/// Looks at the processes that the last scan found, where a limit is ours to enforce.
void Supervisor::look_at_members() {
  for (const auto& [token, child] : children_) {
    if (!is_enforced(*child)) continue;
    for (auto& process : child->members) {
      const auto now = look_at_process(process.pid);
      const bool same = now.start_ticks == process.start_ticks && !now.zombie;
      process.rss_bytes = same ? now.rss_bytes : 0;
    }
    weigh(*child);
  }
}

/// Takes note of what an attempt's processes use together, and ends it when that is too much.
void Supervisor::weigh(Child& child) {
  std::uint64_t bytes = 0;
  for (const auto& process : child.members) bytes += process.rss_bytes;
  child.seen_bytes = bytes;
  child.usage.peak_rss_bytes = std::max(child.usage.peak_rss_bytes, bytes);
  const std::uint64_t limit = child.spec.resources.memory_bytes;
  if (!is_enforced(child) || bytes <= limit || child.cause != Cause::none) return;
  // Pages that several processes share were counted once for each: look closer before it costs somebody a
  // task.
  std::uint64_t exact = 0;
  for (const auto& process : child.members)
    exact += std::max(proportional_bytes(process.pid), std::uint64_t{1});
  if (exact > child.members.size() && exact <= limit) return;
  stop(child.spec.token, CancelMode::kill, Cause::oom,
       "used " + format_bytes(bytes) + ", more than its memory limit of " + format_bytes(limit));
}

}  // namespace sluice::executors
