// Quarks and gluons on their way to becoming hadrons.
#pragma once

#include <vector>

#include "stages/simulate/event/vector.h"
#include "stages/simulate/random/stream.h"

namespace sluice::simulate {

struct Parton {
  int pdg = 0;  ///< 1 to 5 and their antiquarks, 21
  FourVector momentum;
};

/// A colour singlet: a quark, gluons in the order of their colours, an antiquark.
using Chain = std::vector<Parton>;

/// Radiates gluons, the hardest first, from the dipoles between neighbours (G. Gustafson and U. Pettersson,
/// Nucl. Phys. B 306 (1988) 746; L. Loennblad, Comput. Phys. Commun. 71 (1992) 15). None is harder than
/// `pt_max`.
void radiate_gluons(Chain& chain, double pt_max, RandomStream& random);

struct MadeHadron {
  int pdg = 0;
  FourVector momentum;
};

/// Clusters of neighbouring quarks and antiquarks, which split until they are light and then decay to two
/// hadrons each (B. R. Webber, Nucl. Phys. B 238 (1984) 492). Keeps the four-momentum.
std::vector<MadeHadron> hadrons_of(const Chain& chain, RandomStream& random);

}  // namespace sluice::simulate
