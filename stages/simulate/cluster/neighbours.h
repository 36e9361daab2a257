// Pairs of points that lie near each other, found through a grid of cubes.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate/event/vector.h"

namespace sluice::simulate {

struct Pair {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

/// All pairs of `points` nearer than `reach_mm`, each once, in an order that depends on the points only.
std::vector<Pair> near_pairs(const std::vector<Vec3>& points, double reach_mm);

}  // namespace sluice::simulate
