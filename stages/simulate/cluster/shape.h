// What a cluster looks like: the numbers by which photons and hadrons are told apart.
#pragma once

#include "stages/simulate/cluster/clustering.h"

namespace sluice::simulate {

struct ClusterShape {
  double energy = 0;
  double ecal_energy = 0;
  Vec3 centre;            ///< weighted with energy
  Vec3 direction;         ///< of the line through its layers, away from the collision
  double width_mm = 0;    ///< weighted standard deviation across the flight from the collision
  double mean_layer = 0;  ///< weighted; layers of the HCAL come after all those of the ECAL
  int first_layer = 0;
  int last_layer = 0;

  double ecal_share() const { return energy > 0 ? ecal_energy / energy : 0; }
};

ClusterShape shape_of(const std::vector<CaloHit>& hits, const HitGroup& group, int ecal_layers);

/// Counted from the front of the ECAL through the HCAL.
int layer_of(const CaloHit& hit, int ecal_layers);

}  // namespace sluice::simulate
