// What supervised attempts use while they run: a look at all processes now and then, for peak memory, for
// memory limits that no control group enforces, and for logs that have got their first byte.
#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/units.h"
#include "executors/runner/supervisor.h"

namespace sluice::executors {

namespace {

constexpr double relaxed_s = 1.0;
constexpr double attentive_s = 0.5;     ///< while somebody has a limit that only we enforce
constexpr double watchful_s = 0.25;     ///< and may be near it
constexpr double largest_share = 0.02;  ///< of one core, for looking

}  // namespace

void Supervisor::arm_sampler() {
  double pause_s = relaxed_s;
  for (const auto& [token, child] : children_)
    if (child->spec.resources.memory_bytes > 0 && !child->cgroup)
      pause_s = std::min(pause_s, child->near_limit ? watchful_s : attentive_s);
  const double cost_s = static_cast<double>(scan_cost_ns_) / static_cast<double>(ns_per_s);
  pause_s = std::max(pause_s, cost_s / largest_share);
  const std::int64_t due =
      Loop::now_ns() + static_cast<std::int64_t>(pause_s * static_cast<double>(ns_per_s));
  if (sampler_ && sampler_->first <= due) return;
  if (sampler_) loop_.cancel(*sampler_);
  sampler_ = loop_.after(pause_s, [this] { sample(); });
}

void Supervisor::sample() {
  sampler_.reset();
  oom_kills_ = oom_kill_count();
  bool anyone_lasting = false;
  for (const auto& [token, child] : children_) {
    logs_.show(child->log);
    anyone_lasting = anyone_lasting || child->seen_by_sampler || child->spec.resources.memory_bytes > 0;
    child->seen_by_sampler = true;
  }
  if (anyone_lasting) {
    const std::int64_t before = Loop::now_ns();
    const auto all = list_processes();
    for (const auto& [token, child] : children_)
      if (child->phase == Phase::running) sample_memory(*child, all);
    scan_cost_ns_ = Loop::now_ns() - before;
  }
  if (!children_.empty()) arm_sampler();
}

void Supervisor::sample_memory(Child& child, const std::vector<ProcessEntry>& all) {
  const auto mine = members(all, child.pid, child.strays);
  std::uint64_t bytes = 0;
  child.strays.clear();
  for (const auto& process : mine) {
    bytes += process.rss_bytes;
    if (process.session != child.pid) child.strays.insert(process.pid);
  }
  child.usage.peak_rss_bytes = std::max(child.usage.peak_rss_bytes, bytes);
  const std::uint64_t limit = child.spec.resources.memory_bytes;
  child.near_limit = bytes > limit / 2;
  if (limit == 0 || child.cgroup || bytes <= limit || child.cause != Cause::none) return;
  // Pages that several processes share were counted once for each: look closer before it costs somebody a
  // task.
  std::uint64_t exact = 0;
  for (const auto& process : mine) exact += std::max(proportional_bytes(process.pid), std::uint64_t{1});
  if (exact > mine.size() && exact <= limit) return;
  stop(child.spec.token, CancelMode::kill, Cause::oom,
       "used " + format_bytes(bytes) + ", more than its memory limit of " + format_bytes(limit));
}

}  // namespace sluice::executors
