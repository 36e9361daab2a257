#include "stages/hpo/forest/forest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/stages/hpo/support/functions.h"

namespace sluice::hpo {
namespace {

TEST(Forest, LearnsNumbersAndChoices) {
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (std::uint64_t i = 0; i < 300; ++i) {
    Draws draws(1, i, Purpose::sample);
    const double x = draws.uniform();
    const auto c = static_cast<double>(draws.below(3));
    rows.push_back({x, c, draws.uniform()});
    y.push_back((x > 0.5 ? 1 : 0) + (c == 1 ? 2 : 0));
  }
  const Forest forest(rows, y, {0, 3, 0}, Draws(1, 0, Purpose::model));
  EXPECT_NEAR(forest.at({0.9, 0, 0.5}).mean, 1, 0.1);
  EXPECT_NEAR(forest.at({0.1, 1, 0.5}).mean, 2, 0.1);
  EXPECT_GT(forest.at({0.5, 1, 0.5}).variance, forest.at({0.9, 1, 0.5}).variance);
}

TEST(Forest, IsTheSameForTheSameDraws) {
  const std::vector<std::vector<double>> rows = {{0.1}, {0.4}, {0.6}, {0.9}};
  const std::vector<double> y = {1, 2, 3, 4};
  const Forest one(rows, y, {0}, Draws(1, 7, Purpose::model));
  const Forest again(rows, y, {0}, Draws(1, 7, Purpose::model));
  EXPECT_EQ(one.at({0.5}).mean, again.at({0.5}).mean);
}

TEST(ForestSearch, BeatsChanceOnASpaceOfChoices) {
  Space space;
  for (int i = 0; i < 6; ++i) {
    Parameter parameter;
    parameter.name = "c" + std::to_string(i);
    parameter.kind = Kind::choice;
    parameter.values = {0, 1, 2, 3};
    space.parameters.push_back(parameter);
  }
  const TestFunction function = {"", space, [](const Point& x) {
                                   double sum = 0;
                                   for (std::size_t i = 0; i < x.size(); ++i)
                                     sum += std::abs(x[i] - static_cast<double>(i % 4));
                                   return sum;
                                 }};
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    sum += best_loss(run_study(*make_forest(space), function, seed, 60, seed == 4 ? 8 : 0)) / 5;
  EXPECT_LE(sum, 1);  // chance has 3
}

TEST(ForestSearch, KeepsConditions) {
  Space space = branin().space;
  space.parameters[1].when = {{0, {}, 0, 100}};
  const TestFunction function = {"", space,
                                 [](const Point& x) { return std::isnan(x[1]) ? 5 - x[0] : x[0] + x[1]; }};
  for (const auto& trial : run_study(*make_forest(space), function, 2, 40))
    EXPECT_EQ(std::isnan(trial.point[1]), trial.point[0] < 0);
}

}  // namespace
}  // namespace sluice::hpo
