#include "stages/simulate/tracker/helix.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace sluice::simulate {

namespace {

constexpr double straight = 1e-12;               ///< 1/mm; a radius of a million kilometres
constexpr double curvature_gev = 2.99792458e-4;  ///< pT [GeV] = this x B [T] x radius [mm]
constexpr double turn = 2 * std::numbers::pi;
constexpr double least_step_mm = 1e-6;

/// The angle in [0, 2 pi) that is equal to this one.
double positive_angle(double angle) {
  const double rest = std::fmod(angle, turn);
  return rest < 0 ? rest + turn : rest;
}

std::optional<double> line_to_cylinder(const Helix& helix, double radius) {
  const double ux = std::cos(helix.phi);
  const double uy = std::sin(helix.phi);
  const double along = helix.start.x * ux + helix.start.y * uy;
  const double square = along * along - helix.start.perp() * helix.start.perp() + radius * radius;
  if (square < 0) return std::nullopt;
  for (const double s : {-along - std::sqrt(square), -along + std::sqrt(square)})
    if (s > least_step_mm) return s;
  return std::nullopt;
}

}  // namespace

Vec3 Helix::at(double s) const {
  const double turned = omega * s;
  if (std::abs(omega) < straight) return start + Vec3{std::cos(phi) * s, std::sin(phi) * s, tan_lambda * s};
  const double radius = 1 / omega;
  return start + Vec3{radius * (std::sin(phi) - std::sin(phi - turned)),
                      -radius * (std::cos(phi) - std::cos(phi - turned)), tan_lambda * s};
}

Vec3 Helix::direction(double s) const {
  const double norm = 1 / path_per_s();
  const double now = phi - omega * s;
  return {std::cos(now) * norm, std::sin(now) * norm, tan_lambda * norm};
}

double Helix::half_turn() const {
  return std::abs(omega) < straight ? std::numeric_limits<double>::infinity()
                                    : std::numbers::pi / std::abs(omega);
}

std::optional<double> Helix::to_plane(double z_mm) const {
  if (tan_lambda == 0) return std::nullopt;
  const double s = (z_mm - start.z) / tan_lambda;
  return s > least_step_mm ? std::optional(s) : std::nullopt;
}

std::optional<double> Helix::to_cylinder(double radius_mm) const {
  if (std::abs(omega) < straight) return line_to_cylinder(*this, radius_mm);
  const double radius = 1 / omega;
  const Vec3 centre{start.x + radius * std::sin(phi), start.y - radius * std::cos(phi), 0};
  const double distance = centre.perp();
  if (distance == 0) return std::nullopt;
  const double sine =
      (radius_mm * radius_mm - distance * distance - radius * radius) / (2 * radius * distance);
  if (std::abs(sine) > 1) return std::nullopt;
  const double psi = centre.phi();
  const double angle = std::asin(sine);
  double nearest = std::numeric_limits<double>::infinity();
  for (const double theta : {psi - angle, psi - std::numbers::pi + angle}) {
    const double turned = positive_angle((phi - theta) * (omega > 0 ? 1 : -1));
    const double s = turned * std::abs(radius);
    if (s > least_step_mm) nearest = std::min(nearest, s);
  }
  return std::isfinite(nearest) ? std::optional(nearest) : std::nullopt;
}

std::optional<double> Helix::to_polygon(double distance_mm, int sides) const {
  auto found = to_cylinder(distance_mm);
  if (!found) return std::nullopt;
  double s = *found;
  const double step = turn / sides;
  for (int i = 0; i < 12; ++i) {
    const Vec3 here = at(s);
    const double normal = step * side_of(here.phi(), sides);
    const double short_of = distance_mm - (here.x * std::cos(normal) + here.y * std::sin(normal));
    if (std::abs(short_of) < 1e-6) return s;
    const double now = phi - omega * s;
    const double outward = std::cos(now - normal);
    if (outward < 0.05) return std::nullopt;  // turns back before it gets there
    s += short_of / outward;
    if (s <= 0) return std::nullopt;
  }
  return s;
}

Helix helix_of(const Vec3& start, const Vec3& momentum, double charge, double field_t) {
  const double pt = std::max(momentum.perp(), 1e-9);
  return {start, momentum.phi(), charge * curvature_gev * field_t / pt, momentum.z / pt};
}

double pt_of(double omega, double field_t) {
  return curvature_gev * field_t / std::max(std::abs(omega), straight);
}

Perigee perigee_of(const Helix& helix) {
  Perigee perigee{0, 0, helix.phi, helix.omega, helix.tan_lambda, 0};
  if (std::abs(helix.omega) < straight) {
    const double ux = std::cos(helix.phi);
    const double uy = std::sin(helix.phi);
    perigee.s = -(helix.start.x * ux + helix.start.y * uy);
    perigee.d0 = helix.start.y * ux - helix.start.x * uy;
  } else {
    const double radius = 1 / helix.omega;
    const double sign = radius > 0 ? 1 : -1;
    const Vec3 centre{helix.start.x + radius * std::sin(helix.phi),
                      helix.start.y - radius * std::cos(helix.phi), 0};
    perigee.phi = std::atan2(sign * centre.x, -sign * centre.y);
    perigee.d0 = radius - sign * centre.perp();
    perigee.s = std::remainder(helix.phi - perigee.phi, turn) / helix.omega;
  }
  perigee.z0 = helix.start.z + helix.tan_lambda * perigee.s;
  return perigee;
}

Helix helix_of(const Perigee& perigee) {
  return {{-perigee.d0 * std::sin(perigee.phi), perigee.d0 * std::cos(perigee.phi), perigee.z0},
          perigee.phi,
          perigee.omega,
          perigee.tan_lambda};
}

int side_of(double phi, int sides) {
  const int side = static_cast<int>(std::floor(phi / turn * sides + 0.5));
  return (side % sides + sides) % sides;
}

}  // namespace sluice::simulate
