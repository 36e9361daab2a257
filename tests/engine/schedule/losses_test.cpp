#include <gtest/gtest.h>

#include <iterator>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

const std::string skipped = " skipped: a task it needs has no result ";

/// A fan-out of `count` tasks that tolerates the share, and a gather of all of them.
struct FanOut {
  Story story;
  PolicyIndex shards;
  std::vector<Unit> shard;
  Unit gather;

  FanOut(int count, double tolerate)
      : shards(story.stage({.tolerate = tolerate})),
        shard(story.tasks(count, shards)),
        gather(story.task({all(shard)})) {}

  void succeed_from(int first) {
    for (std::size_t i = static_cast<std::size_t>(first); i < shard.size(); ++i) story.succeeds(shard[i]);
  }
};

TEST(Losses, AGatherGoesOnWithoutTheShareThatIsTolerated) {
  FanOut fan(20, 0.10);
  fan.story.start();
  EXPECT_EQ(fan.story.fails(fan.shard[0]), (Texts{"0 failed: it failed"}));
  fan.story.fails(fan.shard[1]);
  fan.succeed_from(2);
  EXPECT_EQ(fan.story.state(fan.gather), UnitState::running);
  EXPECT_TRUE(fan.story.scheduler().is_lost(fan.shard[0]));
  EXPECT_FALSE(fan.story.scheduler().is_lost(fan.shard[2]));
  EXPECT_EQ(fan.story.succeeds(fan.gather), (Texts{"20 succeeded", "all settled"}));
  EXPECT_FALSE(fan.story.scheduler().failed());
}

TEST(Losses, OneMoreThanToleratedStopsTheGather) {
  FanOut fan(20, 0.10);
  fan.story.start();
  for (std::size_t i = 0; i < 3; ++i) fan.story.fails(fan.shard[i]);
  fan.succeed_from(3);
  EXPECT_EQ(fan.story.state(fan.gather), UnitState::skipped);
  EXPECT_TRUE(fan.story.scheduler().failed());
}

TEST(Losses, TheLastOneDecidesWhetherTheShareIsTolerated) {
  FanOut fan(4, 0.25);
  fan.story.start();
  fan.story.fails(fan.shard[0]);
  fan.story.succeeds(fan.shard[1]);
  fan.story.succeeds(fan.shard[2]);
  EXPECT_FALSE(fan.story.scheduler().failed());
  EXPECT_EQ(fan.story.fails(fan.shard[3]),
            (Texts{"3 failed: it failed", "4" + skipped + "(0)", "all settled"}));
  EXPECT_TRUE(fan.story.scheduler().failed());
}

TEST(Losses, APercentageOfAHundredIsExact) {
  for (const int percent : {7, 14, 28, 29, 55, 57, 58}) {
    FanOut fan(100, percent / 100.0);
    fan.story.start();
    for (int i = 0; i < percent; ++i) fan.story.fails(fan.shard[static_cast<std::size_t>(i)]);
    EXPECT_FALSE(fan.story.scheduler().failed()) << percent;
    fan.story.fails(fan.shard[static_cast<std::size_t>(percent)]);
    EXPECT_TRUE(fan.story.scheduler().failed()) << percent;
  }
}

TEST(Losses, WithoutToleranceTheFirstFailureStopsTheGatherOnceAllHaveSettled) {
  FanOut fan(3, 0);
  fan.story.start();
  EXPECT_EQ(fan.story.fails(fan.shard[1]), (Texts{"1 failed: it failed"}));
  fan.story.succeeds(fan.shard[0]);
  EXPECT_EQ(fan.story.succeeds(fan.shard[2]), (Texts{"2 succeeded", "3" + skipped + "(1)", "all settled"}));
}

TEST(Losses, WhatNeedsExactlyTheLostTaskIsSkippedAndTheToleranceIsInherited) {
  Story story;
  const PolicyIndex simulate = story.stage({.tolerate = 0.5});
  const Unit s0 = story.task(simulate), s1 = story.task(simulate);
  const Unit i0 = story.task({one(s0)}), i1 = story.task({one(s1)});
  const Unit gather = story.task({all({i0, i1})});
  story.start();
  EXPECT_EQ(story.fails(s0), (Texts{"0 failed: it failed", "2" + skipped + "(0)"}));
  story.succeeds(s1);
  EXPECT_EQ(story.succeeds(i1), (Texts{"3 succeeded", "submit 4 #1"}));
  EXPECT_EQ(story.succeeds(gather), (Texts{"4 succeeded", "all settled"}));
  EXPECT_FALSE(story.scheduler().failed());
}

