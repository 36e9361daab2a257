// When to ask Slurm next. Often while things change, seldom while nothing does: a look costs the controller
// as much as a submission, and thousands of users share it. When it does not answer, looks become rarer
// still, and scattered, so that a controller that comes back is not met by everybody at once.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/clock.h"

namespace sluice::executors::slurm {

constexpr std::int64_t to_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_s));
}

class Pace {
 public:
  Pace(double min_s, double max_s, std::uint64_t seed) : min_s_(min_s), max_s_(max_s), seed_(seed) {}

  /// A look that began at `started_ns` has been answered.
  void answered(std::int64_t started_ns) {
    last_start_ns_ = started_ns;
    failures_ = 0;
  }
  void failed(std::int64_t now_ns);
  void changed(std::int64_t now_ns) { last_change_ns_ = now_ns; }
  /// A shorter longest interval, for a cluster that forgets jobs quickly.
  void limit(double max_s);

  int failures() const { return failures_; }
  double interval_s() const;
  std::int64_t next_ns(std::int64_t now_ns) const;
  bool due(std::int64_t now_ns) const { return now_ns >= next_ns(now_ns); }

 private:
  double min_s_;
  double max_s_;
  std::uint64_t seed_;
  int failures_ = 0;
  std::optional<std::int64_t> last_start_ns_;
  std::int64_t last_change_ns_ = 0;
  std::int64_t retry_ns_ = 0;
};

}  // namespace sluice::executors::slurm
