// Energy and momentum of a particle or a jet, in GeV.
#pragma once

namespace sluice::jets {

struct FourMomentum {
  double x = 0;
  double y = 0;
  double z = 0;
  double e = 0;

  FourMomentum& operator+=(const FourMomentum& other) {
    x += other.x, y += other.y, z += other.z, e += other.e;
    return *this;
  }
};

}  // namespace sluice::jets
