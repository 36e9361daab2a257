#include "stages/simulate/shower/ray.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace sluice::simulate {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Where a ray leaves a prism around the beam; not above 0 when it is outside already.
double leaves_prism(const Vec3& origin, const Vec3& direction, double distance, int sides) {
  const double step = 2 * std::numbers::pi / sides;
  const double ux = std::cos(step);
  const double uy = std::sin(step);
  double nx = 1;
  double ny = 0;
  double exit = infinity;
  for (int side = 0; side < sides; ++side) {
    const double speed = nx * direction.x + ny * direction.y;
    const double room = distance - (nx * origin.x + ny * origin.y);
    if (room < -1e-6) return 0;
    if (speed > 1e-12) exit = std::min(exit, room / speed);
    const double turned_x = nx * ux - ny * uy;
    ny = nx * uy + ny * ux;
    nx = turned_x;
  }
  return exit;
}

/// The stretch of a ray with |z| from begin to end, on the side it is going to.
void clip_z(const CaloRegion& region, const Vec3& origin, const Vec3& direction, double& begin, double& end) {
  if (std::abs(direction.z) < 1e-12) {
    if (std::abs(origin.z) < region.z_begin_mm || std::abs(origin.z) > region.z_end_mm) end = -1;
    return;
  }
  const double sign = direction.z > 0 ? 1 : -1;
  const double z = origin.z * sign;
  const double speed = direction.z * sign;
  // A barrel reaches through the middle to the other side.
  const double from = region.barrel ? -region.z_end_mm : region.z_begin_mm;
  begin = std::max(begin, (from - z) / speed);
  end = std::min(end, (region.z_end_mm - z) / speed);
}

}  // namespace

Ray::Ray(const Detector& detector, const Vec3& origin, const Vec3& direction)
    : origin_(origin), direction_(direction) {
  segments_.reserve(4);
  for (const CaloRegion& region : detector.regions) {
    double begin = 0;
    double end = infinity;
    clip_z(region, origin, direction, begin, end);
    if (end <= begin) continue;
    end = std::min(end, leaves_prism(origin, direction, region.outer_mm, region.sides));
    if (end <= begin) continue;
    begin = std::max(begin, leaves_prism(origin, direction, region.inner_mm, region.sides));
    if (end > begin + 1e-6) segments_.push_back({&region, begin, end});
  }
  std::sort(segments_.begin(), segments_.end(),
            [](const Segment& a, const Segment& b) { return a.begin < b.begin; });
}

Ray::Place Ray::after(double depth, double CaloRegion::*length) const {
  for (const Segment& segment : segments_) {
    if (segment.region->kind == CaloKind::muon) continue;
    const double unit = segment.region->*length;
    const double here = (segment.end - segment.begin) / unit;
    if (depth <= here) return {segment.begin + depth * unit, segment.region};
    depth -= here;
  }
  return {infinity, nullptr};
}

}  // namespace sluice::simulate
