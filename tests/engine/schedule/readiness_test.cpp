#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

TEST(Readiness, ATaskRunsWhenEveryMemberOfEveryInputHasAResult) {
  Story story;
  const Unit a = story.task(), b = story.task(), c = story.task();
  const Unit join = story.task({all({a, b}), one(c)});
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 1 #1", "submit 2 #1"}));
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded"}));
  EXPECT_EQ(story.succeeds(c), (Texts{"2 succeeded"}));
  EXPECT_EQ(story.succeeds(b), (Texts{"1 succeeded", "submit 3 #1"}));
  EXPECT_EQ(story.succeeds(join), (Texts{"3 succeeded", "all settled"}));
  EXPECT_FALSE(story.scheduler().failed());
}

TEST(Readiness, SuccessCountsOnlyOnceItIsPublished) {
  Story story;
  const Unit a = story.task();
  story.task({one(a)});
  story.start();
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{"publish 0"}));
  EXPECT_EQ(story.state(a), UnitState::publishing);
  EXPECT_EQ(story.scheduler().in_flight(), 1U);
  EXPECT_EQ(story.step(Published{a, true}), (Texts{"0 succeeded", "submit 1 #1"}));
}

TEST(Readiness, WhatCannotBePublishedHasFailedAndIsNotRepeated) {
  Story story;
  const PolicyIndex stubborn = story.stage({.retry = {.attempts = 5}});
  const Unit a = story.task(stubborn);
  const Unit b = story.task({one(a)});
  story.start();
  story.ends(a, Outcome::success);
  EXPECT_EQ(story.step(Published{a, false}),
            (Texts{"0 failed: its outputs could not be published",
                   "1 skipped: a task it needs has no result (0)", "all settled"}));
  EXPECT_TRUE(story.scheduler().is_lost(b));
}

TEST(Readiness, ATaskIsCheckedWhenItsInputsAreThereAndRunsOnlyIfItMust) {
  Story story;
  const Unit a = story.task({}, 0, Initial::check);
  const Unit b = story.task({one(a)}, 0, Initial::check);
  EXPECT_EQ(story.start(), (Texts{"check 0"}));
  EXPECT_EQ(story.step(Checked{a, true}), (Texts{"0 cached: up to date", "check 1"}));
  EXPECT_EQ(story.step(Checked{b, false}), (Texts{"submit 1 #1"}));
  EXPECT_EQ(story.succeeds(b), (Texts{"1 succeeded", "all settled"}));
}

TEST(Readiness, ATaskThatCannotBeCheckedHasFailed) {
  Story story;
  const Unit a = story.task({}, 0, Initial::check);
  story.task({one(a)});
  story.start();
  EXPECT_EQ(story.step(CheckFailed{a}),
            (Texts{"0 failed: its inputs could not be read", "1 skipped: a task it needs has no result (0)",
                   "all settled"}));
}

TEST(Readiness, WhatIsDoneIsCountedAndNotSpokenOf) {
  Story story;
  const Unit a = story.task({}, 0, Initial::done);
  const Unit b = story.task({}, 0, Initial::done);
  story.task({all({a, b})}, 0, Initial::done);
  EXPECT_EQ(story.start(), (Texts{"all settled"}));
  EXPECT_EQ(story.scheduler().counts(), (Counts{.cached = 3}));
}

TEST(Readiness, ATaskWithDoneInputsRunsAtOnce) {
  Story story;
  const Unit a = story.task({}, 0, Initial::done);
  story.task({one(a)});
  EXPECT_EQ(story.start(), (Texts{"submit 1 #1"}));
}

TEST(Readiness, AnEmptyGatherIsComplete) {
  Story story;
  story.task({all({})});
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
}

TEST(Readiness, ManyTasksMayShareAGroupAndATaskMayNeedItTwice) {
  Story story;
  const Unit a = story.task();
  const Unit b = story.task({all({a})});
  Problem& problem = story.problem();
  problem.groups_of_task = {0, 0};
  problem.group_begin = {0, 0, 2};
  story.start();
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "submit " + std::to_string(b) + " #1"}));
}

