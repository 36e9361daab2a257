// Lets particles decay: chooses a channel, and spreads its products over phase space.
#pragma once

#include <span>
#include <vector>

#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/random/stream.h"

namespace sluice::simulate {

/// Momenta of particles of these masses that add up to `total`, evenly over phase space (F. James, CERN
/// 68-15). `total` has to be at least as heavy as they are together.
std::vector<FourVector> phase_space(const FourVector& total, std::span<const double> masses,
                                    RandomStream& random);

/// A mass with its line shape, below `most`.
double drawn_mass(int pdg, double most, RandomStream& random);

/// Appends to `particles` what particle `index` decays to, and what that decays to, down to what lives longer
/// than `ctau_max_mm`. Decayed ones get status 2 unless `simulated`, when all products get status 0.
void decay_tree(std::vector<Particle>& particles, std::size_t index, double ctau_max_mm, bool simulated,
                RandomStream& random);

}  // namespace sluice::simulate
