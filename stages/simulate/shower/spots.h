// What a shower is made of here: spots of energy, each the passage of a few particles through a sensor.
#pragma once

#include <vector>

#include "stages/simulate/detector/detector.h"

namespace sluice::simulate {

struct Spot {
  Vec3 position;
  const CaloRegion* region = nullptr;  ///< null: nothing is there to see it
  double energy = 0;
  double path_mm = 0;  ///< from the calorimeter's face: what the light needs
  double delay_ns = 0;
};
using Spots = std::vector<Spot>;

}  // namespace sluice::simulate
