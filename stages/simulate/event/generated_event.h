// What comes out of a generator: particles with their ancestry, before any detector has seen them. GeV, mm.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate/event/vector.h"

namespace sluice::simulate {

/// generatorStatus of EDM4hep and HepMC: what the detector has to deal with, and what has decayed before.
constexpr int status_stable = 1;
constexpr int status_decayed = 2;
constexpr int status_beam = 4;
/// Made by the simulation, unknown to the generator.
constexpr int status_simulated = 0;

struct Particle {
  int pdg = 0;
  int status = status_stable;
  Vec3 momentum;
  double mass = 0;
  double charge = 0;
  Vec3 vertex;  ///< where it came into being
  double time_ns = 0;
  std::vector<int> parents;  ///< indices in the same event, all smaller than its own

  double energy() const { return std::sqrt(momentum.norm2() + mass * mass); }
  FourVector four_momentum() const { return {momentum, energy()}; }
};

struct GeneratedEvent {
  std::int64_t number = 0;
  double weight = 1;
  std::vector<Particle> particles;
};

}  // namespace sluice::simulate
