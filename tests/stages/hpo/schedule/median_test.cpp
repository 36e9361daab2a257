#include "stages/hpo/schedule/median.h"

#include <gtest/gtest.h>

namespace sluice::hpo {
namespace {

/// Feeds whole curves one after the other; the step at which each ended.
std::vector<std::int64_t> ends(Median& median, const std::vector<std::vector<double>>& curves) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto trial = static_cast<std::int64_t>(i);
    median.next(trial);
    std::int64_t step = 0;
    for (const double loss : curves[i])
      if (median.report(trial, ++step, loss).advice == Advice::stop) break;
    steps.push_back(step);
  }
  return steps;
}

TEST(Median, VizierComparesTheBestWithRunningMeans) {
  Median median({3, 1, 1, 3, MedianRule::vizier});
  // Running means of the first three at step 2: 2.5, 3.5, 4.5; the fourth reached 3.4 and goes on, the
  // fifth 3.6.
  EXPECT_EQ(ends(median, {{3, 2, 1}, {4, 3, 2}, {5, 4, 3}, {4, 3.4, 3.4}, {3.9, 3.65, 0}}),
            (std::vector<std::int64_t>{3, 3, 3, 3, 2}));
}

TEST(Median, OptunaComparesWithThoseThatWereCompleted) {
  Median median({3, 1, 1, 2, MedianRule::optuna});
  EXPECT_EQ(ends(median, {{3, 2, 1}, {5, 4, 3}, {4.5, 9, 9}, {3.9, 3.5, 0.1}, {2, 2, 2}}),
            (std::vector<std::int64_t>{3, 3, 1, 2, 3}));
}

TEST(Median, DecidesAtMilestonesOnly) {
  Median median({10, 4, 3, 1, MedianRule::syne});
  EXPECT_EQ(median.next(0), (Job{0, true, 0, 4, 1}));
  for (std::int64_t step = 1; step <= 10; ++step) median.report(0, step, 1);
  median.next(1);
  for (std::int64_t step = 1; step <= 5; ++step)
    EXPECT_EQ(median.report(1, step, 9), (Verdict{Advice::go_on, step < 3 ? 4 : 6, 1})) << step;
  EXPECT_EQ(median.report(1, 6, 9).advice, Advice::stop);
}

TEST(Median, WhatIsNoNumberStopsAtOnce) {
  Median median({10, 5, 5, 3, MedianRule::vizier});
  median.next(0);
  EXPECT_EQ(median.report(0, 1, std::nan("")).advice, Advice::stop);
}

}  // namespace
}  // namespace sluice::hpo