TEST(Readiness, WhoNeedsATaskThatWasNotSelectedIsSkippedAllTheWayDown) {
  Story story;
  const Unit a = story.task({}, 0, Initial::excluded);
  const Unit b = story.task({one(a)});
  story.task({all({b})});
  EXPECT_EQ(story.start(),
            (Texts{"1 skipped: a task it needs was not selected and has no result (0)",
                   "2 skipped: a task it needs was not selected and has no result (0)", "all settled"}));
  EXPECT_TRUE(story.scheduler().failed()) << "something that was asked for is missing";
  EXPECT_EQ(story.scheduler().counts(), (Counts{.skipped = 2, .excluded = 1}));
}

TEST(Readiness, AnExcludedTaskThatNobodyNeedsIsNoFailure) {
  Story story;
  story.task({}, 0, Initial::excluded);
  const Unit b = story.task();
  story.start();
  EXPECT_EQ(story.succeeds(b), (Texts{"1 succeeded", "all settled"}));
  EXPECT_FALSE(story.scheduler().failed());
}

TEST(Readiness, AttemptNumbersGoOnFromEarlierDrivers) {
  Story story;
  const Unit a = story.task();
  story.problem().attempts_before = {7};
  EXPECT_EQ(story.start(), (Texts{"submit 0 #8"}));
  EXPECT_EQ(story.scheduler().attempt(a), 8);
}

TEST(Live, AnAttemptOfAnEarlierDriverRunsAndIsNotSubmittedAgain) {
  Story story;
  const Unit a = story.task();
  story.task({one(a)});
  story.live({.unit = a, .attempt = 3});
  EXPECT_EQ(story.start(), (Texts{}));
  EXPECT_EQ(story.state(a), UnitState::running);
  EXPECT_EQ(story.scheduler().attempt(a), 3);
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "submit 1 #1"}));
}

TEST(Live, TakesItsSlotsFirstEvenMoreThanThereAre) {
  Story story;
  story.executor({.cpus = 2});
  const PolicyIndex wide = story.stage({.resources = {.cpus = 2}});
  const Unit a = story.task(wide), b = story.task(wide), c = story.task();
  story.live({.unit = a, .attempt = 1, .resources = {.cpus = 2}});
  story.live({.unit = b, .attempt = 1, .resources = {.cpus = 2}});
  EXPECT_EQ(story.start(), (Texts{}));
  EXPECT_EQ(story.scheduler().waits_for(c), "waits for 1 CPU: 0 of 2 free");
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded"}));
  EXPECT_EQ(story.succeeds(b), (Texts{"submit 2 #1", "1 succeeded"}));
}

TEST(Live, OneThatIsGoneIsSubmittedUnderANewNumber) {
  Story story;
  const Unit a = story.task();
  story.live({.unit = a, .attempt = 3, .resources = {.memory_bytes = 2'000'000'000}});
  story.start();
  EXPECT_EQ(story.step(Gone{a}), (Texts{"submit 0 #4 with 2 GB"})) << "what it asked for last";
}

TEST(Live, OneThatIsGoneWaitsForInputsThatAreMadeAgain) {
  Story story;
  const Unit a = story.task();
  const Unit b = story.task({one(a)});
  story.live({.unit = b, .attempt = 1});
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.step(Gone{b}), (Texts{}));
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "submit 1 #2"}));
}

TEST(Live, OneThatIsGoneCannotRunWithoutItsInputs) {
  Story story;
  const Unit a = story.task();
  const Unit b = story.task({one(a)});
  story.live({.unit = b, .attempt = 1});
  story.start();
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed"}));
  EXPECT_EQ(story.step(Gone{b}), (Texts{"1 skipped: a task it needs has no result (0)", "all settled"}));
}

