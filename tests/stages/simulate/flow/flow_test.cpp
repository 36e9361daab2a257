// Events through the whole detector: the books balance, particle flow finds single particles, and jets come
// out as sharp as docs/simulation.md says.
#include <gtest/gtest.h>
#include <fastjet/ClusterSequence.hh>

#include <algorithm>
#include <cmath>
#include <set>

#include "stages/simulate/chain/simulate_event.h"
#include "stages/simulate/detector/read_detector.h"
#include "stages/simulate/generator/generator.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {
namespace {

const Detector& clic() {
  static const Detector detector = *read_detector(SLUICE_SOURCE_DIR "/data/detectors/clic.toml");
  return detector;
}

SimulatedEvent simulated(const Generator& generator, std::uint64_t number) {
  return simulate_event(clic(), generator.generate(1, number), 1, number);
}

std::unique_ptr<Generator> gun(int pdg, double energy) {
  return *make_generator("gun", {pdg, energy, energy, 50, 130, 1});
}

TEST(SimulatedEvent, TheBooksBalance) {
  const auto generator = *make_generator("ee_ttbar_380", {});
  for (std::uint64_t number = 0; number < 10; ++number) {
    const SimulatedEvent event = simulated(*generator, number);
    // Links of a hit add up to it.
    std::vector<double> linked(event.calo_hits.size());
    for (const TruthLink& link : event.calo_links) {
      ASSERT_LT(link.to, event.particles.size());
      linked[link.from] += link.weight;
    }
    for (std::size_t i = 0; i < linked.size(); ++i)
      EXPECT_NEAR(linked[i], event.calo_hits[i].energy, 1e-4 * linked[i]);
    // Hits, tracks and clusters belong to one at most.
    std::set<std::uint32_t> hits(event.cluster_hits.begin(), event.cluster_hits.end());
    EXPECT_EQ(hits.size(), event.cluster_hits.size());
    std::set<std::uint32_t> tracks(event.candidate_tracks.begin(), event.candidate_tracks.end());
    EXPECT_EQ(tracks.size(), event.candidate_tracks.size());
    EXPECT_EQ(tracks.size(), event.tracks.size());
    std::set<std::uint32_t> clusters(event.candidate_clusters.begin(), event.candidate_clusters.end());
    EXPECT_EQ(clusters.size(), event.candidate_clusters.size());
    for (const Candidate& candidate : event.candidates)
      EXPECT_TRUE(candidate.energy > 0 && std::isfinite(candidate.energy));
    EXPECT_EQ(event.calo_begin.back(), event.calo_hits.size());
    EXPECT_EQ(event.tracker_begin.back(), event.tracker_hits.size());
  }
}

TEST(SimulatedEvent, IsTheSameAloneAndAfterOthers) {
  const auto generator = *make_generator("ee_qq_91.2", {});
  (void)simulated(*generator, 3);
  const SimulatedEvent one = simulated(*generator, 4);
  const SimulatedEvent two = simulated(*generator, 4);
  ASSERT_EQ(one.calo_hits.size(), two.calo_hits.size());
  for (std::size_t i = 0; i < one.calo_hits.size(); ++i)
    EXPECT_EQ(one.calo_hits[i].energy, two.calo_hits[i].energy);
}

/// The share of single particles that come out as one candidate of the right kind with most of the energy.
double found(int pdg, double energy, int wanted) {
  const auto generator = gun(pdg, energy);
  int good = 0;
  constexpr int count = 200;
  for (std::uint64_t number = 0; number < count; ++number) {
    const SimulatedEvent event = simulated(*generator, number);
    const auto best =
        std::max_element(event.candidates.begin(), event.candidates.end(),
                         [](const Candidate& a, const Candidate& b) { return a.energy < b.energy; });
    if (best != event.candidates.end() && best->pdg == wanted &&
        std::abs(best->energy - energy) < 0.6 * energy)
      ++good;
  }
  return static_cast<double>(good) / count;
}

TEST(ParticleFlow, FindsSingleParticles) {
  EXPECT_GT(found(22, 10, 22), 0.85);  // a tenth converts in the tracker
  EXPECT_GT(found(211, 10, 211), 0.95);
  EXPECT_GT(found(13, 20, 13), 0.90);
  EXPECT_GT(found(11, 20, 11), 0.60);  // others radiate, or share a cluster with what they radiated
  EXPECT_GT(found(130, 20, 2112), 0.75);
}

/// Half the distance from quartile to quartile is what papers quote; here the whole, over the median.
TEST(ParticleFlow, JetsAreAsSharpAsDocumented) {
  const auto generator = *make_generator("ee_qq_380", {});
  const fastjet::JetDefinition definition(fastjet::ee_genkt_algorithm, 0.4, -1.0);
  std::vector<double> responses;
  std::size_t jets = 0;
  for (std::uint64_t number = 0; number < 250; ++number) {
    const SimulatedEvent event = simulated(*generator, number);
    std::vector<fastjet::PseudoJet> truth;
    for (const McParticle& p : event.particles)
      if (p.generator_status == 1 && !is_neutrino(p.pdg) && p.momentum.perp() > 0.01 * p.momentum.norm())
        truth.emplace_back(p.momentum.x, p.momentum.y, p.momentum.z,
                           std::sqrt(p.momentum.norm2() + p.mass * p.mass));
    std::vector<fastjet::PseudoJet> seen;
    for (const Candidate& c : event.candidates)
      seen.emplace_back(c.momentum[0], c.momentum[1], c.momentum[2], c.energy);
    const fastjet::ClusterSequence truth_sequence(truth, definition);
    const fastjet::ClusterSequence seen_sequence(seen, definition);
    for (const auto& jet : truth_sequence.inclusive_jets(5.0)) {
      if (std::abs(jet.eta()) > 2.3) continue;
      ++jets;
      double nearest = 0.1;
      double ratio = 0;
      for (const auto& other : seen_sequence.inclusive_jets(5.0))
        if (const double distance = jet.delta_R(other); distance < nearest)
          nearest = distance, ratio = other.pt() / jet.pt();
      if (ratio > 0) responses.push_back(ratio);
    }
  }
  std::sort(responses.begin(), responses.end());
  const auto quantile = [&](double q) {
    return responses[static_cast<std::size_t>(q * static_cast<double>(responses.size() - 1))];
  };
  EXPECT_GT(static_cast<double>(responses.size()) / static_cast<double>(jets), 0.92);
  EXPECT_NEAR(quantile(0.5), 1, 0.03);
  EXPECT_LT((quantile(0.75) - quantile(0.25)) / quantile(0.5), 0.085);
}

}  // namespace
}  // namespace sluice::simulate
