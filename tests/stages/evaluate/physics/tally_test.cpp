// What events add up to.
#include "stages/evaluate/physics/tally.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/evaluate/physics/measures.h"
#include "stages/jets/jets.h"
#include "tests/stages/evaluate/physics/made_events.h"

namespace sluice::evaluate {
namespace {

constexpr int replicas = 50;
constexpr std::size_t ours = index(Source::ours);
constexpr std::size_t baseline = index(Source::baseline);
constexpr std::size_t target = index(Source::target);

class TallyTest : public testing::Test {
 protected:
  void SetUp() override { jets::prepare_jets(); }
  static Tally add_up(const std::vector<std::uint64_t>& keys) {
    Tally tally(Bins{}, replicas);
    for (const std::uint64_t key : keys)
      tally.add(analyse(tests::random_event(key)), Bootstrap(1, replicas).weights(key));
    return tally;
  }
  static std::vector<std::uint64_t> keys(std::uint64_t count) {
    std::vector<std::uint64_t> result(count);
    for (std::uint64_t i = 0; i < count; ++i) result[i] = i;
    return result;
  }
};

TEST_F(TallyTest, CountsByHand) {
  EventInput event;
  event.true_jets = {{40, {0.5, 1}}, {15, {-0.5, -2.1}}};
  event.true_met = 8;
  event.particles[target] = {tests::particle(Class::photon, 40, 0.5, 1),
                             tests::particle(Class::muon, 15, -0.5, -2.1)};
  event.particles[ours] = {tests::particle(Class::photon, 36, 0.5, 1)};
  Tally tally(Bins{}, 2);
  tally.add(analyse(event), {1, 3});
  const JetComparison& jets = tally.to_truth[ours];
  EXPECT_EQ(jets.inclusive.jets.total(), 2U);
  EXPECT_EQ(jets.inclusive.jets.at(1), 6);
  EXPECT_EQ(jets.inclusive.matched.total(), 1U);
  EXPECT_EQ(jets.by_pt[3].matched.total(), 1U);  // from 40 to 60 GeV
  EXPECT_EQ(jets.by_pt[1].jets.total(), 1U);
  EXPECT_EQ(jets.by_pt[1].matched.total(), 0U);
  EXPECT_EQ(jets.by_eta[4].matched.total(), 1U);  // from 0 to 0.75
  EXPECT_EQ(jets.reconstructed.total(), 1U);
  EXPECT_EQ(jets.unmatched.total(), 0U);
  EXPECT_EQ(tally.met[ours].by_met[1].events.total(), 1U);  // from 5 to 10 GeV
  EXPECT_EQ(tally.met[ours].inclusive.response.count(), 1U);
  const auto& photons = tally.classes[ours][static_cast<std::size_t>(Class::photon)];
  EXPECT_EQ(photons.inclusive.targets.total(), 1U);
  EXPECT_EQ(photons.inclusive.found.total(), 1U);
  EXPECT_EQ(photons.inclusive.fakes.total(), 0U);
  const auto& muons = tally.classes[ours][static_cast<std::size_t>(Class::muon)];
  EXPECT_EQ(muons.by_pt[5].targets.total(), 1U);  // from 10 to 20 GeV
  EXPECT_EQ(muons.inclusive.found.total(), 0U);
  EXPECT_EQ(tally.multiplicity[target][5].at(1), 3);
}

TEST_F(TallyTest, OfSmallTrueMissingMomentumTakesNoRatio) {
  EventInput event;
  event.true_met = 4.9;
  Tally tally(Bins{}, 2);
  tally.add(analyse(event), {1, 1});
  EXPECT_EQ(tally.met[ours].inclusive.response.count(), 0U);
  EXPECT_EQ(tally.met[ours].inclusive.residual.count(), 1U);
}

TEST_F(TallyTest, DoesNotDependOnTheOrderOfEvents) {
  auto order = keys(150);
  const Tally forward = add_up(order);
  std::reverse(order.begin(), order.end());
  std::swap(order[3], order[77]);
  const Tally other = add_up(order);
  for (int replica = nominal; replica < replicas; ++replica) {
    const auto a = forward.to_truth[ours].inclusive.response.quartiles(replica);
    const auto b = other.to_truth[ours].inclusive.response.quartiles(replica);
    ASSERT_EQ(a.median, b.median);
    ASSERT_EQ(a.upper, b.upper);
    ASSERT_EQ(forward.confusion[baseline][3][3].at(replica), other.confusion[baseline][3][3].at(replica));
  }
}

TEST_F(TallyTest, ATargetThatIsTheTruthHasAPerfectResponse) {
  const Tally tally = add_up(keys(50));
  const JetComparison& perfect = tally.to_truth[target];
  EXPECT_EQ(ratio(replicas, perfect.inclusive.matched, perfect.inclusive.jets), (Estimate{1, 0}));
  EXPECT_NEAR(median(perfect.inclusive.response, nominal), 1, 1e-3);
  EXPECT_LT(iqr(perfect.inclusive.response, nominal), 1e-3);
}

TEST_F(TallyTest, TheBetterResolutionIsTheNarrowerOne) {
  const Tally tally = add_up(keys(400));
  const auto narrower = compare(replicas, tally.to_truth[ours].inclusive.response,
                                tally.to_truth[baseline].inclusive.response, resolution);
  ASSERT_TRUE(narrower);
  EXPECT_LT(narrower->value + 3 * narrower->error, 0.8);
  // Correlated: known better than if each had its own events.
  const auto alone =
      estimate(replicas, [&](int r) { return resolution(tally.to_truth[baseline].inclusive.response, r); });
  EXPECT_GT(alone->error, 0);
}

TEST_F(TallyTest, CellsOfABinningAddUpToTheInclusiveOne) {
  const Tally tally = add_up(keys(100));
  for (const std::size_t source : {baseline, ours}) {
    std::uint64_t by_eta = 0;
    for (const JetCell& cell : tally.to_truth[source].by_eta) by_eta += cell.matched.total();
    EXPECT_EQ(by_eta, tally.to_truth[source].inclusive.matched.total());
    EXPECT_EQ(tally.to_truth[source].inclusive.matched.total() + tally.to_truth[source].unmatched.total(),
              tally.to_truth[source].reconstructed.total());
  }
  // One particle in twenty is lost by the baseline.
  std::uint64_t targets = 0;
  std::uint64_t found = 0;
  for (const ClassComparison& one : tally.classes[baseline])
    targets += one.inclusive.targets.total(), found += one.inclusive.found.total();
  EXPECT_EQ(targets, 2000U);
  EXPECT_EQ(found, 1900U);
}

}  // namespace
}  // namespace sluice::evaluate
