// The numbers that are quoted, each from a cell of a tally and for a replica or `nominal`: to be given to
// estimate().
#pragma once

#include "stages/evaluate/physics/tally.h"

namespace sluice::evaluate {

inline double median(const Distribution& distribution, int replica) {
  return distribution.quartiles(replica).median;
}

/// Between the quartiles: half of the values lie there.
inline double iqr(const Distribution& distribution, int replica) {
  const auto q = distribution.quartiles(replica);
  return q.upper - q.lower;
}

/// As a share of the median, so that a scale factor changes nothing.
inline double resolution(const Distribution& distribution, int replica) {
  const auto q = distribution.quartiles(replica);
  return (q.upper - q.lower) / q.median;
}

/// The same measure of two distributions, divided replica by replica.
template <typename Measure>
std::optional<Estimate> compare(int replicas, const Distribution& a, const Distribution& b, Measure measure) {
  return estimate(replicas, [&](int replica) { return measure(a, replica) / measure(b, replica); });
}

}  // namespace sluice::evaluate
