// From hits to clusters: hills of density in the ECAL and in the HCAL, those that continue each other behind
// the gap between the two joined. No truth, no tracks.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "stages/simulate/cluster/density.h"
#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

struct ClusterSettings {
  DensitySettings ecal{26, 2.0, 0.55, 0.03};
  DensitySettings hcal{100, 1.0, 0.4, 0.1};
  double gap_reach_mm = 70;  ///< between the last hits in the ECAL and the first in the HCAL
  int ecal_last_layers = 5;
  int hcal_first_layers = 2;
};

using HitGroup = std::vector<std::uint32_t>;  ///< hits, ascending

/// Groups of hits, every hit but those of the muon system in one of them.
std::vector<HitGroup> cluster_hits(const std::vector<CaloHit>& hits,
                                   const std::array<std::uint32_t, calo_parts + 1>& begin, int ecal_layers,
                                   const ClusterSettings& settings = {});

}  // namespace sluice::simulate
