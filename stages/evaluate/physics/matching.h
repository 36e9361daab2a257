// Which jet (or particle) of one collection is which of another: one to one, the nearest pairs first.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sluice::evaluate {

struct Direction {
  double eta = 0;
  double phi = 0;
};

/// Distance in pseudorapidity and azimuth.
double delta_r(const Direction& a, const Direction& b);

struct Match {
  std::size_t first = 0;   ///< place in the first collection
  std::size_t second = 0;  ///< place in the second
  double distance = 0;

  bool operator==(const Match&) const = default;
};

/// Repeatedly the two that are nearest to each other among all that are left, as long as they are nearer than
/// `limit`. By rising distance; of equal distances the lower places come first.
std::vector<Match> match_nearest(std::span<const Direction> first, std::span<const Direction> second,
                                 double limit);

}  // namespace sluice::evaluate
