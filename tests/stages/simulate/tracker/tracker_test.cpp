// Helices, their conventions, and what the tracker makes of particles.
#include <gtest/gtest.h>

#include <cmath>

#include "stages/simulate/detector/read_detector.h"
#include "stages/simulate/tracker/helix.h"
#include "stages/simulate/tracker/transport.h"

namespace sluice::simulate {
namespace {

const Detector& clic() {
  static const Detector detector = *read_detector(SLUICE_SOURCE_DIR "/data/detectors/clic.toml");
  return detector;
}

GeneratedEvent single(int pdg, const Vec3& momentum, double mass, const Vec3& vertex = {}) {
  Particle particle;
  particle.pdg = pdg;
  particle.charge = charge_of(pdg);
  particle.mass = mass;
  particle.momentum = momentum;
  particle.vertex = vertex;
  return {0, 1, {particle}};
}

TEST(Helix, APositiveParticleTurnsClockwise) {
  const Helix helix = helix_of({0, 0, 0}, {1, 0, 0.5}, 1, 4);
  EXPECT_NEAR(helix.omega, 2.99792458e-4 * 4, 1e-12);
  EXPECT_NEAR(pt_of(helix.omega, 4), 1, 1e-9);
  const Vec3 later = helix.at(100);
  EXPECT_LT(later.y, 0);
  EXPECT_NEAR(later.z, 50, 1e-9);
}

TEST(Helix, CrossingsLieWhereTheyShould) {
  for (const double charge : {-1.0, 0.0, 1.0}) {
    const Helix helix = helix_of({3, -2, 10}, {1.5, 2, -0.7}, charge, 4);
    EXPECT_NEAR(helix.at(*helix.to_cylinder(500)).perp(), 500, 1e-6) << charge;
    EXPECT_NEAR(helix.at(*helix.to_plane(-300)).z, -300, 1e-9) << charge;
    const Vec3 face = helix.at(*helix.to_polygon(1500, 12));
    const double normal = 2 * std::numbers::pi / 12 * side_of(face.phi(), 12);
    EXPECT_NEAR(face.x * std::cos(normal) + face.y * std::sin(normal), 1500, 1e-5) << charge;
  }
  EXPECT_FALSE(helix_of({0, 0, 0}, {0.3, 0, 0.1}, 1, 4).to_cylinder(1500)) << "0.3 GeV comes back before";
}

TEST(Helix, ThePerigeeLiesOnIt) {
  const Helix helix = helix_of({12, 7, 30}, {0.8, 1.1, 0.4}, -1, 4);
  const Perigee perigee = perigee_of(helix);
  // EDM4hep: the point of closest approach is (-d0 sin phi, d0 cos phi, z0).
  const Vec3 nearest{-perigee.d0 * std::sin(perigee.phi), perigee.d0 * std::cos(perigee.phi), perigee.z0};
  EXPECT_NEAR((helix.at(perigee.s) - nearest).norm(), 0, 1e-6);
  EXPECT_NEAR((helix_of(perigee).at(-perigee.s) - helix.start).norm(), 0, 1e-6);
}

TEST(Transport, AMuonLeavesHitsATrackAndArrives) {
  const auto event = single(13, {20, 5, 3}, 0.10566);
  const Transported out = transport(clic(), event, 1, 0);
  ASSERT_EQ(out.tracks.size(), 1U);
  ASSERT_EQ(out.entries.size(), 1U);
  const Track& track = out.tracks[0].track;
  EXPECT_GE(out.hits[0].size(), 10U);
  EXPECT_LT(track.states[0].omega, 0);
  EXPECT_NEAR(pt_of(track.states[0].omega, 4), 20.616, 0.3);
  const auto& face = track.states[3].reference;
  EXPECT_NEAR((Vec3{face[0], face[1], face[2]} - out.entries[0].position).norm(), 0, 2);
  const auto& first = track.states[1].reference;
  EXPECT_NEAR(std::hypot(first[0], first[1]), 31, 3);
}

TEST(Transport, MomentumIsMeasuredAsWellAsTheCardSays) {
  double sum = 0;
  double square = 0;
  double d0 = 0;
  int count = 0;
  for (std::uint64_t number = 0; number < 2000; ++number) {
    const Transported out = transport(clic(), single(211, {0, 10, 0.5}, 0.13957), 1, number);
    for (const auto& found : out.tracks) {
      if (found.particle != 0) continue;
      const double ratio = pt_of(found.track.states[0].omega, 4) / 10;
      sum += ratio;
      square += ratio * ratio;
      d0 += found.track.states[0].d0 * found.track.states[0].d0;
      ++count;
    }
  }
  ASSERT_GT(count, 1800);
  const double mean = sum / count;
  EXPECT_NEAR(mean, 1, 0.001);
  EXPECT_NEAR(std::sqrt(square / count - mean * mean), 0.0021, 0.0002);
  EXPECT_NEAR(std::sqrt(d0 / count), 0.00522, 0.0004);
}

TEST(Transport, AShortLivedKaonDecaysOnItsWay) {
  int decays = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Transported out = transport(clic(), single(310, {3, 0, 0}, 0.497611), 1, number);
    if (out.particles.size() < 3) continue;
    ++decays;
    EXPECT_NE(out.fates[0].status & decayed_in_tracker, 0U);
    EXPECT_NE(out.fates[1].status & created_in_simulation, 0U);
    EXPECT_EQ(out.particles[1].status, status_simulated);
    EXPECT_EQ(out.particles[1].parents, std::vector<int>{0});
    EXPECT_NEAR((out.fates[0].endpoint - out.particles[1].vertex).norm(), 0, 1e-9);
    const FourVector sum = out.particles[1].four_momentum() + out.particles[2].four_momentum();
    EXPECT_NEAR((sum.p - out.particles[0].momentum).norm(), 0, 1e-6);
  }
  EXPECT_GT(decays, 195);
}

TEST(Transport, SomePhotonsConvert) {
  int converted = 0;
  for (std::uint64_t number = 0; number < 2000; ++number)
    converted += transport(clic(), single(22, {5, 0, 0}, 0), 1, number).particles.size() > 1 ? 1 : 0;
  EXPECT_NEAR(converted / 2000.0, 0.07, 0.03);  // a tenth of a radiation length of material
}

TEST(Transport, WhatGoesDownTheBeamPipeIsNotSeen) {
  const Transported out = transport(clic(), single(22, {0.001, 0, 100}, 0), 1, 0);
  EXPECT_TRUE(out.tracks.empty());
  const Transported still = transport(clic(), single(22, {0, 0, 0}, 0), 1, 0);
  EXPECT_TRUE(still.entries.empty());
}

}  // namespace
}  // namespace sluice::simulate
