#include "stages/simulate/cluster/shape.h"

#include <algorithm>
#include <limits>

namespace sluice::simulate {

namespace {

bool is_em(const CaloHit& hit) { return hit.type % 10 == 0; }

Vec3 position_of(const CaloHit& hit) { return {hit.position[0], hit.position[1], hit.position[2]}; }

/// The slope of position against distance flown, by least squares.
Vec3 direction_of(const std::vector<CaloHit>& hits, const HitGroup& group, const ClusterShape& shape) {
  const Vec3 flight = unit(shape.centre);
  Vec3 slope;
  double spread = 0;
  for (const std::uint32_t i : group) {
    const Vec3 apart = position_of(hits[i]) - shape.centre;
    const double along = apart.dot(flight);
    slope = slope + apart * (hits[i].energy * along);
    spread += hits[i].energy * along * along;
  }
  return spread > shape.energy ? unit(slope) : flight;  // less than 1 mm deep has no direction
}

}  // namespace

int layer_of(const CaloHit& hit, int ecal_layers) {
  return hit.type / 10'000 + (is_em(hit) ? 0 : ecal_layers);
}

ClusterShape shape_of(const std::vector<CaloHit>& hits, const HitGroup& group, int ecal_layers) {
  ClusterShape shape;
  shape.first_layer = std::numeric_limits<int>::max();
  for (const std::uint32_t i : group) {
    const CaloHit& hit = hits[i];
    const auto layer = layer_of(hit, ecal_layers);
    shape.energy += hit.energy;
    if (is_em(hit)) shape.ecal_energy += hit.energy;
    shape.centre = shape.centre + position_of(hit) * hit.energy;
    shape.mean_layer += static_cast<double>(layer) * hit.energy;
    shape.first_layer = std::min(shape.first_layer, layer);
    shape.last_layer = std::max(shape.last_layer, layer);
  }
  if (shape.energy <= 0) return shape;
  shape.centre = shape.centre * (1 / shape.energy);
  shape.mean_layer /= shape.energy;
  shape.direction = direction_of(hits, group, shape);
  const Vec3 flight = unit(shape.centre);
  double square = 0;
  for (const std::uint32_t i : group) {
    const Vec3 apart = position_of(hits[i]) - shape.centre;
    const double along = apart.dot(flight);
    square += hits[i].energy * std::max(apart.norm2() - along * along, 0.0);
  }
  shape.width_mm = std::sqrt(square / shape.energy);
  return shape;
}

}  // namespace sluice::simulate