TEST(Finals, RunWhenAllOthersHaveSettledWhateverHappened) {
  Story story;
  const PolicyIndex final_stage = story.stage({.is_final = true});
  const Unit a = story.task(), b = story.task();
  story.task({one(a), all({a, b})}, final_stage);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1", "submit 1 #1"}));
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed"}));
  EXPECT_EQ(story.scheduler().waits_for(2), "waits for 1 input");
  EXPECT_EQ(story.fails(b), (Texts{"1 failed: it failed", "submit 2 #1"}));
  EXPECT_EQ(story.succeeds(2), (Texts{"2 succeeded", "all settled"}));
  EXPECT_TRUE(story.scheduler().failed());
}

TEST(Finals, WaitForTasksTheyDoNotReadFrom) {
  Story story;
  const PolicyIndex final_stage = story.stage({.is_final = true});
  const Unit a = story.task();
  const Unit report = story.task({}, final_stage, Initial::check);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.scheduler().waits_for(report), "waits for all other tasks to end");
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "check 1"}));
}

TEST(Finals, ReadFromEachOtherInTheUsualOrder) {
  Story story;
  const PolicyIndex final_stage = story.stage({.is_final = true});
  const Unit a = story.task(final_stage);
  story.task({one(a)}, final_stage);
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed", "submit 1 #1"}))
      << "losses never stop a final task";
}

TEST(Finals, DoNotWaitForThoseWhoReadFromThem) {
  Story story;
  const Unit a = story.task();
  const Unit report = story.task({}, story.stage({.is_final = true}));
  const Unit upload = story.task({one(report)});
  story.task({one(upload), one(a)});
  EXPECT_EQ(story.start(), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "submit 1 #1"}));
  EXPECT_EQ(story.fails(report), (Texts{"1 failed: it failed", "2 skipped: a task it needs has no result (1)",
                                        "3 skipped: a task it needs has no result (1)", "all settled"}))
      << "only final tasks go on without their inputs";
}

TEST(Readiness, ALongChainIsNoRecursion) {
  Story story;
  Unit last = story.task();
  for (int i = 0; i < 100'000; ++i) last = story.task({one(last)});
  story.start();
  const Texts texts = story.fails(0);
  ASSERT_EQ(texts.size(), 100'002U);
  EXPECT_EQ(texts[100'000], "100000 skipped: a task it needs has no result (0)");
  EXPECT_EQ(texts.back(), "all settled");
}

TEST(Problem, ArraysThatDoNotFitTogetherAreABugOfTheCaller) {
  const auto complaint = [](auto spoil) -> std::string {
    Story story;
    const Unit a = story.task();
    story.task({one(a)});
    spoil(story.problem());
    try {
      story.start();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no complaint";
  };
  EXPECT_EQ(complaint([](Problem&) {}), "no complaint");
  EXPECT_EQ(complaint([](Problem& p) { p.policy_of[1] = 9; }),
            "schedule::Problem: policy_of names an unknown policy");
  EXPECT_EQ(complaint([](Problem& p) { p.initial.pop_back(); }),
            "schedule::Problem: initial has not one entry for each task");
  EXPECT_EQ(complaint([](Problem& p) { p.attempts_before = {1}; }),
            "schedule::Problem: attempts_before has not one entry for each task");
  EXPECT_EQ(complaint([](Problem& p) { p.group_begin.pop_back(); }),
            "schedule::Problem: group_begin is no index");
  EXPECT_EQ(complaint([](Problem& p) {
              p.member_begin = {0, 2};
            }),
            "schedule::Problem: member_begin is no index");
  EXPECT_EQ(complaint([](Problem& p) { p.groups_of_task = {5}; }),
            "schedule::Problem: groups_of_task names an unknown group");
  EXPECT_EQ(complaint([](Problem& p) { p.members = {5}; }),
            "schedule::Problem: members names an unknown task");
  EXPECT_EQ(complaint([](Problem& p) { p.policies[0].executor = 1; }),
            "schedule::Problem: a policy names an unknown executor");
  EXPECT_EQ(complaint([](Problem& p) { p.policies[0].pools = {{.pool = 0}}; }),
            "schedule::Problem: a policy names an unknown pool");
  EXPECT_EQ(complaint([](Problem& p) { p.live = {{.unit = 2}}; }),
            "schedule::Problem: live names an unknown task");
}

}  // namespace
}  // namespace sluice::schedule
