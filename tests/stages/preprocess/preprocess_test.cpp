// Splits, normalisation, weights and gates, each by itself.
#include <gtest/gtest.h>

#include <cmath>

#include "stages/preprocess/assemble.h"
#include "stages/preprocess/distribution.h"
#include "stages/preprocess/gates.h"
#include "stages/preprocess/normaliser.h"
#include "stages/stage/random.h"

namespace sluice::preprocess {
namespace {

using events::Split;

TEST(Splits, HaveTheSharesThatWereAskedFor) {
  std::array<int, 3> counts{};
  for (std::uint64_t i = 0; i < 100'000; ++i)
    ++counts[static_cast<std::size_t>(split_of(stage::random4(1, i)[0], {0.2, 0.1, 0}))];
  EXPECT_NEAR(counts[0], 70'000, 600);
  EXPECT_NEAR(counts[1], 20'000, 600);
  EXPECT_NEAR(counts[2], 10'000, 600);
}

TEST(Splits, AreOthersWithAnotherSeed) {
  int same = 0;
  for (std::uint64_t i = 0; i < 1000; ++i)
    same += split_of(i, {0.25, 0.25, 0}) == split_of(i, {0.25, 0.25, 1}) ? 1 : 0;
  EXPECT_LT(same, 500);
}

TEST(Normaliser, KeepsTypesOfElementsApart) {
  Normaliser normaliser(3);
  const std::vector<float> rows = {1, 10, 7, 2, 1e6F, 3, 1, 20, 7, 1, 30, 7, 2, 1e6F + 2, 5};
  normaliser.add(std::span(rows).first(6));
  normaliser.add(std::span(rows).subspan(6));
  const auto result = normaliser.result();
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[0].elements, 3U);
  EXPECT_FLOAT_EQ(result[0].mean[1], 20);
  EXPECT_FLOAT_EQ(result[0].standard_deviation[1], static_cast<float>(std::sqrt(200.0 / 3)));
  EXPECT_EQ(result[0].standard_deviation[2], 1);  // a column that never changes is not divided by zero
  EXPECT_FLOAT_EQ(result[1].mean[1], 1e6F + 1);
  EXPECT_FLOAT_EQ(result[1].standard_deviation[1], 1);
  EXPECT_FLOAT_EQ(result[1].standard_deviation[2], 1);
}

TEST(SampleWeights, MakeEverySampleCountTheSame) {
  const auto weights = sample_weights({{"qq", 300}, {"ttbar", 100}, {"none", 0}});
  EXPECT_FLOAT_EQ(weights.at("qq"), 400.0F / 600);
  EXPECT_FLOAT_EQ(weights.at("ttbar"), 2);
  EXPECT_FLOAT_EQ(300 * weights.at("qq"), 100 * weights.at("ttbar"));
}

TEST(Distribution, KnowsItsQuantilesAndShares) {
  Distribution seen("x", 0, 4);
  for (int i = 0; i < 1000; ++i) seen.add(i * 0.002);  // 0 to 2
  seen.add(std::nan(""));
  seen.add(100);
  EXPECT_NEAR(seen.median(), 1, 0.005);
  EXPECT_NEAR(seen.quantile(0.9), 1.8, 0.005);
  EXPECT_NEAR(seen.share(0.5, 1), 0.25, 0.002);
  EXPECT_EQ(seen.count(), 1002U);
  EXPECT_EQ(seen.histogram(4), (std::vector<std::uint64_t>{500, 500, 0, 0}));
  EXPECT_EQ(Distribution("nothing", 0, 1).median(), 0);
}

/// An event of one photon in one cluster, and what may be wrong with it.
struct OneEvent {
  std::vector<std::uint64_t> id = std::vector<std::uint64_t>(4, 0);
  std::vector<double> energies = {10, 10, 0, 0, 1};
  std::vector<float> clusters = std::vector<float>(events::cluster::columns, 0);
  std::vector<float> targets = {10, 0, 0, 1, 10, 0, 9, 0};
  std::vector<std::int32_t> cluster_labels = {3, 0, -1};
  std::vector<std::int32_t> target_labels = {3, 0, -1, 0, -1, 0, 1};
  std::vector<float> jets = {10, 0, 0, 10};

  OneEvent() { clusters[events::cluster::energy] = 9; }
  events::EventTables tables() const {
    events::EventTables event;
    event.id = id;
    event.energies = energies;
    event.clusters = clusters;
    event.targets = targets;
    event.cluster_labels = cluster_labels;
    event.target_labels = target_labels;
    event.generator_jets = jets;
    event.target_jets = jets;
    return event;
  }
  Verdict verdict(const std::string& gate) const {
    Gates gates(4);
    gates.add(tables());
    for (const GateResult& result : gates.results())
      if (result.name == gate) return result.verdict;
    return Verdict::skip;
  }
};

TEST(Gates, PassAGoodEvent) {
  Gates gates(4);
  gates.add(OneEvent().tables());
  for (const GateResult& gate : gates.results())
    EXPECT_NE(gate.verdict, Verdict::fail) << gate.name << ": " << gate.seen;
}

TEST(Gates, FailWithoutEvents) { EXPECT_EQ(Gates(4).results().front().verdict, Verdict::fail); }

TEST(Gates, SeeWhatIsWrong) {
  OneEvent wrong_books;
  wrong_books.energies[0] = 11;
  EXPECT_EQ(wrong_books.verdict("B1"), Verdict::fail);
  OneEvent no_number;
  no_number.clusters[3] = std::nanf("");
  EXPECT_EQ(no_number.verdict("S4"), Verdict::fail);
  OneEvent other_class;
  other_class.cluster_labels[0] = 2;
  EXPECT_EQ(other_class.verdict("H1"), Verdict::fail);
  OneEvent not_carried;
  not_carried.cluster_labels[0] = 0;
  EXPECT_EQ(not_carried.verdict("T2"), Verdict::fail);
  OneEvent charged;
  charged.targets[events::momentum::charge] = 1;
  EXPECT_EQ(charged.verdict("T3"), Verdict::fail);
  OneEvent lost_jet;
  lost_jet.target_labels[events::target::label::jet] = 3;
  EXPECT_EQ(lost_jet.verdict("Y2"), Verdict::fail);
  OneEvent too_much;
  too_much.clusters[events::cluster::energy] = 90;
  EXPECT_EQ(too_much.verdict("T4b"), Verdict::fail);
}

TEST(Gates, FitCirclesThroughTrackerHits) {
  OneEvent event;
  event.target_labels = {1, 0, 0, -1, -1, 0, 1};
  event.cluster_labels = {0, -1, -1};
  const double radius = 10 / (2.99792458e-4 * 4);  // of 10 GeV in 4 T
  std::vector<float> hits;
  std::vector<std::int32_t> labels;
  for (const double angle : {0.005, 0.02, 0.05, 0.1}) {
    std::vector<float> hit(events::hit::columns, 0);
    hit[events::hit::elemtype] = events::type_track;
    hit[events::hit::x] = static_cast<float>(radius * std::sin(angle));
    hit[events::hit::y] = static_cast<float>(radius * (1 - std::cos(angle)));
    hits.insert(hits.end(), hit.begin(), hit.end());
    labels.insert(labels.end(), {0, 0, -1});
  }
  events::EventTables tables = event.tables();
  tables.hits = hits;
  tables.hit_labels = labels;
  Gates gates(4);
  gates.add(tables);
  EXPECT_NEAR(gates.figures()[0].median(), 1, 0.01);
}

}  // namespace
}  // namespace sluice::preprocess
