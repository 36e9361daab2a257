// Masses, widths and lives of the particles that the built-in generator makes and that decay on their way
// through a detector; R. L. Workman et al. (Particle Data Group), Prog. Theor. Exp. Phys. 2022, 083C01.
#pragma once

#include <span>
#include <vector>

namespace sluice::simulate {

struct ParticleData {
  int pdg = 0;  ///< of the particle; the antiparticle is the same
  double mass = 0;
  double width = 0;    ///< GeV; 0 where it is not worth a line shape
  double ctau_mm = 0;  ///< 0: decays where it is made, or never
};

/// Null for a particle that is not in the table.
const ParticleData* find_particle(int pdg);
/// 0 for particles that are not in the table.
double mass_of(int pdg);

struct DecayChannel {
  double fraction = 0;
  std::vector<int> daughters;
};

/// Empty for what is stable. Of the particle; the antiparticle's daughters are the antiparticles.
std::span<const DecayChannel> decays_of(int pdg);

}  // namespace sluice::simulate
