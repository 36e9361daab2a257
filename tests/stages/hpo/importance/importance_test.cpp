#include "stages/hpo/importance/importance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

using Function = std::function<double(const std::vector<double>&)>;

/// Shares for a function of uniform numbers, learned from `count` values of it.
VarianceShares shares_of(const Function& function, const std::vector<std::size_t>& unordered,
                         std::size_t count) {
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (std::size_t i = 0; i < count; ++i) {
    Draws draws(3, i, Purpose::sample);
    std::vector<double> x;
    for (const std::size_t values : unordered)
      x.push_back(values > 0 ? static_cast<double>(draws.below(values)) : draws.uniform());
    rows.push_back(x);
    y.push_back(function(x));
  }
  return variance_shares(Forest(rows, y, unordered, Draws(1, 0, Purpose::model), {32, 6, 4}));
}

TEST(Importance, OfASumIsTheShareOfEachVariance) {
  // Variances of 3x, 1x and 0: nine to one to nothing.
  const auto shares = shares_of([](const auto& x) { return 3 * x[0] + x[1]; }, {0, 0, 0}, 600);
  EXPECT_NEAR(shares.single[0], 0.9, 0.03);
  EXPECT_NEAR(shares.single[1], 0.1, 0.03);
  EXPECT_NEAR(shares.single[2], 0.0, 0.01);
  EXPECT_LT(shares.pairs.front().share, 0.03);
}

TEST(Importance, OfIshigamiIsWhatItsAuthorsDerive) {
  // sin(a) + 7 sin²(b) + 0.1 c⁴ sin(a) on ±π: first-order indices .314, .442, 0; .244 of a and c together.
  // (Ishigami, Homma 1990.)
  const auto angle = [](double x) { return std::numbers::pi * (2 * x - 1); };
  const auto shares = shares_of(
      [&](const auto& x) {
        const double a = std::sin(angle(x[0]));
        const double b = std::sin(angle(x[1]));
        return a + 7 * b * b + 0.1 * std::pow(angle(x[2]), 4) * a;
      },
      {0, 0, 0}, 2000);
  EXPECT_NEAR(shares.single[0], 0.314, 0.05);
  EXPECT_NEAR(shares.single[1], 0.442, 0.11);  // four humps: the first splits of a tree do not see them
  EXPECT_NEAR(shares.single[2], 0.000, 0.02);
  EXPECT_EQ(shares.pairs.front().first, 0U);
  EXPECT_EQ(shares.pairs.front().second, 2U);
  EXPECT_NEAR(shares.pairs.front().share, 0.244, 0.05);
}

TEST(Importance, OfTwoThatOnlyMatterTogetherIsTheirs) {
  const auto shares =
      shares_of([](const auto& x) { return (x[0] == 1) == (x[1] > 0.5) ? 1.0 : 0.0; }, {2, 0, 3}, 600);
  EXPECT_LT(shares.single[0] + shares.single[1] + shares.single[2], 0.1);
  EXPECT_GT(shares.pairs.front().share, 0.8);
  EXPECT_EQ(shares.pairs.front().first, 0U);
  EXPECT_EQ(shares.pairs.front().second, 1U);
}

TEST(Importance, OfChoicesCountsEachValueAlike) {
  // One value of four differs: variance 3/16; the number adds 1/12 of its square.
  const auto shares = shares_of([](const auto& x) { return (x[0] == 2 ? 1 : 0) + 0.5 * x[1]; }, {4, 0}, 600);
  const double choice = 3.0 / 16;
  const double number = 0.25 / 12;
  EXPECT_NEAR(shares.single[0], choice / (choice + number), 0.03);
  EXPECT_NEAR(shares.single[1], number / (choice + number), 0.03);
}

std::vector<Observation> trials_of(const Space& space, std::size_t count) {
  std::vector<Observation> trials;
  for (std::size_t i = 0; i < count; ++i) {
    Draws draws(5, i, Purpose::sample);
    const auto number = static_cast<std::int64_t>(i);
    trials.push_back({number, *draw_point(space, draws), TrialState::finished, {}});
    const double lr = std::log10(trials.back().point[0]);
    trials.back().measures = {{9, std::pow(lr + 3, 2) + (std::isnan(trials.back().point[2]) ? 1 : 0)}};
  }
  return trials;
}

Space conditional_space() {
  Space space;
  Parameter lr = {"lr", Kind::real, 1e-5, 1e-1, true, 0, {}, {}};
  Parameter loss = {"loss", Kind::choice, 0, 1, false, 0, {"focal", "bce"}, {}};
  Parameter gamma = {"gamma", Kind::real, 0, 5, false, 0, {}, {{1, {0}}}};
  space.parameters = {lr, loss, gamma};
  return space;
}

TEST(Importance, OfAStudyKnowsConditionsAndNeedsEnoughTrials) {
  const Space space = conditional_space();
  EXPECT_FALSE(importance_of(space, trials_of(space, 9), 1));
  const auto importance = importance_of(space, trials_of(space, 200), 1);
  ASSERT_TRUE(importance);
  EXPECT_EQ(importance->trials, 200U);
  EXPECT_EQ(importance->step, 9);
  EXPECT_GT(importance->shares.single[0], 0.6);
  EXPECT_GT(importance->shares.single[0], importance->shares.single[1]);
}

TEST(Importance, TrialsThatRanOutOfMemoryCountAsTheWorst) {
  Space space = conditional_space();
  space.parameters.resize(2);
  auto trials = trials_of(space, 100);
  for (Observation& trial : trials) {
    trial.measures = {{9, static_cast<double>(trial.trial % 7)}};
    if (trial.point[1] != 1) continue;
    trial.measures.clear();
    trial.state = TrialState::infeasible;
  }
  EXPECT_GT(importance_of(space, trials, 1)->shares.single[1], 0.6);
}

TEST(Importance, OfTheMlpfTrainingsIsTheirRegularisationAndLearningRate) {
  const auto trainings = mlpf_trainings();
  if (trainings.empty()) GTEST_SKIP() << "../shared/hpo is not here";
  constexpr std::size_t lr = 2;
  constexpr std::size_t weight_decay = 6;
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (const Training& training : trainings) {
    rows.push_back(training.parameters);
    for (const std::size_t j : {lr, weight_decay}) rows.back()[j] = std::log(rows.back()[j]);
    y.push_back(training.losses.back());
  }
  const std::size_t features = rows.front().size();
  for (std::size_t j = 0; j < features; ++j) {
    double low = rows[0][j];
    double high = low;
    for (const auto& row : rows) low = std::min(low, row[j]), high = std::max(high, row[j]);
    for (auto& row : rows) row[j] = (row[j] - low) / (high - low);
  }
  const auto shares = variance_shares(
      Forest(rows, y, std::vector<std::size_t>(features, 0), Draws(1, 0, Purpose::model), {32, 6, 4}));
  EXPECT_GT(shares.single[weight_decay], 0.3);
  EXPECT_GT(shares.single[lr], 0.2);
  for (std::size_t j = 0; j < features; ++j)
    if (j != lr && j != weight_decay) {
      EXPECT_LT(shares.single[j], 0.03) << j;
    }
}

}  // namespace
}  // namespace sluice::hpo
