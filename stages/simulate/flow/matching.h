// Which clusters lie on a track's way.
#pragma once

#include <optional>
#include <vector>

#include "stages/simulate/flow/flow.h"

namespace sluice::simulate {

/// A track at the calorimeters' face.
struct TrackAtFace {
  Vec3 position;
  Vec3 direction;
  double momentum = 0;
  double charge = 0;
  Vec3 momentum_at_ip;
};
TrackAtFace at_face(const Track& track, double field_t);

/// A cluster while particle flow thinks about it.
struct Piece {
  HitGroup hits;
  ClusterShape shape;
  std::optional<std::uint32_t> track;  ///< that took it
  bool gone = false;                   ///< joined to another one
};

/// How well a piece sits on the track's line: the number of its hits close to the line near the face.
int hits_on_line(const FlowInput& input, const TrackAtFace& track, const Piece& piece,
                 const FlowSettings& settings);

/// Distance of a point from a track's line, and how far along it.
struct FromLine {
  double across = 0;
  double along = 0;
};
FromLine from_line(const TrackAtFace& track, const Vec3& point);

/// The smallest distance between hits of two pieces.
double gap_between(const std::vector<CaloHit>& hits, const Piece& a, const Piece& b, double enough);

}  // namespace sluice::simulate
