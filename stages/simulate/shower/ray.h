// A straight line through the calorimeters: which regions it crosses, and how much matter it has behind it at
// each point. Tracks bend no more behind the calorimeters' face: over the 20 cm of the ECAL a 2 GeV track
// would move by 3 mm in 4 T.
#pragma once

#include <vector>

#include "stages/simulate/detector/detector.h"

namespace sluice::simulate {

struct Segment {
  const CaloRegion* region = nullptr;
  double begin = 0;  ///< mm from the ray's origin
  double end = 0;
};

class Ray {
 public:
  Ray(const Detector& detector, const Vec3& origin, const Vec3& direction);

  const Vec3& direction() const { return direction_; }
  Vec3 at(double s) const { return origin_ + direction_ * s; }
  const std::vector<Segment>& segments() const { return segments_; }  ///< ascending, without overlaps

  struct Place {
    double s = 0;
    const CaloRegion* region = nullptr;  ///< null: behind all matter
  };
  /// Where this many radiation or interaction lengths are behind the ray. Yokes count as no matter.
  Place after_x0(double depth) const { return after(depth, &CaloRegion::x0_mm); }
  Place after_lambda(double depth) const { return after(depth, &CaloRegion::lambda_mm); }

 private:
  Place after(double depth, double CaloRegion::*length) const;

  Vec3 origin_;
  Vec3 direction_;
  std::vector<Segment> segments_;
};

}  // namespace sluice::simulate
