#include "stages/simulate/shower/cells.h"

#include <array>
#include <cmath>
#include <numbers>

#include "stages/simulate/tracker/helix.h"

namespace sluice::simulate {

namespace {

/// Normals of a polygon's sides, for the usual numbers of sides worked out once.
struct Normals {
  static constexpr int most_sides = 64;
  std::array<std::array<double, 2>, most_sides> of{};

  explicit Normals(int sides) {
    for (int side = 0; side < sides; ++side) {
      const double angle = 2 * std::numbers::pi * side / sides;
      of[static_cast<std::size_t>(side)] = {std::cos(angle), std::sin(angle)};
    }
  }
};

const Normals& normals(int sides) {
  static const Normals twelve(12);
  static const Normals eight(8);
  thread_local Normals other(3);
  thread_local int other_sides = 3;
  if (sides == 12) return twelve;
  if (sides == 8) return eight;
  if (sides != other_sides) {
    other = Normals(sides);
    other_sides = sides;
  }
  return other;
}

std::uint64_t index_bits(double coordinate, double cell_mm) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::floor(coordinate / cell_mm)) + 0x8000) &
         0xFFFFU;
}

}  // namespace

bool find_cell(const Detector& detector, const CaloRegion& region, const Vec3& point, CellKey& key) {
  double depth = 0;
  double u = 0;
  double v = 0;
  int side = 0;
  const double z = std::abs(point.z);
  if (!(z <= region.z_end_mm && z >= region.z_begin_mm)) return false;
  const double radius = point.perp();
  if (region.barrel) {
    side = side_of(point.phi(), region.sides);
    const auto& normal = normals(region.sides).of[static_cast<std::size_t>(side)];
    depth = normal[0] * point.x + normal[1] * point.y - region.inner_mm;
    u = normal[0] * point.y - normal[1] * point.x;
    v = point.z;
    if (!(depth >= 0 && depth < region.depth_mm())) return false;
  } else {
    side = point.z > 0 ? 1 : 0;
    depth = z - region.z_begin_mm;
    u = point.x;
    v = point.y;
    if (!(radius >= region.inner_mm && radius <= region.outer_mm)) return false;
  }
  const int layer = std::min(static_cast<int>(depth / region.layer_mm()), region.layers - 1);
  const auto number = static_cast<std::uint64_t>(&region - detector.regions.data());
  key.bits = static_cast<std::uint64_t>(region.part) << 52U | number << 48U |
             static_cast<std::uint64_t>(side) << 41U | static_cast<std::uint64_t>(layer) << 32U |
             index_bits(u, region.cell_mm) << 16U | index_bits(v, region.cell_mm);
  return true;
}

Vec3 cell_centre(const Detector& detector, CellKey key) {
  const CaloRegion& region = detector.regions[key.region()];
  const double u = (key.u() + 0.5) * region.cell_mm;
  const double v = (key.v() + 0.5) * region.cell_mm;
  const double depth = (key.layer() + 0.5) * region.layer_mm();
  if (!region.barrel) return {u, v, (key.side() == 1 ? 1 : -1) * (region.z_begin_mm + depth)};
  const auto& normal = normals(region.sides).of[static_cast<std::size_t>(key.side())];
  const double w = region.inner_mm + depth;
  return {normal[0] * w - normal[1] * u, normal[1] * w + normal[0] * u, v};
}

std::uint64_t cell_id(const Detector& detector, CellKey key) {
  const CaloRegion& region = detector.regions[key.region()];
  const std::uint64_t side = region.barrel ? 0 : key.side() == 1 ? 1 : 3;  // two bits, signed
  const auto module = static_cast<std::uint64_t>(region.barrel ? key.side() : 0);
  return static_cast<std::uint64_t>(region.system) | side << 5U | module << 7U |
         static_cast<std::uint64_t>(key.layer()) << 19U |
         (static_cast<std::uint64_t>(static_cast<std::uint16_t>(key.u()))) << 32U |
         (static_cast<std::uint64_t>(static_cast<std::uint16_t>(key.v()))) << 48U;
}

std::int32_t hit_type(const Detector& detector, CellKey key) {
  const CaloRegion& region = detector.regions[key.region()];
  const bool other = region.part == CaloPart::ecal_other || region.part == CaloPart::hcal_other;
  const int layout = region.barrel ? 1 : !other ? 2 : region.part == CaloPart::ecal_other ? 3 : 4;
  const int kind = static_cast<int>(region.kind);  // em 0, hadronic 1, muon 2
  return kind + 10 * (kind + 1) + 1000 * layout + 10'000 * key.layer();
}

}  // namespace sluice::simulate
