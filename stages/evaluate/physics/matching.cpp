#include "stages/evaluate/physics/matching.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <tuple>

namespace sluice::evaluate {

double delta_r(const Direction& a, const Direction& b) {
  return std::hypot(a.eta - b.eta, std::remainder(a.phi - b.phi, 2 * std::numbers::pi));
}

std::vector<Match> match_nearest(std::span<const Direction> first, std::span<const Direction> second,
                                 double limit) {
  // Sorted by eta, so that only what is near enough there is looked at.
  std::vector<std::size_t> by_eta;
  for (std::size_t j = 0; j < second.size(); ++j)
    if (std::isfinite(second[j].eta)) by_eta.push_back(j);
  std::sort(by_eta.begin(), by_eta.end(),
            [&](std::size_t a, std::size_t b) { return second[a].eta < second[b].eta; });
  std::vector<Match> near;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto begin = std::partition_point(
        by_eta.begin(), by_eta.end(), [&](std::size_t j) { return second[j].eta < first[i].eta - limit; });
    for (auto j = begin; j != by_eta.end() && second[*j].eta <= first[i].eta + limit; ++j)
      if (const double distance = delta_r(first[i], second[*j]); distance < limit)
        near.push_back({i, *j, distance});
  }
  std::sort(near.begin(), near.end(), [](const Match& a, const Match& b) {
    return std::tie(a.distance, a.first, a.second) < std::tie(b.distance, b.first, b.second);
  });
  std::vector<bool> taken_first(first.size());
  std::vector<bool> taken_second(second.size());
  std::erase_if(near, [&](const Match& match) {
    if (taken_first[match.first] || taken_second[match.second]) return true;
    taken_first[match.first] = taken_second[match.second] = true;
    return false;
  });
  return near;
}

}  // namespace sluice::evaluate
