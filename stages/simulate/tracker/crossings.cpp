#include "stages/simulate/tracker/crossings.h"

#include <algorithm>
#include <cmath>

namespace sluice::simulate {

namespace {

constexpr double longest_spiral_mm = 60'000;  // twenty turns of 0.6 GeV in 4 T: then it has lost its energy

std::optional<Crossing> cross(const TrackerLayer& layer, const Helix& helix) {
  const auto s = layer.barrel ? helix.to_cylinder(layer.position_mm)
                              : helix.to_plane(helix.tan_lambda > 0 ? layer.position_mm : -layer.position_mm);
  if (!s) return std::nullopt;
  Crossing crossing{&layer, *s, helix.at(*s), layer.x0};
  const Vec3& at = crossing.position;
  const Vec3 direction = helix.direction(*s);
  double slope = std::abs(direction.z);
  if (layer.barrel) {
    if (std::abs(at.z) > layer.outer_mm) return std::nullopt;
    slope = std::abs(direction.x * at.x + direction.y * at.y) / layer.position_mm;
  } else if (const double radius = at.perp(); radius < layer.inner_mm || radius > layer.outer_mm) {
    return std::nullopt;
  }
  crossing.x0 = layer.x0 / std::max(slope, 0.1);
  return crossing;
}

}  // namespace

void find_crossings(const Tracker& tracker, const Helix& helix, double end,
                    std::vector<Crossing>& crossings) {
  crossings.clear();
  const double last = std::min(end, helix.half_turn());
  for (const TrackerLayer& layer : tracker.layers)
    if (auto crossing = cross(layer, helix); crossing && crossing->s < last) crossings.push_back(*crossing);
  std::sort(crossings.begin(), crossings.end(),
            [](const Crossing& a, const Crossing& b) { return a.s < b.s; });
}

std::optional<double> calorimeter_face(const Detector& detector, const Helix& helix) {
  const CaloRegion& barrel = *detector.region(CaloPart::ecal_barrel);
  const CaloRegion& endcap = *detector.region(CaloPart::ecal_endcap);
  auto face = helix.to_polygon(barrel.inner_mm, barrel.sides);
  const auto plane = helix.to_plane(helix.tan_lambda > 0 ? endcap.z_begin_mm : -endcap.z_begin_mm);
  if (plane && (!face || *plane < *face)) face = plane;
  if (face && *face > longest_spiral_mm) return std::nullopt;
  return face;
}

}  // namespace sluice::simulate
