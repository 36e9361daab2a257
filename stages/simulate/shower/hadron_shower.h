// Hadronic showers as small cascades: a hadron ionises until it meets a nucleus, its energy is shared by a
// few secondaries, of which some are neutral pions and shower at once, and the others go on. So showers begin
// anywhere, have tracks, branches and far fragments, and none is like another. Their total is drawn from the
// detector's hadronic resolution.
#pragma once

#include "stages/simulate/random/stream.h"
#include "stages/simulate/shower/ray.h"
#include "stages/simulate/shower/spots.h"

namespace sluice::simulate {

struct Hadron {
  Vec3 position;
  Vec3 direction;
  double energy = 0;  ///< what it can leave behind
  bool charged = false;
};

struct HadronShower {
  bool interacted = false;
  Vec3 first_interaction;
};

/// Appends spots. `resolution` is that of the total energy.
HadronShower hadron_shower(const Detector& detector, const Hadron& hadron, const EnergyResolution& resolution,
                           RandomStream& random, Spots& spots);

/// A charged particle that ionises from `begin` to `end` along a ray; returns the energy it left, at most
/// `available`, and moves `end` to where it stopped.
double ionise(const Ray& ray, double begin, double& end, double available, RandomStream& random,
              Spots& spots);

}  // namespace sluice::simulate
