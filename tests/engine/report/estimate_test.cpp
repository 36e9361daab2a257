// How long a run still takes.
#include "engine/report/estimate.h"

#include <gtest/gtest.h>

namespace sluice::report {
namespace {

using Stages = std::vector<StageProgress>;

TEST(Estimate, SaysNothingBeforeATaskHasEnded) {
  const Estimate estimate(1);
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.waiting = 5, .running = 1}}}), std::nullopt);
}

TEST(Estimate, SharesTheWorkAmongAsManyAsRun) {
  Estimate estimate(1);
  estimate.ended(0, 8);
  estimate.ended(0, 12);
  // 10 s a task: 40 of them to come, and four that are half done, four at a time.
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.waiting = 40, .running = 4, .succeeded = 2}}}),
            (TimeLeft{105, false}));
}

TEST(Estimate, TasksThatWaitForEachOtherTakeTheirTimesOneAfterTheOther) {
  Estimate estimate(3);
  for (std::size_t stage = 0; stage < 3; ++stage) estimate.ended(stage, 60);
  const Stages stages = {{"a", 0, {.running = 20}}, {"b", 1, {.waiting = 1}}, {"c", 2, {.waiting = 1}}};
  EXPECT_EQ(estimate.left(stages), (TimeLeft{180, false}));
}

TEST(Estimate, IsAtLeastThatMuchWhileAStageIsUnknown) {
  Estimate estimate(2);
  estimate.ended(0, 10);
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.running = 1, .succeeded = 1}}, {"b", 1, {.waiting = 1}}}),
            (TimeLeft{5, true}));
}

TEST(Estimate, AStageWithNothingOpenNeedsNoEstimate) {
  Estimate estimate(2);
  estimate.ended(1, 10);
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.cached = 9}}, {"b", 1, {.running = 1, .succeeded = 1}}}),
            (TimeLeft{5, false}));
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.cached = 9}}, {"b", 1, {.succeeded = 2}}}), std::nullopt);
}

TEST(Estimate, IgnoresWhatIsNoStageOrNoTime) {
  Estimate estimate(1);
  estimate.ended(7, 10);
  estimate.ended(0, -3);
  EXPECT_EQ(estimate.left(Stages{{"a", 0, {.waiting = 1}}}), std::nullopt);
}

}  // namespace
}  // namespace sluice::report
