// Electromagnetic showers: G. Grindhammer and S. Peters, "The parameterized simulation of electromagnetic
// showers in homogeneous and sampling calorimeters", hep-ex/0001020. Their fluctuating longitudinal shape and
// radial profile, filled with a random number of spots of random energy, from whose statistics the stochastic
// term of the energy resolution comes.
#pragma once

#include "stages/simulate/random/stream.h"
#include "stages/simulate/shower/ray.h"
#include "stages/simulate/shower/spots.h"

namespace sluice::simulate {

/// Appends the spots of a shower whose first pair, or electron, is `start_x0` radiation lengths behind the
/// ray's origin. Their energies are exponential with mean `spot_gev`.
void em_shower(const ShowerSettings& settings, const Ray& ray, double start_x0, double energy,
               double spot_gev, RandomStream& random, Spots& spots);

/// The mean energy of spots that give this stochastic term: with n = E / mean spots of exponential energy
/// sigma(E) = sqrt(2 E mean).
constexpr double spot_for(double stochastic) { return 0.5 * stochastic * stochastic; }

}  // namespace sluice::simulate
