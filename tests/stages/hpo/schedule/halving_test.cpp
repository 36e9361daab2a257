#include "stages/hpo/schedule/halving.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {
namespace {

TEST(Halving, TheBestOfARoundGoOn) {
  Halving halving({{{4, 1}, {2, 2}, {1, 4}}});
  for (std::int64_t trial = 0; trial < 4; ++trial)
    EXPECT_EQ(halving.next(trial), (Job{trial, true, 0, 1, 1}));
  EXPECT_EQ(halving.next(4), std::nullopt);  // the round has all it needs
  for (const std::int64_t trial : {2, 0, 3})
    EXPECT_EQ(halving.report(trial, 1, 10.0 - static_cast<double>(trial)).advice, Advice::pause);
  EXPECT_EQ(halving.next(4), std::nullopt);
  halving.report(1, 1, 5);
  EXPECT_EQ(halving.next(4), (Job{1, false, 1, 2, 1}));
  EXPECT_EQ(halving.next(4), (Job{3, false, 1, 2, 1}));
  halving.report(1, 2, 4);
  halving.ended(3, worst_loss);
  EXPECT_EQ(halving.next(4), (Job{1, false, 2, 4, 1}));
  EXPECT_FALSE(halving.is_done());
  EXPECT_EQ(halving.report(1, 4, 3), (Verdict{Advice::stop, 4, 1}));
  EXPECT_TRUE(halving.is_done());
}

TEST(Halving, ARoundOfFailuresEndsTheBracket) {
  Halving halving({{{2, 1}, {1, 2}}});
  halving.next(0);
  halving.next(1);
  halving.ended(0, worst_loss);
  halving.report(1, 1, std::nan(""));
  EXPECT_EQ(halving.next(2), std::nullopt);
  EXPECT_TRUE(halving.is_done());
}

TEST(Halving, FreeWorkersBeginTheNextBracket) {
  Halving halving({{{2, 1}, {1, 2}}, {{1, 2}}});
  halving.next(0);
  halving.next(1);
  EXPECT_EQ(halving.next(2), (Job{2, true, 0, 2, 1}));
  EXPECT_EQ(halving.next(3), std::nullopt);
  halving.report(0, 1, 1);
  halving.report(1, 1, 2);
  EXPECT_EQ(halving.next(3), (Job{0, false, 1, 2, 1}));
}

TEST(Halving, RepeatedAndEarlyReportsChangeNothing) {
  Halving halving({{{2, 3}, {1, 9}}});
  halving.next(0);
  halving.next(1);
  EXPECT_EQ(halving.report(0, 1, 5), (Verdict{Advice::go_on, 3, 1}));
  halving.report(0, 3, 5);
  halving.report(0, 3, 1);
  EXPECT_EQ(halving.next(std::nullopt), std::nullopt);
  halving.report(1, 3, 4);
  EXPECT_EQ(halving.next(std::nullopt), (Job{1, false, 3, 9, 1}));
}

std::int64_t epochs_on_real_curves(const std::vector<Training>& trainings, std::int64_t most) {
  Halving hyperband(hyperband_brackets(most, 1, 2, BracketRule::jmlr));
  std::int64_t epochs = 0;
  std::int64_t fresh = 0;
  while (!hyperband.is_done()) {
    const auto job = hyperband.next(fresh);
    if (!job) break;
    fresh += job->fresh ? 1 : 0;
    epochs += job->until - job->from;
    const auto& losses = trainings[static_cast<std::size_t>(job->trial) % trainings.size()].losses;
    for (std::int64_t step = job->from + 1; step <= job->until; ++step)
      hyperband.report(job->trial, step, losses[static_cast<std::size_t>(step - 1) % losses.size()]);
  }
  EXPECT_TRUE(hyperband.is_done());
  return epochs;
}

TEST(Halving, HyperbandOnTheMlpfCurvesTrainsAsManyEpochsAsPublished) {
  const auto trainings = mlpf_trainings();
  if (trainings.empty()) GTEST_SKIP() << "../shared/hpo/mlpf_296_curves.csv is not here";
  ASSERT_EQ(trainings.size(), 296U);
  ASSERT_EQ(trainings[7].losses.size(), 100U);
  EXPECT_EQ(epochs_on_real_curves(trainings, 100), 3213);
  EXPECT_EQ(epochs_on_real_curves(trainings, 300), 15380);
}

}  // namespace
}  // namespace sluice::hpo
