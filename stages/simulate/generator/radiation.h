// Photons that the beams radiate before they meet, along themselves: how much energy is left for the
// collision.
#pragma once

#include <functional>
#include <vector>

#include "stages/simulate/random/stream.h"

namespace sluice::simulate {

class BeamRadiation {
 public:
  /// `cross_section` of the square of the energy, in any unit. Leading logarithms, exponentiated: E. A.
  /// Kuraev and V. S. Fadin, Sov. J. Nucl. Phys. 41 (1985) 466.
  BeamRadiation(double sqrt_s, double least_sqrt_s, const std::function<double(double)>& cross_section);

  /// What is left of the square of the energy, as a share.
  double draw(RandomStream& random) const;

 private:
  std::vector<double> shares_;
  std::vector<double> cumulative_;
};

}  // namespace sluice::simulate
