// What other definitions of this kind have got wrong, each with the test that keeps it right here.
#include <gtest/gtest.h>

#include "stages/import/truth.h"
#include "tests/stages/import/made_event.h"

namespace sluice::import {
namespace {

using events::EventStatus;
using events::Fate;
using tests::MadeEvent;

TEST(TruthMends, ElementsOfAMergedParticleAreLabelledWithItsHost) {
  MadeEvent event;
  const auto shared = event.cluster();
  const auto host = event.particle(130, 10);
  const auto merged = event.particle(22, 5);
  event.hit(host, 8, shared);
  event.hit(merged, 2, shared);
  const auto own_hit = event.hit(merged, 3);
  const Truth truth = event.truth();
  ASSERT_EQ(truth.particles[static_cast<std::size_t>(merged)].fate, Fate::merged);
  EXPECT_EQ(truth.hit_target[static_cast<std::size_t>(own_hit)], 0);
}

TEST(TruthMends, ATargetWithoutHitsIsNoReasonToGiveUp) {
  MadeEvent event;
  event.track(event.particle(211, 10, 1));
  const Truth truth = event.truth();
  EXPECT_EQ(truth.status, EventStatus::ok);
  EXPECT_EQ(truth.targets[0].hit, nobody);
}

TEST(TruthMends, HitsOfParticlesThatWereNotKeptBelongToNobody) {
  MadeEvent event;
  const auto photon = event.particle(22, 4);
  const auto hit = event.hit(photon, 8, event.cluster());
  event.hit_links.push_back({hit, 77, 1});  // half of the hit
  const Truth truth = event.truth();
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 4);
  EXPECT_EQ(truth.dangling_references, 1);
}

TEST(TruthMends, LinksToNowhereAreCountedAndLeftOut) {
  MadeEvent event;
  const auto photon = event.particle(22, 4);
  event.hit(photon, 4, event.cluster());
  event.hit_links.push_back({99, photon, 1});
  event.hit_links.push_back({-2, photon, 1});
  event.track_links.push_back({0, photon, 1});
  event.cluster_hits.push_back({0, 5});
  event.cluster_hits.push_back({7, 0});
  event.descents.push_back({0, 31});
  const Truth truth = event.truth();
  EXPECT_EQ(truth.dangling_references, 6);
  EXPECT_EQ(truth.targets.size(), 1U);
}

TEST(TruthMends, WeightsThatAreNoWeightsAreCountedAndLeftOut) {
  MadeEvent event;
  const auto photon = event.particle(22, 4);
  const auto hit = event.hit(photon, 4, event.cluster());
  for (const float weight :
       {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    event.hit_links.push_back({hit, event.particle(22, 4), weight});
  const Truth truth = event.truth();
  EXPECT_EQ(truth.weightless_links, 4);
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 4);
}

TEST(TruthMends, NegativeHitEnergiesAreNobodysDeposit) {
  MadeEvent event;
  const auto photon = event.particle(22, 4);
  event.hit(photon, 4, event.cluster());
  event.hit(photon, -3, 0);
  EXPECT_DOUBLE_EQ(event.truth().particles[0].hit_energy, 4);
}

TEST(TruthMends, DuplicateParentsCountOnce) {
  MadeEvent event;
  const auto pion = event.particle(211, 10, 1);
  const auto daughter = event.daughter(pion, 22, 5);
  event.descents.push_back({pion, daughter});
  event.descents.push_back({pion, daughter});
  event.hit(daughter, 5, event.cluster());
  EXPECT_DOUBLE_EQ(event.truth().particles[0].hit_energy, 5);
}

TEST(TruthMends, ParticlesWithTwoStableAncestorsLeaveTheirEnergyOnce) {
  MadeEvent event;
  const auto near = event.particle(211, 10, 1);
  const auto far = event.particle(211, 10, 1);
  const auto between = event.daughter(far, 22, 5);
  const auto last = event.daughter(between, 22, 5);
  event.descents.push_back({near, last});
  event.hit(last, 5, event.cluster());
  const Truth truth = event.truth();
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 5);
  EXPECT_DOUBLE_EQ(truth.particles[1].hit_energy, 0);
}

TEST(TruthMends, CirclesInTheRecordAreCut) {
  MadeEvent event;
  const auto a = event.particle(310, 10, 0, 2);
  const auto b = event.daughter(a, 211, 6, 1, 2);
  const auto c = event.daughter(b, 211, 6, 1, 1);
  event.descents.push_back({c, a});
  event.descents.push_back({b, b});
  event.hit(c, 5, event.cluster());
  const Truth truth = event.truth();
  EXPECT_EQ(truth.cycles_cut, 2);
  EXPECT_EQ(truth.targets.size(), 1U);
}

}  // namespace
}  // namespace sluice::import
