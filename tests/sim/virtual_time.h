// Virtual time: a queue of things that happen, each at its moment; nothing waits for real.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "engine/base/clock.h"

namespace sluice::sim {

class VirtualTime final : public Clock {
 public:
  // Far from 0, as real clocks are; the wall is not the monotonic clock.
  std::int64_t wall_ns() override { return now_ns_ + 1'700'000'000 * ns_per_s; }
  std::int64_t mono_ns() override { return now_ns_; }

  void at(std::int64_t when_ns, std::function<void()> what) {
    queue_.emplace(std::pair(std::max(when_ns, now_ns_), sequence_++), std::move(what));
  }
  void after(std::int64_t delay_ns, std::function<void()> what) { at(now_ns_ + delay_ns, std::move(what)); }

  /// Lets the next thing happen, if it comes before `limit_ns`; false when nothing is left to happen by then.
  bool step(std::int64_t limit_ns) {
    if (queue_.empty() || queue_.begin()->first.first > limit_ns) return false;
    auto next = queue_.extract(queue_.begin());
    now_ns_ = next.key().first;
    next.mapped()();
    return true;
  }
  void jump(std::int64_t to_ns) { now_ns_ = std::max(now_ns_, to_ns); }
  bool empty() const { return queue_.empty(); }
  std::int64_t next_ns() const { return queue_.begin()->first.first; }

 private:
  std::int64_t now_ns_ = 1'000 * ns_per_s;
  std::uint64_t sequence_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> queue_;
};

}  // namespace sluice::sim
