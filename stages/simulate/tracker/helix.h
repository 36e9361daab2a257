// The way of a particle in a solenoid's field along z: a helix, or a straight line for neutral ones. Signs
// are EDM4hep's (and LCIO's): omega has the sign of the charge, phi falls along a positive particle's way.
#pragma once

#include <optional>

#include "stages/simulate/event/vector.h"

namespace sluice::simulate {

struct Helix {
  Vec3 start;
  double phi = 0;    ///< of the momentum at the start
  double omega = 0;  ///< 1/mm
  double tan_lambda = 0;

  /// `s` is the way from the start as seen along the beam, in mm.
  Vec3 at(double s) const;
  Vec3 direction(double s) const;  ///< of length 1
  double path_per_s() const { return std::sqrt(1 + tan_lambda * tan_lambda); }
  /// Half a turn: beyond it a particle comes back. Infinite for a straight line.
  double half_turn() const;

  /// The first crossing at s > 0; nothing if there is none.
  std::optional<double> to_cylinder(double radius_mm) const;
  std::optional<double> to_plane(double z_mm) const;
  /// A prism around the beam, its sides `distance_mm` from it; from inside.
  std::optional<double> to_polygon(double distance_mm, int sides) const;
};

Helix helix_of(const Vec3& start, const Vec3& momentum, double charge, double field_t);
double pt_of(double omega, double field_t);

/// The point nearest to the beam line.
struct Perigee {
  double d0 = 0;
  double z0 = 0;
  double phi = 0;
  double omega = 0;
  double tan_lambda = 0;
  double s = 0;  ///< of that point, from the helix's start; negative behind it
};
Perigee perigee_of(const Helix& helix);
Helix helix_of(const Perigee& perigee);

/// The number of the side of a polygon that looks in this direction; the first one is centred on phi = 0.
int side_of(double phi, int sides);

}  // namespace sluice::simulate
