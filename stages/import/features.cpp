#include "stages/import/features.h"

#include <cmath>

namespace sluice::import {

namespace {

/// A direction from the interaction point.
struct Direction {
  double sin_theta = 0;  ///< 0 and an eta of 0: no direction at all
  double eta = 0;
  double sin_phi = 0;
  double cos_phi = 0;
};

Direction direction(double x, double y, double z) {
  const double transverse = std::sqrt(x * x + y * y);
  const double length = std::sqrt(x * x + y * y + z * z);
  if (!(length > 0)) return {};
  if (!(transverse > 0)) return {0, 0, 0, 1};  // along the beam: eta has no number
  // asinh(z / transverse); this way it costs half, and there are many hits.
  const double eta = std::copysign(std::log((std::abs(z) + length) / transverse), z);
  return {transverse / length, eta, y / transverse, x / transverse};
}

/// Energy-weighted sums over hits.
struct Moments {
  double weight = 0;
  std::array<double, 3> mean{};
  std::array<double, 3> square{};

  void add(const RawHit& hit) {
    if (!(hit.energy > 0)) return;
    weight += hit.energy;
    for (std::size_t axis = 0; axis < 3; ++axis) {  // Welford's, as positions are large and clusters small
      const double before = hit.position[axis] - mean[axis];
      mean[axis] += before * hit.energy / weight;
      square[axis] += hit.energy * before * (hit.position[axis] - mean[axis]);
    }
  }
  double sigma(std::size_t axis) const {
    return weight > 0 ? std::sqrt(std::max(square[axis] / weight, 0.0)) : 0;
  }
};

float f(double value) { return static_cast<float>(value); }

}  // namespace

TrackFeatures track_features(const RawTrack& track, double field_t) {
  namespace column = events::track;
  // pt = B q r: 2.99792458e-4 GeV / (T mm), from the speed of light.
  constexpr double gev_per_tesla_mm = 2.99792458e-4;
  const double pt = gev_per_tesla_mm * std::abs(field_t / track.omega);
  TrackFeatures row{};
  row[column::elemtype] = events::type_track;
  row[column::pt] = f(pt);
  row[column::eta] = f(std::asinh(static_cast<double>(track.tan_lambda)));
  row[column::sin_phi] = f(std::sin(static_cast<double>(track.phi)));
  row[column::cos_phi] = f(std::cos(static_cast<double>(track.phi)));
  row[column::p] = f(pt * std::sqrt(1 + static_cast<double>(track.tan_lambda) * track.tan_lambda));
  row[column::chi2] = track.chi2;
  row[column::ndf] = track.ndf;
  row[column::dedx] = track.dedx;
  row[column::dedx_error] = track.dedx_error;
  row[column::radius_of_innermost_hit] = track.radius_of_innermost_hit;
  row[column::tan_lambda] = track.tan_lambda;
  row[column::d0] = track.d0;
  row[column::omega] = track.omega;
  row[column::z0] = track.z0;
  row[column::time] = track.time;
  return row;
}

ClusterFeatures cluster_features(const RawCluster& cluster, std::span<const RawHit* const> hits) {
  namespace column = events::cluster;
  Moments moments;
  std::array<double, 4> by_subdetector{};
  for (const RawHit* hit : hits) {
    moments.add(*hit);
    by_subdetector[static_cast<std::size_t>(hit->subdetector)] += hit->energy;
  }
  std::array<double, 3> position = {cluster.position[0], cluster.position[1], cluster.position[2]};
  if (position == std::array<double, 3>{})
    position = moments.mean;  // a file that leaves it out may have the hits
  const Direction to = direction(position[0], position[1], position[2]);
  ClusterFeatures row{};
  row[column::elemtype] = events::type_calorimeter;
  row[column::et] = f(cluster.energy * to.sin_theta);
  row[column::eta] = f(to.eta);
  row[column::sin_phi] = f(to.sin_phi);
  row[column::cos_phi] = f(to.cos_phi);
  row[column::energy] = cluster.energy;
  row[column::x] = f(position[0]);
  row[column::y] = f(position[1]);
  row[column::z] = f(position[2]);
  row[column::theta] = cluster.theta;
  row[column::energy_ecal] = f(by_subdetector[static_cast<std::size_t>(events::Subdetector::ecal)]);
  row[column::energy_hcal] = f(by_subdetector[static_cast<std::size_t>(events::Subdetector::hcal)]);
  row[column::energy_other] = f(by_subdetector[static_cast<std::size_t>(events::Subdetector::other)]);
  row[column::num_hits] = f(static_cast<double>(hits.size()));
  row[column::sigma_x] = f(moments.sigma(0));
  row[column::sigma_y] = f(moments.sigma(1));
  row[column::sigma_z] = f(moments.sigma(2));
  return row;
}

HitFeatures hit_features(const RawHit& hit) {
  namespace column = events::hit;
  const Direction to = direction(hit.position[0], hit.position[1], hit.position[2]);
  HitFeatures row{};
  row[column::elemtype] =
      hit.subdetector == events::Subdetector::tracker ? events::type_track : events::type_calorimeter;
  row[column::et] = f(hit.energy * to.sin_theta);
  row[column::eta] = f(to.eta);
  row[column::sin_phi] = f(to.sin_phi);
  row[column::cos_phi] = f(to.cos_phi);
  row[column::energy] = hit.energy;
  row[column::x] = hit.position[0];
  row[column::y] = hit.position[1];
  row[column::z] = hit.position[2];
  row[column::time] = hit.time;
  row[column::subdetector] = static_cast<float>(hit.subdetector);
  row[column::type] = static_cast<float>(hit.type);
  return row;
}

std::array<float, events::momentum::columns> momentum_row(const FourMomentum& momentum, float charge) {
  const Direction to = direction(momentum.x, momentum.y, momentum.z);
  return {
      f(std::hypot(momentum.x, momentum.y)), f(to.eta), f(to.sin_phi), f(to.cos_phi), f(momentum.e), charge};
}

void replace_what_is_no_number(std::span<float> row, std::int32_t& replaced) {
  for (float& number : row)
    if (!std::isfinite(number)) {
      number = 0;
      ++replaced;
    }
}

}  // namespace sluice::import
