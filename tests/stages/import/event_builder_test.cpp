// A whole event, from what a file holds to the rows of an event file.
#include "stages/import/event_builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "stages/jets/jets.h"
#include "tests/stages/import/made_event.h"

namespace sluice::import {
namespace {

namespace table = events::table;
using events::Class;
using events::EventStatus;
using tests::MadeEvent;

template <typename T>
std::vector<T> numbers(const events::Block& block, events::MatrixId id) {
  const auto bytes = block.rows(id).bytes();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// A photon in a cluster of two hits, and a pion with a track.
struct Sample {
  Sample() {
    made.particle(22, 10);
    made.particle(211, 20, 1);
    made.px[1] = 0, made.py[1] = 20;
    made.hit(0, 4, made.cluster());
    made.hit(0, 5, 0);
    made.track(1);
  }
  RawEvent raw() const {
    RawEvent event;
    event.pdg = made.pdg;
    event.generator_status = made.generator_status;
    event.simulator_status = made.simulator_status;
    event.charge = made.charge;
    event.px = made.px;
    event.py = made.py;
    event.pz = made.pz;
    event.mass = made.mass;
    event.hits = {{4, {1500, 0, 0}, 0, 0, events::Subdetector::ecal},
                  {5, {1510, 0, 0}, 0, 0, events::Subdetector::ecal}};
    event.clusters = {{9, {1505, 0, 0}, 0, 0}};
    RawTrack track;
    track.omega = 2.99792458e-4F * 4 / 20;
    track.phi = 1.5708F;
    event.tracks = {track};
    event.cluster_hits = made.cluster_hits;
    event.hit_links = made.hit_links;
    event.track_links = made.track_links;
    return event;
  }
  MadeEvent made;
};

class BuiltEvent : public testing::Test {
 protected:
  void SetUp() override { jets::prepare_jets(); }
  EventStatus build(const RawEvent& raw) {
    return build_event(raw, EventStatus::ok, {3, 7}, {4, false, true}, block);
  }
  events::Block block{events::event_file_spec()};
  Sample sample;
};

TEST_F(BuiltEvent, HasAllItsRows) {
  EXPECT_EQ(build(sample.raw()), EventStatus::ok);
  EXPECT_EQ(numbers<std::int32_t>(block, table::track_labels), (std::vector{1, 0, -1}));
  EXPECT_EQ(numbers<std::int32_t>(block, table::cluster_labels), (std::vector{3, 1, -1}));
  EXPECT_EQ(numbers<std::int32_t>(block, table::hit_labels), (std::vector{0, 1, 0, 3, 1, 0}));
  EXPECT_EQ(block.rows(table::particles).rows(), 2U);
  EXPECT_EQ(block.rows(table::targets).rows(), 2U);
  const auto energies = numbers<double>(block, table::energies);
  EXPECT_EQ(energies[events::event::energy::visible], 30);
  EXPECT_EQ(energies[events::event::energy::targets], 30);
  EXPECT_NEAR(energies[events::event::energy::generator_met], std::hypot(10, 20), 1e-9);
  const auto jets = numbers<float>(block, table::generator_jets);
  ASSERT_EQ(jets.size(), 8U);
  EXPECT_FLOAT_EQ(jets[events::jet::pt], 20);
  EXPECT_FLOAT_EQ(jets[events::jet::phi], static_cast<float>(M_PI / 2));
  EXPECT_EQ(numbers<float>(block, table::target_jets), jets);
  const auto ids = numbers<std::uint64_t>(block, table::id);
  EXPECT_EQ(ids[events::event::id::source], 3U);
  EXPECT_EQ(ids[events::event::id::entry], 7U);
}

TEST_F(BuiltEvent, TargetsKnowTheirJetWhateverCarriesThem) {
  // Elsewhere the jets' constituents were shifted by one when the first element carried nothing.
  RawEvent raw = sample.raw();
  raw.tracks.insert(raw.tracks.begin(), RawTrack{});
  raw.tracks[0].omega = 1;
  raw.track_links[0].element = 1;
  EXPECT_EQ(build(raw), EventStatus::ok);
  const auto labels = numbers<std::int32_t>(block, table::target_labels);
  namespace label = events::target::label;
  ASSERT_EQ(labels.size(), 2U * label::columns);
  EXPECT_EQ(labels[label::track], 1);
  EXPECT_EQ(labels[label::jet], 0);  // the pion's 20 GeV lead
  EXPECT_EQ(labels[label::columns + label::jet], 1);
}

TEST_F(BuiltEvent, TheGeneratorHashIsThatOfTheFinalState) {
  build(sample.raw());
  Sample other;
  other.made.hit_links[0].weight = 2;
  RawEvent again = other.raw();
  again.hits[0].energy = 3;  // simulated once more
  build(again);
  Sample changed;
  changed.made.px[0] = 11;
  build(changed.raw());
  const auto ids = numbers<std::uint64_t>(block, table::id);
  namespace id = events::event::id;
  EXPECT_EQ(ids[id::generator], ids[id::columns + id::generator]);
  EXPECT_NE(ids[id::content], ids[id::columns + id::content]);
  EXPECT_NE(ids[id::generator], ids[2 * id::columns + id::generator]);
}

TEST_F(BuiltEvent, WhatIsBrokenHasAReasonAndNoRows) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  RawEvent broken_hit = sample.raw();
  broken_hit.hits[0].energy = nan;
  RawEvent broken_position = sample.raw();
  broken_position.hits[1].position[2] = std::numeric_limits<float>::infinity();
  RawEvent broken_cluster = sample.raw();
  broken_cluster.clusters[0].energy = -1;
  RawEvent broken_track = sample.raw();
  broken_track.tracks[0].tan_lambda = nan;
  EXPECT_EQ(build(broken_hit), EventStatus::broken_hit);
  EXPECT_EQ(build(broken_position), EventStatus::broken_hit);
  EXPECT_EQ(build(broken_cluster), EventStatus::broken_cluster);
  EXPECT_EQ(build(broken_track), EventStatus::broken_track);
  EXPECT_EQ(build(RawEvent{}), EventStatus::no_visible_particle);
  EXPECT_EQ(block.events(), 5U);
  EXPECT_EQ(numbers<std::uint8_t>(block, table::status), (std::vector<std::uint8_t>{5, 5, 4, 3, 1}));
  EXPECT_EQ(
      block.rows(table::tracks).rows() + block.rows(table::hits).rows() + block.rows(table::particles).rows(),
      0U);
}

TEST(Candidates, WithTwoTracksAreCarriedOnce) {  // elsewhere such an event stopped the whole file
  RawEvent raw;
  raw.tracks.resize(3);
  raw.clusters.resize(2);
  raw.candidates = {{211, 1, {}}, {22, 0, {}}, {22, 0, {}}, {2112, 0, {}}, {-11, 1, {}}};
  raw.candidate_tracks = {{0, 0}, {0, 1}, {1, 1}};
  raw.candidate_clusters = {{0, 0}, {2, 0}, {3, 0}, {4, 1}};
  const Carriers carriers = carry_candidates(raw);
  EXPECT_EQ(carriers.of_tracks, (std::vector{0, 1, nobody}));
  EXPECT_EQ(carriers.of_clusters, (std::vector{2, 4}));
  EXPECT_EQ(carriers.classes, (std::vector{Class::charged_hadron, Class::charged_hadron, Class::photon,
                                           Class::neutral_hadron, Class::photon}));
}

}  // namespace
}  // namespace sluice::import
