#include "stages/simulate/flow/matching.h"

#include <algorithm>
#include <limits>

#include "stages/simulate/tracker/helix.h"

namespace sluice::simulate {

namespace {

Vec3 position_of(const CaloHit& hit) { return {hit.position[0], hit.position[1], hit.position[2]}; }

}  // namespace

TrackAtFace at_face(const Track& track, double field_t) {
  const TrackState& ip = track.states[0];
  const TrackState& face = track.states[3];
  const double pt = pt_of(ip.omega, field_t);
  TrackAtFace at;
  at.momentum_at_ip = {pt * std::cos(ip.phi), pt * std::sin(ip.phi), pt * ip.tan_lambda};
  at.momentum = at.momentum_at_ip.norm();
  at.charge = ip.omega > 0 ? 1 : -1;
  at.position = {face.reference[0], face.reference[1], face.reference[2]};
  at.direction = unit({std::cos(face.phi), std::sin(face.phi), face.tan_lambda});
  return at;
}

FromLine from_line(const TrackAtFace& track, const Vec3& point) {
  const Vec3 apart = point - track.position;
  const double along = apart.dot(track.direction);
  return {std::sqrt(std::max(apart.norm2() - along * along, 0.0)), along};
}

int hits_on_line(const FlowInput& input, const TrackAtFace& track, const Piece& piece,
                 const FlowSettings& settings) {
  int count = 0;
  for (const std::uint32_t i : piece.hits) {
    const CaloHit& hit = input.hits[i];
    const auto [across, along] = from_line(track, position_of(hit));
    const bool em = hit.type % 10 == 0;
    if (along < -20 || along > (em ? settings.match_depth_mm : 4 * settings.match_depth_mm)) continue;
    if (across < (em ? settings.ecal_match_mm : settings.hcal_match_mm)) count += em ? 2 : 1;
  }
  return count;
}

double gap_between(const std::vector<CaloHit>& hits, const Piece& a, const Piece& b, double enough) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const std::uint32_t i : a.hits) {
    const Vec3 here = position_of(hits[i]);
    for (const std::uint32_t j : b.hits) nearest = std::min(nearest, (position_of(hits[j]) - here).norm2());
    if (nearest < enough * enough) break;
  }
  return std::sqrt(nearest);
}

}  // namespace sluice::simulate
