// What networks see: formulas against numbers worked out by hand, and what other importers got wrong.
#include "stages/import/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sluice::import {
namespace {

namespace track = events::track;
namespace cluster = events::cluster;
namespace hit = events::hit;
using events::Subdetector;

TEST(TrackFeatures, FollowFromTheHelix) {
  RawTrack raw;
  raw.omega = -2.99792458e-4F * 4 / 10;  // 10 GeV in 4 T, negative
  raw.phi = 0.5F;
  raw.tan_lambda = 0.75F;
  raw.radius_of_innermost_hit = 31;
  raw.dedx = 7;
  const TrackFeatures row = track_features(raw, 4);
  EXPECT_EQ(row[track::elemtype], 1);
  EXPECT_NEAR(row[track::pt], 10, 1e-5);
  EXPECT_NEAR(row[track::p], 12.5, 1e-5);
  EXPECT_NEAR(row[track::eta], std::asinh(0.75), 1e-6);
  EXPECT_NEAR(row[track::sin_phi], std::sin(0.5), 1e-6);
  EXPECT_NEAR(row[track::cos_phi], std::cos(0.5), 1e-6);
  EXPECT_EQ(row[track::radius_of_innermost_hit], 31);
  EXPECT_EQ(row[track::dedx], 7);
}

TEST(ClusterFeatures, SumAndSpreadItsHits) {
  const RawHit ecal{3, {1000, 10, 0}, 0, 0, Subdetector::ecal};
  const RawHit hcal{1, {1000, 50, 0}, 0, 0, Subdetector::hcal};
  const RawHit muon{0.5F, {1000, 20, 0}, 0, 0, Subdetector::other};
  const RawHit noise{-1, {1000, 900, 0}, 0, 0, Subdetector::other};
  const std::array<const RawHit*, 4> hits = {&ecal, &hcal, &muon, &noise};
  const RawCluster raw{5, {0, 1500, 2000}, 0.9F, 0};
  const ClusterFeatures row = cluster_features(raw, hits);
  EXPECT_EQ(row[cluster::elemtype], 2);
  EXPECT_NEAR(row[cluster::et], 3, 1e-6);
  EXPECT_NEAR(row[cluster::eta], std::asinh(2000.0 / 1500), 1e-6);
  EXPECT_NEAR(row[cluster::sin_phi], 1, 1e-6);
  EXPECT_FLOAT_EQ(row[cluster::theta], 0.9F);
  EXPECT_EQ(row[cluster::energy_ecal], 3);
  EXPECT_EQ(row[cluster::energy_hcal], 1);
  EXPECT_EQ(row[cluster::energy_other], -0.5F);
  EXPECT_EQ(row[cluster::num_hits], 4);
  const double mean = (30 + 50 + 10) / 4.5;
  const double square =
      (3 * std::pow(10 - mean, 2) + std::pow(50 - mean, 2) + 0.5 * std::pow(20 - mean, 2)) / 4.5;
  EXPECT_NEAR(row[cluster::sigma_y], std::sqrt(square), 1e-4);
  EXPECT_EQ(row[cluster::sigma_x], 0);
}

TEST(ClusterFeatures, TakeThePositionFromTheHitsWhereTheFileHasNone) {
  const RawHit one{3, {100, 0, 0}, 0, 0, Subdetector::ecal};
  const RawHit other{1, {0, 100, 0}, 0, 0, Subdetector::ecal};
  const std::array<const RawHit*, 2> hits = {&one, &other};
  const ClusterFeatures row = cluster_features({4, {}, 0, 0}, hits);
  EXPECT_FLOAT_EQ(row[cluster::x], 75);
  EXPECT_FLOAT_EQ(row[cluster::y], 25);
  EXPECT_FLOAT_EQ(row[cluster::et], 4);
}

TEST(ClusterFeatures, WithoutAnyPositionHaveNoDirection) {
  const ClusterFeatures row = cluster_features({4, {}, 0, 0}, {});
  EXPECT_EQ(row[cluster::energy], 4);
  EXPECT_EQ(row[cluster::et], 0);
  EXPECT_EQ(row[cluster::sin_phi], 0);
  EXPECT_EQ(row[cluster::cos_phi], 0);
}

TEST(HitFeatures, HaveASineAndACosineOfPhi) {  // elsewhere they were multiplied with the sine of theta
  const HitFeatures row = hit_features({2, {30, 40, 500}, 1.5F, 11010, Subdetector::ecal});
  EXPECT_FLOAT_EQ(row[hit::sin_phi], 0.8F);
  EXPECT_FLOAT_EQ(row[hit::cos_phi], 0.6F);
  EXPECT_NEAR(row[hit::et], 2 * 50 / std::hypot(50, 500), 1e-6);
  EXPECT_FLOAT_EQ(row[hit::time], 1.5F);
  EXPECT_FLOAT_EQ(row[hit::type], 11010);
}

TEST(HitFeatures, TellTrackerHitsFromCells) {  // elsewhere all were of type 2
  EXPECT_EQ(hit_features({1, {1, 0, 0}, 0, 0, Subdetector::tracker})[hit::elemtype], 1);
  EXPECT_EQ(hit_features({1, {1, 0, 0}, 0, 0, Subdetector::other})[hit::elemtype], 2);
}

TEST(Features, AreNumbers) {
  std::int32_t replaced = 0;
  TrackFeatures straight = track_features(RawTrack{}, 4);  // an omega of 0 is an infinite momentum
  replace_what_is_no_number(straight, replaced);
  EXPECT_EQ(straight[track::pt], 0);
  EXPECT_EQ(straight[track::p], 0);
  EXPECT_EQ(replaced, 2);
  EXPECT_TRUE(std::isfinite(hit_features({1, {0, 0, 10}, 0, 0, Subdetector::ecal})[hit::eta]));
}

}  // namespace
}  // namespace sluice::import