TEST(Losses, SkippedTasksUseUpTheToleranceOfTheirOwnStage) {
  Story story;
  const PolicyIndex simulate = story.stage({.tolerate = 0.25});
  const PolicyIndex import = story.stage({.tolerate = 0.25});
  const std::vector<Unit> s = story.tasks(4, simulate);
  std::vector<Unit> i;
  for (const Unit unit : s) i.push_back(story.task({one(unit)}, import));
  story.task({all(i)});
  story.start();
  story.fails(s[0]);  // and i[0] is skipped
  for (std::size_t k = 1; k < 4; ++k) story.succeeds(s[k]);
  story.succeeds(i[1]);
  story.succeeds(i[2]);
  EXPECT_EQ(story.fails(i[3]), (Texts{"7 failed: it failed", "8" + skipped + "(7)", "all settled"}));
  EXPECT_TRUE(story.scheduler().failed());
}

TEST(Losses, AGatherOfNothingIsSkippedHoweverMuchIsTolerated) {
  FanOut fan(2, 1.0);
  fan.story.start();
  EXPECT_EQ(fan.story.fails(fan.shard[0]), (Texts{"0 failed: it failed"}));
  EXPECT_EQ(fan.story.fails(fan.shard[1]),
            (Texts{"1 failed: it failed", "2" + skipped + "(0)", "all settled"}));
  EXPECT_TRUE(fan.story.scheduler().failed()) << "nobody said that the gather may be lost";
}

TEST(Losses, AGatherOfNothingIsALossThatItsOwnStageMayTolerate) {
  Story story;
  const PolicyIndex simulate = story.stage({.tolerate = 0.5});
  const PolicyIndex merge = story.stage({.tolerate = 0.5});
  const std::vector<Unit> s = story.tasks(4, simulate);
  const Unit m0 = story.task({all({s[0], s[1]})}, merge), m1 = story.task({all({s[2], s[3]})}, merge);
  const Unit last = story.task({all({m0, m1})});
  story.start();
  story.fails(s[0]);
  EXPECT_EQ(story.fails(s[1]), (Texts{"1 failed: it failed", "4" + skipped + "(0)"}));
  story.succeeds(s[2]);
  story.succeeds(s[3]);
  EXPECT_EQ(story.succeeds(m1), (Texts{"5 succeeded", "submit 6 #1"}));
  EXPECT_EQ(story.succeeds(last), (Texts{"6 succeeded", "all settled"}));
  EXPECT_FALSE(story.scheduler().failed());
}

TEST(Losses, TheCulpritIsTheUnitThatFailedFirstHoweverFarAway) {
  Story story;
  const Unit a = story.task();
  const Unit b = story.task({one(a)});
  const Unit c = story.task({all({b})});
  story.task({one(c)});
  story.start();
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed", "1" + skipped + "(0)", "2" + skipped + "(0)",
                                   "3" + skipped + "(0)", "all settled"}));
}

TEST(Losses, ACancelledTaskIsNeverTolerated) {
  FanOut fan(2, 1.0);
  fan.story.start();
  fan.story.succeeds(fan.shard[0]);
  EXPECT_EQ(fan.story.step(CancelUnit{fan.shard[1]}), (Texts{"cancel 1"}));
  EXPECT_EQ(fan.story.ends(fan.shard[1], Outcome::cancelled),
            (Texts{"1 cancelled: cancelled", "2" + skipped + "(1)", "all settled"}));
  EXPECT_TRUE(fan.story.scheduler().failed());
}

TEST(Losses, AnExcludedMemberStopsAGather) {
  Story story;
  const PolicyIndex shards = story.stage({.tolerate = 1.0});
  const Unit a = story.task({}, shards, Initial::excluded), b = story.task(shards);
  story.task({all({a, b})});
  story.start();
  EXPECT_EQ(story.succeeds(b),
            (Texts{"1 succeeded", "2 skipped: a task it needs was not selected and has no result (0)",
                   "all settled"}));
}

}  // namespace
}  // namespace sluice::schedule
