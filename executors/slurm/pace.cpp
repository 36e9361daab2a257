#include "executors/slurm/pace.h"

#include <algorithm>

namespace sluice::executors::slurm {

namespace {

double to_s(std::int64_t ns) { return static_cast<double>(ns) / static_cast<double>(ns_per_s); }

/// SplitMix64: one step is enough to scatter.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace

void Pace::failed(std::int64_t now_ns) {
  constexpr int most_doublings = 10;
  constexpr double longest_s = 300;
  failures_ = std::min(failures_ + 1, most_doublings);
  const double wait_s =
      std::min(longest_s, min_s_ * static_cast<double>(1U << static_cast<unsigned>(failures_ - 1)));
  constexpr double jitter = 0.25;
  const double share = static_cast<double>(next_random(seed_) >> 11U) / static_cast<double>(1ULL << 53U);
  retry_ns_ = now_ns + to_ns(wait_s * (1 - jitter + 2 * jitter * share));
}

void Pace::limit(double max_s) { max_s_ = std::max(min_s_, std::min(max_s_, max_s)); }

double Pace::interval_s() const {
  // After ten minutes of quiet a minute more or less is nothing; after ten seconds it is much.
  constexpr double share_of_quiet = 0.1;
  return std::clamp(share_of_quiet * to_s(last_start_ns_.value_or(0) - last_change_ns_), min_s_, max_s_);
}

std::int64_t Pace::next_ns(std::int64_t now_ns) const {
  if (failures_ > 0) return retry_ns_;
  if (!last_start_ns_) return now_ns;
  return *last_start_ns_ + to_ns(interval_s());
}

}  // namespace sluice::executors::slurm
