// The truth definition, step by step, as docs/truth.md tells it.
#include "stages/import/truth.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/stages/import/made_event.h"

namespace sluice::import {
namespace {

using events::Class;
using events::EventStatus;
using events::Fate;
using tests::MadeEvent;

std::vector<Fate> fates(const Truth& truth) {
  std::vector<Fate> result;
  for (const TruthParticle& particle : truth.particles) result.push_back(particle.fate);
  return result;
}

TEST(Truth, AChargedParticleIsCarriedByItsTrack) {
  MadeEvent event;
  const auto pion = event.particle(-211, 10, -1);
  event.track(pion, 0.9F, -1);
  const auto cluster = event.cluster();
  event.hit(pion, 7, cluster);
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.targets[0].track, 0);
  EXPECT_EQ(truth.targets[0].cluster, nobody);
  EXPECT_EQ(truth.targets[0].hit, 0);
  EXPECT_EQ(truth.targets[0].of_class, Class::charged_hadron);
  EXPECT_EQ(truth.targets[0].charge, -1);
  EXPECT_DOUBLE_EQ(truth.targets[0].cluster_energy, 7);
  EXPECT_FLOAT_EQ(static_cast<float>(truth.targets[0].track_weight), 0.9F);
  EXPECT_EQ(truth.track_target, std::vector{0});
  EXPECT_EQ(truth.cluster_target, std::vector{0});  // labelled with it, though it carries nothing
}

TEST(Truth, ANeutralParticleIsCarriedByItsBestCluster) {
  MadeEvent event;
  const auto photon = event.particle(22, 10);
  const auto small = event.cluster();
  const auto large = event.cluster();
  event.hit(photon, 1, small);
  event.hit(photon, 8, large);
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.targets[0].cluster, large);
  EXPECT_EQ(truth.targets[0].of_class, Class::photon);
  EXPECT_EQ(truth.cluster_target, (std::vector{0, 0}));
}

TEST(Truth, TheCarrierLimitsTheClass) {
  MadeEvent event;
  const auto electron = event.particle(11, 10, -1);  // lost its track
  event.hit(electron, 9, event.cluster());
  const auto muon = event.particle(13, 9, -1);
  event.hit(muon, 2, event.cluster());
  const auto photon = event.particle(22, 8);  // converted early: its track is all there is of it
  event.track(photon, 1, 1);
  const auto neutron = event.particle(2112, 7);
  event.hit(neutron, 5, event.cluster());
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 4U);
  EXPECT_EQ(truth.targets[0].of_class, Class::photon);
  EXPECT_EQ(truth.targets[0].charge, 0);
  EXPECT_EQ(truth.targets[1].of_class, Class::neutral_hadron);
  EXPECT_EQ(truth.targets[2].of_class, Class::charged_hadron);
  EXPECT_EQ(truth.targets[2].charge, 1);
  EXPECT_EQ(truth.targets[3].of_class, Class::neutral_hadron);
}

TEST(Truth, WhoLeavesTooLittleIsInvisible) {
  MadeEvent event;
  event.hit(event.particle(2112, 10), 0.9F, event.cluster());     // less than a tenth
  event.hit(event.particle(2112, 10), 1.1F, event.cluster());     // more
  event.hit(event.particle(13, 100, -1), 0.4F, event.cluster());  // charged, and less than half a GeV
  event.hit(event.particle(13, 100, -1), 0.6F, event.cluster());  // more
  event.track(event.particle(211, 10, 1), 0.1F);                  // too little of the track
  event.track(event.particle(211, 10, 1), 0.2F);                  // enough
  event.hit(event.particle(14, 50), 40, event.cluster());         // a neutrino, whatever it may have left
  EXPECT_EQ(fates(event.truth()), (std::vector{Fate::invisible, Fate::on_cluster, Fate::invisible,
                                               Fate::on_cluster, Fate::invisible, Fate::on_track}));
}

TEST(Truth, WhatDescendantsLeaveBelongsToTheStableParticle) {
  MadeEvent event;
  const auto pion = event.particle(211, 10, 1);
  const auto secondary = event.daughter(pion, 2112, 3);
  const auto later = event.daughter(secondary, 22, 1);
  event.hit(later, 4, event.cluster());
  event.hit(secondary, 3, 0);
  const Truth truth = event.truth();
  ASSERT_EQ(truth.particles.size(), 1U);
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 7);
}

