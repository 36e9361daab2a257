#include "stages/hpo/tpe/density.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/hpo/tpe/tpe.h"
#include "tests/stages/hpo/support/functions.h"
#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

TEST(Density, MatchesTheReferenceOfBohb) {
  const auto golden = golden_numbers();
  if (!golden) GTEST_SKIP() << "../shared/hpo/golden.json is not here";
  const auto& kde = golden->at("misc").at("bohb_kde").as_object();
  std::vector<std::vector<double>> rows;
  for (const auto& row : kde.at("data").as_array()) rows.push_back(doubles(row));
  const Density density(rows, {0, 0, 3});
  const auto widths = doubles(kde.at("bw_normal_reference"));
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(density.widths()[j], widths[j], 1e-12);
  const auto pdf = doubles(kde.at("pdf"));
  for (std::size_t i = 0; i < pdf.size(); ++i)
    EXPECT_NEAR(density.pdf(doubles(kde.at("query").at(i))), pdf[i], 1e-12);
}

TEST(Bohb, AThirdIsRandomAndTheRestNearTheGood) {
  const TestFunction function = branin();
  const auto trials = run_study(*make_bohb(function.space), function, 3, 120);
  std::vector<double> late;
  for (std::size_t i = 60; i < 120; ++i) late.push_back(trials[i].loss());
  std::sort(late.begin(), late.end());
  EXPECT_LT(late[30], 8);   // chance has a median of 45
  EXPECT_GT(late[55], 40);  // and the random third is still there
}

double mean_best(const Searcher& searcher, const TestFunction& function, std::size_t pending) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    sum += best_loss(run_study(searcher, function, seed, 100, pending));
  return sum / 10;
}

TEST(Tpe, EveryRuleBeatsChance) {
  const TestFunction function = levy5();
  for (const auto rule : {TpeRule::v4_single, TpeRule::v4, TpeRule::v5})
    EXPECT_LT(mean_best(*make_tpe(function.space, {rule, 10, 24}), function, 0), 2.5)
        << static_cast<int>(rule);
}

TEST(Tpe, HoldsWithEightRunning) {
  const TestFunction function = branin();
  EXPECT_LT(mean_best(*make_tpe(function.space), function, 8), 0.2);
}

TEST(Tpe, AvoidsWhatIsInfeasible) {
  const TestFunction function = branin();
  std::vector<Observation> trials;
  const auto tpe = make_tpe(function.space);
  int late_bad = 0;
  for (std::int64_t i = 0; i < 80; ++i) {
    const Point point = *tpe->suggest({2, i, trials, 0});
    const bool bad = point[0] > 0;
    late_bad += bad && i >= 40 ? 1 : 0;
    trials.push_back({i, point, bad ? TrialState::infeasible : TrialState::finished, {}});
    if (!bad) trials.back().measures = {{1, function.value(point)}};
  }
  EXPECT_LT(late_bad, 12);  // of 40, where chance has 27
}

TEST(Tpe, SearchesConditionalSpaces) {
  Space space;
  space.parameters.resize(3);
  space.parameters[0].name = "which";
  space.parameters[0].kind = Kind::choice;
  space.parameters[0].values = {"a", "b"};
  space.parameters[1].name = "of_a";
  space.parameters[1].when = {{0, {0}, 0, 0}};
  space.parameters[2].name = "of_b";
  space.parameters[2].when = {{0, {1}, 0, 0}};
  const TestFunction function = {
      "", space, [](const Point& x) { return x[0] == 0 ? 1 + x[1] : (x[2] - 0.3) * (x[2] - 0.3); }};
  for (const auto rule : {TpeRule::v4_single, TpeRule::v5}) {
    const auto trials = run_study(*make_tpe(space, {rule, 10, 24}), function, 1, 60);
    EXPECT_LT(best_loss(trials), 1e-3);
  }
}

}  // namespace
}  // namespace sluice::hpo
