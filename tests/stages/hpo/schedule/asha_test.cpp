#include "stages/hpo/schedule/asha.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "stages/hpo/schedule/stopping.h"

namespace sluice::hpo {
namespace {

const std::vector<double> arrivals = {5, 3, 8, 1, 9, 2, 7, 4, 6};

TEST(Asha, PromotesAfterEachArrivalWhatTheReferencePromotes) {
  Asha asha({1, 81, 3});
  std::vector<std::pair<int, std::int64_t>> promotions;
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(asha.next(i)->fresh);
    EXPECT_EQ(asha.report(i, 1, arrivals[static_cast<std::size_t>(i)]).advice, Advice::pause);
    while (const auto job = asha.next(std::nullopt)) {
      promotions.emplace_back(i + 1, job->trial);
      EXPECT_EQ(job->until, 3);
    }
  }
  EXPECT_EQ(promotions, (std::vector<std::pair<int, std::int64_t>>{{3, 1}, {4, 3}, {6, 5}}));
}

TEST(Asha, PromotesFromTheHighestRungFirst) {
  Asha asha({1, 9, 2});
  for (std::int64_t i = 0; i < 8; ++i) asha.next(i);
  for (std::int64_t i = 0; i < 4; ++i) asha.report(i, 1, static_cast<double>(i));
  EXPECT_EQ(asha.next(8), (Job{0, false, 1, 2, 1}));
  EXPECT_EQ(asha.next(8), (Job{1, false, 1, 2, 1}));
  asha.report(0, 2, 0);
  asha.report(1, 2, 1);
  asha.report(4, 1, 0.5);
  asha.report(5, 1, 0.6);
  EXPECT_EQ(asha.next(8), (Job{0, false, 2, 4, 1}));
  EXPECT_EQ(asha.next(8), (Job{4, false, 1, 2, 1}));
  EXPECT_EQ(asha.next(8), (Job{5, false, 1, 2, 1}));  // the top three of six are 0, 4 and 5
  EXPECT_TRUE(asha.next(8)->fresh);
}

TEST(Asha, TheLastRungIsTheFullLength) {
  Asha asha({1, 5, 2});
  asha.next(0);
  asha.next(1);
  asha.report(0, 1, 1);
  asha.report(1, 1, 2);
  EXPECT_EQ(asha.next(std::nullopt)->until, 2);
  asha.report(0, 2, 1);
  EXPECT_EQ(asha.next(std::nullopt), std::nullopt);  // one alone on its rung is not the top half
}

TEST(Asha, FailuresCountButAreNeverPromoted) {
  Asha asha({1, 9, 2});
  for (std::int64_t i = 0; i < 4; ++i) asha.next(i);
  asha.ended(0, 0.0);
  EXPECT_EQ(asha.report(1, 1, std::nan("")).advice, Advice::stop);
  EXPECT_EQ(asha.next(std::nullopt), std::nullopt);
  asha.report(2, 1, 7);
  asha.report(3, 1, 8);
  EXPECT_EQ(asha.next(std::nullopt)->trial, 2);
  EXPECT_EQ(asha.next(std::nullopt)->trial, 3);
  EXPECT_EQ(asha.next(std::nullopt), std::nullopt);
}

TEST(Asha, WithoutAnEndThereIsAlwaysAnotherRung) {
  Asha asha({1, 0, 2});
  for (std::int64_t i = 0; i < 64; ++i) asha.next(i);
  for (std::int64_t i = 0; i < 64; ++i) asha.report(i, 1, static_cast<double>(i));
  std::int64_t farthest = 0;
  while (const auto job = asha.next(std::nullopt)) {
    farthest = job->until;
    asha.report(job->trial, job->until, static_cast<double>(job->trial));
  }
  EXPECT_EQ(farthest, 64);
}

std::string decisions(StopRule rule, std::int64_t eta, const std::vector<double>& losses) {
  Stopping stopping({1, 81, eta, rule, 1, 1, 0});
  std::string text;
  std::int64_t trial = 0;
  for (const double loss : losses) {
    stopping.next(trial);
    text += stopping.report(trial++, 1, loss).advice == Advice::go_on ? 'C' : 'S';
  }
  return text;
}

TEST(Stopping, DecidesLikeThePeers) {
  for (const auto rule : {StopRule::ray, StopRule::syne, StopRule::quantile, StopRule::optuna})
    EXPECT_EQ(decisions(rule, 3, arrivals), "CCSCSCSSS") << static_cast<int>(rule);
  EXPECT_EQ(decisions(StopRule::ray, 4, arrivals), "CCSCSCSSS");
  EXPECT_EQ(decisions(StopRule::syne, 4, arrivals), "CCSCSCSSS");
  EXPECT_EQ(decisions(StopRule::optuna, 4, arrivals), "CCSCSSSSS");
}

TEST(Stopping, LetsThroughAsManyAsThePeers) {
  std::mt19937 generator(1);
  const auto fraction = [&](StopRule rule) {
    std::int64_t passed = 0;
    constexpr int rounds = 2000;
    std::vector<double> losses(64);
    std::iota(losses.begin(), losses.end(), 0);
    for (int i = 0; i < rounds; ++i) {
      std::shuffle(losses.begin(), losses.end(), generator);
      const std::string text = decisions(rule, 4, losses);
      passed += std::count(text.begin(), text.end(), 'C');
    }
    return static_cast<double>(passed) / (64.0 * rounds);
  };
  EXPECT_NEAR(fraction(StopRule::ray), 0.289, 0.004);
  EXPECT_NEAR(fraction(StopRule::syne), 0.295, 0.004);
  EXPECT_NEAR(fraction(StopRule::optuna), 0.248, 0.004);
}

TEST(Stopping, TiesPassAndWhatIsNoNumberStops) {
  EXPECT_EQ(decisions(StopRule::ray, 3, {5, 5, 5}), "CCC");
  EXPECT_EQ(decisions(StopRule::optuna, 3, {5, std::nan(""), 5}), "CSC");
}

TEST(Stopping, ALateReportCountsOnTheRungsItPassed) {
  Stopping ray({1, 27, 3, StopRule::ray, 1, 1, 0});
  ray.next(0);
  ray.report(0, 9, 1);  // booked at 9 only
  ray.next(1);
  EXPECT_EQ(ray.report(1, 1, 100).advice, Advice::go_on);
  EXPECT_EQ(ray.report(1, 9, 2).advice, Advice::stop);
  Stopping optuna({1, 27, 3, StopRule::optuna, 1, 1, 0});
  optuna.next(0);
  optuna.report(0, 9, 1);
  optuna.next(1);
  EXPECT_EQ(optuna.report(1, 1, 100).advice, Advice::stop);
}

TEST(Rasda, ResourcesGrowAtEveryRungSurvived) {
  Stopping rasda({1, 8, 2, StopRule::ray, 2, 8, 0});
  double wall = 0;
  Job job = *rasda.next(0);
  std::int64_t from = 0;
  Verdict verdict{Advice::go_on, job.until, job.scale};
  while (verdict.advice == Advice::go_on) {
    wall += static_cast<double>(verdict.until - from) / verdict.scale;
    from = verdict.until;
    verdict = rasda.report(0, verdict.until, 1);
  }
  EXPECT_DOUBLE_EQ(wall, 2.5);  // 1 + 1/2 + 2/4 + 4/8, against 8 without
}

TEST(Rasda, DoesNotGrowBeyondItsLimitOrWhereItDidNotHelp) {
  Stopping limited({1, 8, 2, StopRule::ray, 2, 2, 0});
  limited.next(0);
  EXPECT_EQ(limited.report(0, 1, 1).scale, 2);
  EXPECT_EQ(limited.report(0, 2, 1).scale, 2);
  Stopping slow({1, 8, 2, StopRule::ray, 2, 8, 0.7});
  slow.next(0);
  EXPECT_EQ(slow.report(0, 1, 1).scale, 2);
  slow.measured(0, 0.55);
  EXPECT_EQ(slow.report(0, 2, 1).scale, 2);
}

TEST(Rasda, LearningRatesFollowTheRanks) {
  EXPECT_EQ(learning_rate_factor(false, 4), 4);
  EXPECT_EQ(learning_rate_factor(true, 4), 2);
  EXPECT_EQ(warm_up_factor(0, 100), 0.5);
  EXPECT_EQ(warm_up_factor(75, 100), 0.75);
  EXPECT_EQ(warm_up_factor(500, 100), 1);
}

}  // namespace
}  // namespace sluice::hpo
