// What is measured of one event, by hand.
#include "stages/evaluate/physics/event.h"

#include <gtest/gtest.h>

#include "stages/jets/jets.h"
#include "tests/stages/evaluate/physics/made_events.h"

namespace sluice::evaluate {
namespace {

using tests::particle;

class AnEvent : public testing::Test {
 protected:
  void SetUp() override { jets::prepare_jets(); }
  std::vector<Particle>& of(Source source) { return event.particles[index(source)]; }
  EventInput event;
};

TEST_F(AnEvent, JetsAreMatchedToTruthAndToTarget) {
  event.true_jets = {{40, {0.5, 1}}, {38, {-0.5, -2.1}}};
  of(Source::target) = {particle(Class::photon, 40, 0.5, 1), particle(Class::photon, 38, -0.5, -2.1)};
  of(Source::ours) = {particle(Class::photon, 36, 0.51, 1), particle(Class::photon, 7, -0.5, 0)};
  const EventPhysics physics = analyse(event);
  const auto& ours = physics.jets[index(Source::ours)];
  ASSERT_EQ(ours.size(), 2U);
  EXPECT_NEAR(ours[0].pt, 36, 1e-9);
  EXPECT_NEAR(ours[0].direction.eta, 0.51, 1e-9);
  EXPECT_NEAR(ours[0].direction.phi, 1, 1e-9);
  ASSERT_EQ(physics.to_truth[index(Source::ours)].size(), 1U);
  EXPECT_NEAR(physics.to_truth[index(Source::ours)][0].distance, 0.01, 1e-9);
  EXPECT_EQ(physics.to_truth[index(Source::target)].size(), 2U);
  EXPECT_EQ(physics.to_target[index(Source::ours)].size(), 1U);
  EXPECT_TRUE(physics.to_truth[index(Source::baseline)].empty());
}

TEST_F(AnEvent, MissingMomentumIsTheSumOfAllParticles) {
  event.true_met = 12;
  of(Source::ours) = {particle(Class::photon, 3, 0, 0), particle(Class::photon, 4, 2, M_PI / 2)};
  const EventPhysics physics = analyse(event);
  EXPECT_NEAR(physics.met[index(Source::ours)], 5, 1e-9);
  EXPECT_EQ(physics.met[index(Source::baseline)], 0);
  EXPECT_EQ(physics.met[index(Source::truth)], 12);
}

TEST_F(AnEvent, AParticleIsFoundByOneOfItsClassThatIsNear) {
  of(Source::target) = {particle(Class::photon, 5, 0, 0), particle(Class::muon, 6, 1, 1),
                        particle(Class::photon, 7, 0.05, 0)};
  of(Source::ours) = {particle(Class::photon, 4, 0.04, 0), particle(Class::electron, 6, 1, 1)};
  const EventPhysics physics = analyse(event);
  const auto& targets = physics.targets[index(Source::ours)];
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_FALSE(targets[0].found);  // the other photon is nearer
  EXPECT_FALSE(targets[1].found);
  EXPECT_TRUE(targets[2].found);
  const auto& particles = physics.particles[index(Source::ours)];
  EXPECT_TRUE(particles[0].found);
  EXPECT_FALSE(particles[1].found);
  EXPECT_EQ(particles[1].of_class, Class::electron);
}

TEST_F(AnEvent, ElementsAreCountedByBothClasses) {
  event.element_classes[index(Source::target)] = {Class::none, Class::muon, Class::muon};
  event.element_classes[index(Source::ours)] = {Class::photon, Class::muon, Class::none};
  const EventPhysics physics = analyse(event);
  const Confusion& seen = physics.confusion[index(Source::ours)];
  EXPECT_EQ(seen[0][3], 1U);
  EXPECT_EQ(seen[5][5], 1U);
  EXPECT_EQ(seen[5][0], 1U);
  EXPECT_EQ(physics.confusion[index(Source::baseline)], Confusion{});  // it says nothing of elements
}

TEST_F(AnEvent, WithoutAnythingHasNothing) {
  const EventPhysics physics = analyse(event);
  for (std::size_t source = 0; source < source_count; ++source) {
    EXPECT_TRUE(physics.jets[source].empty());
    EXPECT_EQ(physics.met[source], 0);
  }
}

TEST_F(AnEvent, ParticlesWithoutEnergyMakeNoJets) {
  of(Source::ours) = {particle(Class::photon, 0, 0, 0), particle(Class::photon, 0, 5, 1)};
  EXPECT_TRUE(analyse(event).jets[index(Source::ours)].empty());
}

TEST_F(AnEvent, EveryNumberOfAParticleHasToBeOne) {
  Particle p = particle(Class::photon, 1, 0, 0);
  EXPECT_TRUE(is_finite(p));
  p.energy = std::nan("");
  EXPECT_FALSE(is_finite(p));
  p = particle(Class::photon, 1, 0, 0);
  p.eta = INFINITY;
  EXPECT_FALSE(is_finite(p));
}

}  // namespace
}  // namespace sluice::evaluate