TEST(Truth, AHitsEnergyIsSharedByItsWeightsWhateverTheirUnit) {
  MadeEvent event;
  const auto a = event.particle(22, 4);
  const auto b = event.particle(22, 4);
  const auto hit = event.hit(a, 8, event.cluster());
  event.hit_links[0].weight = 300;
  event.hit_links.push_back({hit, b, 100});
  const Truth truth = event.truth();
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 6);
  EXPECT_DOUBLE_EQ(truth.particles[1].hit_energy, 2);
}

TEST(Truth, TheLeadingParticleChoosesFirst) {
  MadeEvent event;
  const auto soft = event.particle(211, 5, 1);
  const auto hard = event.particle(211, 50, 1);
  const auto track = event.track(soft, 0.9F);
  event.track_links.push_back({track, hard, 0.3F});
  const auto cluster = event.cluster();
  event.hit(soft, 4, cluster);
  const Truth truth = event.truth();
  EXPECT_EQ(fates(truth), (std::vector{Fate::on_cluster, Fate::on_track}));
  EXPECT_EQ(truth.targets[0].particle, hard);
  EXPECT_EQ(truth.track_target, std::vector{1});  // most of the track is the soft one's
}

TEST(Truth, WhoFindsNoElementFreeIsMergedIntoTheOneThatHasIt) {
  MadeEvent event;
  const auto cluster = event.cluster();
  event.hit(event.particle(130, 10), 8, cluster);
  event.hit(event.particle(22, 5), 4, cluster);
  event.py[1] = 5, event.px[1] = 0;
  const Truth truth = event.truth();
  EXPECT_EQ(fates(truth), (std::vector{Fate::on_cluster, Fate::merged}));
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_DOUBLE_EQ(truth.targets[0].momentum.e, 15);
  EXPECT_DOUBLE_EQ(truth.targets[0].momentum.x, 10);
  EXPECT_DOUBLE_EQ(truth.targets[0].momentum.y, 5);
  EXPECT_DOUBLE_EQ(truth.targets[0].cluster_energy, 12);
  EXPECT_EQ(truth.targets[0].of_class, Class::neutral_hadron);
  EXPECT_EQ(truth.targets[0].particles, 2);
}

TEST(Truth, ASplinterOfAShowerThatIsElsewhereCarriesNothing) {
  MadeEvent event;
  const auto shower = event.cluster();
  const auto splinter = event.cluster();
  const auto hard = event.particle(22, 12);
  const auto soft = event.particle(22, 8);
  event.hit(hard, 12, shower);
  event.hit(soft, 6, shower);
  event.hit(soft, 2, splinter);
  EXPECT_EQ(fates(event.truth()), (std::vector{Fate::on_cluster, Fate::merged}));
  event.hit(soft, 1, splinter);  // now it is half of what it left in the other one
  EXPECT_EQ(fates(event.truth()), (std::vector{Fate::on_cluster, Fate::on_cluster}));
}

TEST(Truth, OfTwoTracksThatAreEquallyItsTheHarderCarriesIt) {
  MadeEvent event;
  const auto kaon = event.particle(310, 20);
  event.track(kaon, 1.0F);
  event.track(kaon, 1.0F);
  event.track_momentum = {8, 12};
  EXPECT_EQ(event.truth().targets[0].track, 1);
  event.track_momentum = {12, 8};
  EXPECT_EQ(event.truth().targets[0].track, 0);
  event.track_links[1].weight = 1.1F;
  EXPECT_EQ(event.truth().targets[0].track, 1);
}

TEST(Truth, WhoHasNothingToBeFoundByIsDroppedAndBooked) {
  MadeEvent event;
  event.hit(event.particle(22, 5), 4);  // in no cluster
  const auto first = event.particle(211, 10, 1);
  const auto second = event.particle(-211, 8, -1);
  const auto track = event.track(first, 0.5F);
  event.track_links.push_back({track, second, 0.5F});
  const Truth truth = event.truth();
  EXPECT_EQ(fates(truth), (std::vector{Fate::no_element, Fate::on_track, Fate::element_taken}));
  EXPECT_DOUBLE_EQ(truth.visible_energy, 23);
  EXPECT_DOUBLE_EQ(truth.target_energy, 10);
  EXPECT_DOUBLE_EQ(truth.no_element_energy, 5);
  EXPECT_DOUBLE_EQ(truth.element_taken_energy, 8);
}

