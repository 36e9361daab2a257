#include "stages/hpo/predict/swift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stages/hpo/schedule/halving.h"
#include "tests/stages/hpo/support/protocol.h"

namespace sluice::hpo {
namespace {

struct Outcome {
  std::int64_t epochs = 0;
  double best = worst_loss;
};

/// One worker after the other; trial i is the i-th training of a permutation.
Outcome run_on_curves(Scheduler& scheduler, const std::vector<Training>& trainings, std::uint32_t seed) {
  const auto order = numpy_permutation(seed, trainings.size());
  Outcome run;
  std::int64_t fresh = 0;
  while (auto job = scheduler.next(fresh)) {
    fresh += job->fresh ? 1 : 0;
    const auto& losses = trainings[order[static_cast<std::size_t>(job->trial)]].losses;
    std::int64_t until = job->until;
    for (std::int64_t step = job->from + 1; step <= until; ++step) {
      const double loss = losses[static_cast<std::size_t>(step - 1)];
      ++run.epochs;
      if (step == 100) run.best = std::min(run.best, loss);
      const Verdict verdict = scheduler.report(job->trial, step, loss);
      if (verdict.advice == Advice::go_on) until = verdict.until;
    }
  }
  EXPECT_TRUE(scheduler.is_done());
  return run;
}

TEST(Swift, SavesEpochsAndKeepsTheWinner) {
  const auto trainings = mlpf_trainings();
  if (trainings.empty()) GTEST_SKIP() << "../shared/hpo/mlpf_296_curves.csv is not here";
  const auto brackets = hyperband_brackets(100, 1, 2, BracketRule::jmlr);
  double epochs = 0;
  int same_winner = 0;
  constexpr std::uint32_t seeds = 20;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    Swift swift(brackets);
    Halving hyperband(brackets);
    const Outcome quick = run_on_curves(swift, trainings, seed);
    const Outcome full = run_on_curves(hyperband, trainings, seed);
    EXPECT_EQ(full.epochs, 3213);
    epochs += static_cast<double>(quick.epochs) / seeds;
    same_winner += quick.best == full.best ? 1 : 0;
  }
  EXPECT_NEAR(epochs, 2911, 40);
  EXPECT_GE(same_winner, 19);
}

TEST(Swift, ATrialThatDiesIsNotWaitedFor) {
  Swift swift({{{3, 4}, {1, 8}}});
  for (std::int64_t trial = 0; trial < 3; ++trial) EXPECT_EQ(swift.next(trial), (Job{trial, true, 0, 2, 1}));
  swift.ended(1, worst_loss);
  for (const std::int64_t trial : {0, 2})
    for (std::int64_t step = 1; step <= 4; ++step)
      swift.report(trial, step, 5.0 - static_cast<double>(trial));
  EXPECT_EQ(swift.next(std::nullopt), (Job{2, false, 4, 6, 1}));
  for (std::int64_t step = 5; step <= 8; ++step) swift.report(2, step, 1);
  EXPECT_TRUE(swift.is_done());
}

}  // namespace
}  // namespace sluice::hpo
