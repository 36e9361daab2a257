// What holds for every event, however broken: random events with all that goes wrong in files.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "stages/import/truth.h"
#include "tests/stages/import/made_event.h"

namespace sluice::import {
namespace {

using events::EventStatus;
using events::Fate;
using tests::MadeEvent;

class RandomEvent {
 public:
  explicit RandomEvent(unsigned seed) : random_(seed) {}

  MadeEvent make() {
    const int particles = below(60);
    constexpr std::array<std::int32_t, 9> kinds = {22, 11, -11, 13, 211, -211, 130, 2112, 12};
    for (int i = 0; i < particles; ++i) {
      const std::int32_t kind = kinds[static_cast<std::size_t>(below(9))];
      const float charge = kind == 22 || kind > 211 || kind == 130 || kind == 12 ? 0.0F
                           : kind > 0                                            ? 1.0F
                                                                                 : -1.0F;
      event_.particle(kind, std::exp(uniform(-4, 5)), charge, below(3));
      event_.simulator_status.back() = below(2) != 0 ? tests::stopped : 0;
      event_.mass.back() = uniform(-0.1, 1);
    }
    for (int i = below(150); i > 0; --i) event_.descents.push_back({index(particles), index(particles)});
    event_.clusters = static_cast<std::size_t>(below(20));
    for (int i = below(20); i > 0; --i) event_.track(nobody, 0, below(2) != 0 ? 1.0F : -1.0F);
    const int hits = below(200);
    for (int i = 0; i < hits; ++i)
      event_.hit(nobody, odd() ? broken() : static_cast<float>(std::exp(uniform(-5, 2))),
                 odd() ? nobody : index(static_cast<int>(event_.clusters)));
    link(event_.hit_links, hits, particles, below(400));
    link(event_.track_links, static_cast<int>(event_.track_charge.size()), particles, below(40));
    link(event_.cluster_links, static_cast<int>(event_.clusters), particles, below(5));
    event_.hits_carry_targets = below(4) == 0;
    return event_;
  }

 private:
  int below(int bound) { return bound == 0 ? 0 : std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  bool odd() { return below(25) == 0; }
  std::int32_t index(int size) { return odd() ? below(1000) - 500 : below(size); }
  float broken() {
    constexpr std::array<float, 4> values = {0, -2, std::numeric_limits<float>::quiet_NaN(),
                                             std::numeric_limits<float>::infinity()};
    return values[static_cast<std::size_t>(below(4))];
  }
  void link(std::vector<Link>& links, int elements, int particles, int count) {
    for (int i = 0; i < count; ++i)
      links.push_back(
          {index(elements), index(particles), odd() ? broken() : static_cast<float>(uniform(0, 1))});
  }

  std::mt19937 random_;
  MadeEvent event_;
};

void check_books(const Truth& truth) {
  double visible = 0;
  double dropped = 0;
  for (const TruthParticle& particle : truth.particles) {
    if (particle.fate == Fate::invisible) continue;
    visible += particle.momentum.e;
    if (particle.fate == Fate::no_element || particle.fate == Fate::element_taken)
      dropped += particle.momentum.e;
  }
  double targets = 0;
  for (const Target& target : truth.targets) targets += target.momentum.e;
  EXPECT_NEAR(targets + dropped, visible, 1e-6 * std::max(1.0, visible));
  EXPECT_NEAR(truth.target_energy + truth.no_element_energy + truth.element_taken_energy,
              truth.visible_energy, 1e-6 * std::max(1.0, visible));
  EXPECT_NEAR(truth.visible_energy, visible, 1e-6 * std::max(1.0, visible));
}

void check_carriers(const MadeEvent& event, const Truth& truth) {
  std::vector<int> tracks(event.track_charge.size());
  std::vector<int> clusters(event.clusters);
  std::vector<int> hits(event.hit_energy.size());
  for (const Target& target : truth.targets) {
    EXPECT_LE((target.track != nobody) + (target.cluster != nobody), 1);
    if (target.track != nobody) {
      EXPECT_EQ(++tracks.at(static_cast<std::size_t>(target.track)), 1);
    }
    if (target.cluster != nobody) {
      EXPECT_EQ(++clusters.at(static_cast<std::size_t>(target.cluster)), 1);
    }
    if (target.hit != nobody) {
      EXPECT_EQ(++hits.at(static_cast<std::size_t>(target.hit)), 1);
    }
    EXPECT_TRUE(target.track != nobody || target.cluster != nobody || target.hit != nobody);
    EXPECT_NE(target.of_class, events::Class::none);
    if (target.cluster != nobody) {
      EXPECT_EQ(target.charge, 0);
    }
    if (target.track != nobody) {
      EXPECT_NE(target.charge, 0);
    }
  }
}

void check_labels(const Truth& truth) {
  const auto last = static_cast<std::int32_t>(truth.targets.size()) - 1;
  for (const auto* labels : {&truth.track_target, &truth.cluster_target, &truth.hit_target})
    for (const std::int32_t label : *labels) EXPECT_TRUE(label >= nobody && label <= last);
  std::vector<int> members(truth.targets.size());
  for (const TruthParticle& particle : truth.particles) {
    const bool kept = particle.fate == Fate::on_track || particle.fate == Fate::on_cluster ||
                      particle.fate == Fate::on_hit || particle.fate == Fate::merged;
    EXPECT_EQ(particle.target != nobody, kept);
    if (kept) ++members.at(static_cast<std::size_t>(particle.target));
  }
  for (std::size_t i = 0; i < members.size(); ++i) EXPECT_EQ(members[i], truth.targets[i].particles);
}

TEST(TruthProperties, HoldForRandomBrokenEvents) {
  int with_targets = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    const MadeEvent event = RandomEvent(seed).make();
    const Truth truth = event.truth();
    if (truth.status == EventStatus::ok) {
      EXPECT_FALSE(truth.targets.empty() && truth.no_element_energy + truth.element_taken_energy == 0);
      check_books(truth);
      check_carriers(event, truth);
      check_labels(truth);
      ++with_targets;
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(with_targets, 10'000);
}

TEST(TruthProperties, HoldForAnEventOfAHundredThousandHits) {
  MadeEvent event;
  constexpr int particles = 5000;
  for (int i = 0; i < particles; ++i)
    event.particle(i % 3 == 0 ? 211 : 22, 1 + i % 17, i % 3 == 0 ? 1.0F : 0.0F);
  event.clusters = 4000;
  for (int i = 0; i < particles; i += 3) event.track(i);
  for (int i = 0; i < 100'000; ++i) {
    const std::int32_t owner = i * 7 % particles;
    const std::int32_t hit = event.hit(owner, 0.3F, owner % 4000);
    event.hit_links.push_back({hit, (owner + 1) % particles, 0.5F});
  }
  const Truth truth = event.truth();
  EXPECT_EQ(truth.status, EventStatus::ok);
  check_books(truth);
  check_carriers(event, truth);
  check_labels(truth);
}

}  // namespace
}  // namespace sluice::import