TEST(Truth, AMotherThatWasTrackedStandsForHerDaughters) {
  MadeEvent event;
  const auto kaon = event.particle(310, 10, 0, 2);
  const auto plus = event.daughter(kaon, 211, 6, 1, 1);
  const auto minus = event.daughter(kaon, -211, 4, -1, 1);
  event.simulator_status[static_cast<std::size_t>(plus)] = 0;
  event.simulator_status[static_cast<std::size_t>(minus)] = 0;
  event.hit(kaon, 3, event.cluster());
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.particles[static_cast<std::size_t>(truth.targets[0].particle)].record, kaon);
  EXPECT_EQ(truth.reference, std::vector{kaon});
}

TEST(Truth, AMotherDoesNotStandInWhenADaughterWasSeen) {
  MadeEvent event;
  const auto kaon = event.particle(310, 10, 0, 2);
  const auto plus = event.daughter(kaon, 211, 6, 1, 1);
  event.daughter(kaon, -211, 4, -1, 1);
  event.hit(kaon, 3, event.cluster());
  event.hit(plus, 5, event.cluster());
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.particles[static_cast<std::size_t>(truth.targets[0].particle)].record, plus);
}

TEST(Truth, OfTwoMothersTheNearerStandsIn) {
  MadeEvent event;
  const auto upper = event.particle(511, 30, 0, 2);
  const auto other = event.daughter(upper, 22, 9, 0, 1);  // climbs to the upper one
  const auto lower = event.daughter(upper, 310, 10, 0, 2);
  event.daughter(lower, 211, 6, 1, 1);
  event.hit(upper, 9, event.cluster());
  event.hit(lower, 3, event.cluster());
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.particles[static_cast<std::size_t>(truth.targets[0].particle)].record, lower);
  (void)other;
}

TEST(Truth, ASurrogateAnswersForWhatTheSimulationMadeOfIt) {
  MadeEvent event;
  const auto kaon = event.particle(310, 10, 0, 2);
  event.daughter(kaon, 211, 6, 1, 1);
  const auto simulated = event.daughter(kaon, 211, 6, 1, 0);
  event.hit(simulated, 5, event.cluster());
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.particles[static_cast<std::size_t>(truth.targets[0].particle)].record, kaon);
}

TEST(Truth, OnlyPropagatedParticlesAreTheReference) {
  MadeEvent event;
  event.particle(22, 5);
  event.particle(22, 5);
  event.particle(12, 5);
  event.simulator_status[1] = 0;
  EXPECT_EQ(event.truth().reference, std::vector{0});
}

TEST(Truth, AFastSimulationWithoutStatusBitsHasAllStableParticlesAsReference) {
  MadeEvent event;
  event.particle(22, 5);
  event.particle(22, 5);
  event.particle(12, 5);
  event.particle(23, 91, 0, 22);
  event.simulator_status.assign(4, 0);
  EXPECT_EQ(event.truth().reference, (std::vector{0, 1}));
}

TEST(Truth, ClustersMayBeLinkedWithoutTheirHits) {
  MadeEvent event;
  const auto photon = event.particle(22, 10);
  event.cluster_links.push_back({event.cluster(), photon, 9});
  const Truth truth = event.truth();
  ASSERT_EQ(truth.targets.size(), 1U);
  EXPECT_EQ(truth.targets[0].cluster, 0);
  EXPECT_DOUBLE_EQ(truth.particles[0].hit_energy, 9);
}

TEST(Truth, HitsCarryTargetsWhereThereIsNothingElse) {
  MadeEvent event;
  event.hits_carry_targets = true;
  const auto pion = event.particle(-211, 10, -1);
  event.hit(pion, 2);
  event.hit(pion, 5);
  const Truth truth = event.truth();
  EXPECT_EQ(fates(truth), std::vector{Fate::on_hit});
  EXPECT_EQ(truth.targets[0].hit, 1);
  EXPECT_EQ(truth.targets[0].charge, -1);
  EXPECT_EQ(truth.hit_target, (std::vector{0, 0}));
}

TEST(Truth, AnEmptyEventHasNoVisibleParticle) {
  EXPECT_EQ(MadeEvent().truth().status, EventStatus::no_visible_particle);
}

TEST(Truth, AMomentumThatIsNoNumberBreaksTheEventAndNothingElse) {
  for (const double broken :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    MadeEvent event;
    event.hit(event.particle(22, broken), 4, event.cluster());
    EXPECT_EQ(event.truth().status, EventStatus::broken_particle);
  }
}

}  // namespace
}  // namespace sluice::import
