// Clusters as hills of energy density: every hit climbs to the densest of its neighbours, all that reach the
// same summit belong together, and two hills become one unless a real valley lies between them (the rule of
// F. Chazal et al., "Persistence-based clustering", J. ACM 60 (2013) 41; climbing as in A. Rodriguez and A.
// Laio, Science 344 (2014) 1492). Knows nothing of particles.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate/event/vector.h"

namespace sluice::simulate {

struct DensitySettings {
  double reach_mm = 0;      ///< neighbours are nearer than this
  double stretch = 1;       ///< distances along the flight count this many times less
  double valley = 0;        ///< two hills stay apart when the pass is below this share of the lower summit
  double least_summit = 0;  ///< GeV; lower hills never stand alone when they touch another one
};

/// The cluster of each hit: numbers from 0 on, by the order of their first hits. Flight is from the origin.
std::vector<std::uint32_t> density_clusters(const std::vector<Vec3>& points,
                                            const std::vector<double>& energies,
                                            const DensitySettings& settings);

}  // namespace sluice::simulate
