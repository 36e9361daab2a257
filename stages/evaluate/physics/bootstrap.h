// Statistical uncertainties by bootstrap: beside the events as they are (`nominal`) there are replicas of the
// test set, in each of which an event counts as often as a Poisson number of mean 1 says. The number depends
// on the event and the replica alone, so neither threads nor the order of events matter, and quantities of
// the same events (ours over baseline, say) are correlated in the replicas as they are in nature.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace sluice::evaluate {

/// The replica that is none: every event counts once.
constexpr int nominal = -1;

/// How often each replica has an event.
using Weights = std::vector<std::uint8_t>;

class Bootstrap {
 public:
  Bootstrap(std::uint64_t seed, int replicas) : seed_(seed), replicas_(replicas) {}

  int replicas() const { return replicas_; }
  /// `event` is what the event is known by wherever it stands: a hash of its content.
  Weights weights(std::uint64_t event) const;

 private:
  std::uint64_t seed_;
  int replicas_;
};

struct Estimate {
  double value = 0;
  double error = 0;  ///< standard deviation among the replicas

  bool operator==(const Estimate&) const = default;
};

/// `quantity` of a replica, or of `nominal`, is a number, and NaN where there is not enough to tell. Nothing,
/// if that is so in itself or in more than half of the replicas.
template <typename Quantity>
std::optional<Estimate> estimate(int replicas, Quantity quantity) {
  const double value = quantity(nominal);
  if (!std::isfinite(value)) return std::nullopt;
  int count = 0;
  double mean = 0;
  double squares = 0;  // of deviations: Welford's update, exact for values that are all the same
  for (int replica = 0; replica < replicas; ++replica) {
    const double other = quantity(replica);
    if (!std::isfinite(other)) continue;
    const double deviation = other - mean;
    mean += deviation / ++count;
    squares += deviation * (other - mean);
  }
  if (count < 2 || 2 * count < replicas) return std::nullopt;
  return Estimate{value, std::sqrt(squares / (count - 1))};
}

}  // namespace sluice::evaluate
