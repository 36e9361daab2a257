// Lets all particles at the calorimeters' face shower, and turns what they leave behind into hits with links
// to the particles they come from.
#pragma once

#include <array>
#include <vector>

#include "stages/simulate/event/simulated_event.h"
#include "stages/simulate/tracker/transport.h"

namespace sluice::simulate {

struct Calorimetry {
  std::vector<CaloHit> hits;        ///< above threshold, by part
  std::vector<std::uint64_t> keys;  ///< of the hits: CellKey::bits
  std::array<std::uint32_t, calo_parts + 1> begin{};
  std::vector<TruthLink> links;
};

/// Updates the fates of the particles: where they end, and how.
Calorimetry calorimeters(const Detector& detector, Transported& transported, std::uint64_t seed,
                         std::uint64_t number);

}  // namespace sluice::simulate
