#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "stages/hpo/search/evolution.h"
#include "stages/hpo/search/plain.h"
#include "tests/stages/hpo/support/functions.h"

namespace sluice::hpo {
namespace {

Parameter integer(const std::string& name, double low, double high) {
  Parameter parameter;
  parameter.name = name;
  parameter.kind = Kind::integer;
  parameter.low = low;
  parameter.high = high;
  parameter.step = 1;
  return parameter;
}

TEST(Sobol, HalvesEveryDimensionEvenlyWhateverTheSeed) {
  for (const std::uint64_t seed : {1U, 2U, 99U}) {
    const auto points = sobol_points(seed, 64, 7);
    for (std::size_t k = 0; k < 7; ++k) {
      std::set<int> cells;
      for (const auto& point : points) cells.insert(static_cast<int>(point[k] * 64));
      EXPECT_EQ(cells.size(), 64U) << "seed " << seed << ", dimension " << k;
    }
  }
}

TEST(Sobol, EachPointCanBeHadAlone) {
  const auto points = sobol_points(3, 20, 4);
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(sobol_point(3, i, 4), points[i]);
  EXPECT_NE(sobol_point(4, 5, 4), points[5]);
}

TEST(Grid, TriesEveryCombinationOnce) {
  Space space;
  space.parameters = {integer("a", 1, 3), integer("b", 0, 1)};
  space.parameters[1].when = {{0, {1}, 0, 0}};
  space.forbidden = {{{0, {3}, 0, 0}}};
  const auto grid = make_grid(space, 5);
  const auto trials = run_study(*grid, {"", space, [](const Point&) { return 0.0; }}, 1, 100);
  ASSERT_EQ(trials.size(), 3U);
  EXPECT_EQ(trials[0].point, (Point{1, 0}));
  EXPECT_EQ(trials[1].point, (Point{1, 1}));
  EXPECT_EQ(trials[2].point[0], 2);
}

TEST(Grid, CutsAContinuumOnItsScale) {
  Space space;
  space.parameters.resize(1);
  space.parameters[0].low = 1e-4;
  space.parameters[0].high = 1;
  space.parameters[0].log = true;
  const auto grid = make_grid(space, 5);
  EXPECT_NEAR((*grid->suggest({1, 1, {}, 0}))[0], 1e-3, 1e-12);
  EXPECT_FALSE(grid->suggest({1, 5, {}, 0}));
}

TEST(Distinct, NoConfigurationTwiceEvenWhileItRuns) {
  Space space;
  space.parameters = {integer("a", 0, 6), integer("b", 0, 3)};
  const TestFunction function = {"", space, [](const Point& x) { return x[0] + x[1]; }};
  for (const auto& searcher :
       {make_random(space), make_sobol(space), make_cma(space), make_evolution(space, {5, 2})}) {
    const auto trials = run_study(*searcher, function, 1, 100, 8);
    EXPECT_EQ(trials.size(), 28U);
    std::set<Point> seen;
    for (const auto& trial : trials) EXPECT_TRUE(seen.insert(trial.point).second);
  }
}

TEST(Plain, SuggestionsDoNotDependOnResults) {
  const TestFunction function = hartmann6();
  for (const auto& searcher : {make_random(function.space), make_sobol(function.space)}) {
    const auto one = run_study(*searcher, function, 5, 30);
    const auto other =
        run_study(*searcher, {"", function.space, [](const Point& x) { return -x[0]; }}, 5, 30, 7);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].point, other[i].point);
  }
}

double median_of_best(const Searcher& searcher, const TestFunction& function, std::size_t count) {
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < 9; ++seed)
    best.push_back(best_loss(run_study(searcher, function, seed, count)));
  std::nth_element(best.begin(), best.begin() + 4, best.end());
  return best[4];
}

TEST(Cma, FindsTheMinimumOfAValley) {
  const TestFunction function = rosenbrock4();
  EXPECT_LT(median_of_best(*make_cma(function.space), function, 1200), 1e-3);
}

TEST(Cma, GoesOnWithoutThoseThatAreInfeasible) {
  const TestFunction function = branin();
  std::vector<Observation> trials;
  const auto cma = make_cma(function.space);
  for (std::int64_t i = 0; i < 60; ++i) {
    const Point point = *cma->suggest({1, i, trials, 0});
    const bool bad = point[0] > 5;
    trials.push_back({i, point, bad ? TrialState::infeasible : TrialState::finished, {}});
    if (!bad) trials.back().measures = {{1, function.value(point)}};
  }
  const auto late_bad = std::count_if(trials.begin() + 40, trials.end(), [](const Observation& trial) {
    return trial.state == TrialState::infeasible;
  });
  EXPECT_LT(late_bad, 4);
  EXPECT_LT(best_loss(trials), 1);
}

TEST(Evolution, ImprovesOnChance) {
  const TestFunction function = levy5();
  EXPECT_LT(median_of_best(*make_evolution(function.space, {20, 5}), function, 150),
            median_of_best(*make_random(function.space), function, 150) / 2);
}

TEST(Targets, ComeFromTheFarthestStepThatEnoughReached) {
  std::vector<Observation> trials(4);
  for (std::size_t i = 0; i < 4; ++i) trials[i].measures = {{1, 10.0 - static_cast<double>(i)}};
  trials[2].measures.push_back({3, 5});
  trials[3].measures.push_back({3, 4});
  trials[3].measures.push_back({9, 1});
  const auto two = model_targets(trials, 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[1].loss, 4);
  EXPECT_EQ(model_targets(trials, 3).size(), 4U);
  EXPECT_EQ(model_targets(trials, 3)[3].loss, 7);
}

}  // namespace
}  // namespace sluice::hpo
