#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

/// A sweep that runs beside the driver, and its trials on a machine of four CPUs.
struct Sweep {
  Story story;
  PolicyIndex trials;
  Unit owner;

  explicit Sweep(Policy trial_policy = {}) {
    story.executor({.cpus = 4});
    trials = story.stage(std::move(trial_policy));
    owner = story.task(story.stage({.is_coordinator = true}));
  }

  Unit asks() { return story.asks_for_child(owner, trials); }
};

TEST(Children, AreQueuedAtOnceAndTakeSlots) {
  Sweep sweep({.resources = {.cpus = 3}});
  sweep.story.start();
  Texts texts;
  const Unit first = sweep.story.asks_for_child(sweep.owner, sweep.trials, &texts);
  EXPECT_EQ(first, 1U);
  EXPECT_EQ(texts, (Texts{"submit 1 #1"}));
  sweep.story.asks_for_child(sweep.owner, sweep.trials, &texts);
  EXPECT_EQ(texts, (Texts{}));
  EXPECT_EQ(sweep.story.ends(first, Outcome::success), (Texts{"1 succeeded", "submit 2 #1"}))
      << "a child has nothing to publish";
  EXPECT_EQ(sweep.story.scheduler().counts(sweep.trials), (Counts{.running = 1, .succeeded = 1}));
}

TEST(Children, OfOneOwnerAreLimitedAndComeInTheirOrder) {
  Sweep sweep({.retry = {.attempts = 2}, .parallel = 2});
  sweep.story.start();
  const Unit a = sweep.asks(), b = sweep.asks(), c = sweep.asks();
  EXPECT_EQ(sweep.story.state(b), UnitState::running);
  EXPECT_EQ(sweep.story.state(c), UnitState::queued);
  EXPECT_EQ(sweep.story.scheduler().waits_for(c), "waits for its owner's other attempts: 2 of 2 run");
  EXPECT_EQ(sweep.story.fails(a), (Texts{"retry 1 at 0", "submit 1 #2"})) << "it comes before the third";
  EXPECT_EQ(sweep.story.ends(b, Outcome::success), (Texts{"2 succeeded", "submit 3 #1"}));
}

TEST(Children, TheLimitIsForEachOwner) {
  Story story;
  const PolicyIndex trials = story.stage({.parallel = 1});
  const PolicyIndex coordinator = story.stage({.is_coordinator = true});
  const Unit one_owner = story.task(coordinator), other = story.task(coordinator);
  story.start();
  const Unit a = story.asks_for_child(one_owner, trials), b = story.asks_for_child(other, trials);
  EXPECT_EQ(story.state(a), UnitState::running);
  EXPECT_EQ(story.state(b), UnitState::running);
}

TEST(Children, AreRetriedLikeTasks) {
  Sweep sweep({.resources = {.memory_bytes = 1'000'000'000}, .retry = {.attempts = 2, .memory_factor = 2}});
  sweep.story.start();
  const Unit trial = sweep.asks();
  EXPECT_EQ(sweep.story.ends(trial, Outcome::out_of_memory),
            (Texts{"retry 1 at 0", "submit 1 #2 with 2 GB"}));
}

TEST(Children, AreTheirOwnersBusiness) {
  Sweep sweep;
  sweep.story.start();
  const Unit trial = sweep.asks();
  EXPECT_EQ(sweep.story.fails(trial), (Texts{"1 failed: it failed"}));
  EXPECT_EQ(sweep.story.succeeds(sweep.owner), (Texts{"0 succeeded", "all settled"}));
  EXPECT_FALSE(sweep.story.scheduler().failed());
}

TEST(Children, GoOnWhileTheirOwnerIsRunAgain) {
  Sweep sweep;
  sweep.story.start();
  const Unit trial = sweep.asks();
  EXPECT_EQ(sweep.story.step(Ended{sweep.owner, Outcome::again, 75, true}),
            (Texts{"retry 0 at 0", "submit 0 #2"}));
  EXPECT_EQ(sweep.story.ends(sweep.owner, Outcome::infrastructure),
            (Texts{"retry 0 at 1000", "wake at 1000"}));
  EXPECT_EQ(sweep.story.ends(trial, Outcome::success), (Texts{"1 succeeded"}));
  EXPECT_EQ(sweep.story.state(sweep.asks()), UnitState::running);
}

TEST(Children, AreCancelledWhenTheirOwnerSettles) {
  Sweep sweep({.parallel = 1});
  sweep.story.start();
  const Unit runs = sweep.asks();
  sweep.asks();
  EXPECT_EQ(sweep.story.succeeds(sweep.owner), (Texts{"0 succeeded", "cancel 1", "2 cancelled: cancelled"}));
  EXPECT_EQ(sweep.story.ends(runs, Outcome::user_failure), (Texts{"1 cancelled: cancelled", "all settled"}));
  EXPECT_FALSE(sweep.story.scheduler().failed());
}

TEST(Children, OneThatFinishesWhileBeingCancelledHasAResult) {
  Sweep sweep;
  sweep.story.start();
  const Unit trial = sweep.asks();
  sweep.story.succeeds(sweep.owner);
  EXPECT_EQ(sweep.story.ends(trial, Outcome::success), (Texts{"1 succeeded", "all settled"}));
}

TEST(Children, MayBeDropped) {
  Sweep sweep({.parallel = 1});
  sweep.story.start();
  const Unit a = sweep.asks(), b = sweep.asks();
  EXPECT_EQ(sweep.story.step(ChildDropped{b}), (Texts{"2 cancelled: cancelled"}));
  EXPECT_EQ(sweep.story.step(ChildDropped{a}), (Texts{"cancel 1"}));
  EXPECT_EQ(sweep.story.step(ChildDropped{a}), (Texts{})) << "it was asked already";
  EXPECT_EQ(sweep.story.step(Ended{a, Outcome::again, 75}), (Texts{"1 cancelled: cancelled"}));
}

TEST(Children, OfAnOwnerThatHasSettledAreCancelledAtOnce) {
  Sweep sweep;
  const Unit other = sweep.story.task();
  sweep.story.start();
  sweep.story.succeeds(sweep.owner);
  Texts texts;
  sweep.story.asks_for_child(sweep.owner, sweep.trials, &texts);
  EXPECT_EQ(texts, (Texts{"2 cancelled: cancelled"}));
  EXPECT_EQ(sweep.story.succeeds(other), (Texts{"1 succeeded", "all settled"}));
  sweep.story.asks_for_child(sweep.owner, sweep.trials, &texts);
  EXPECT_EQ(texts, (Texts{"3 cancelled: cancelled", "all settled"})) << "the last word is always the last";
}

TEST(Children, OfAnEarlierDriverAreAdopted) {
  Sweep sweep;
  sweep.story.live({.unit = sweep.owner, .attempt = 1});
  sweep.story.start();
  EXPECT_EQ(sweep.story.step(ChildAsked{sweep.owner, sweep.trials, LiveAttempt{.attempt = 4}}), (Texts{}));
  EXPECT_EQ(sweep.story.state(1), UnitState::running);
  EXPECT_EQ(sweep.story.step(Gone{1}), (Texts{"submit 1 #5"}));
}

TEST(Children, ALiveOneWithoutAnOwnerIsEnded) {
  Sweep sweep;
  sweep.story.start();
  sweep.story.fails(sweep.owner);
  EXPECT_EQ(sweep.story.step(ChildAsked{sweep.owner, sweep.trials, LiveAttempt{.attempt = 4}}),
            (Texts{"cancel 1"}));
  EXPECT_EQ(sweep.story.ends(1, Outcome::cancelled), (Texts{"1 cancelled: cancelled", "all settled"}));
}

TEST(Children, WaitUntilTheirOwnerMayRun) {
  Sweep sweep;
  const Unit input = sweep.story.task();
  const Unit late = sweep.story.task({one(input)});
  sweep.story.start();
  const Unit trial = sweep.story.asks_for_child(late, sweep.trials);
  EXPECT_EQ(sweep.story.scheduler().waits_for(trial), "waits for its owner to start");
  EXPECT_EQ(sweep.story.succeeds(input), (Texts{"1 succeeded", "submit 2 #1", "submit 3 #1"}));
}

TEST(Children, FinalTasksWaitForThoseStillRunning) {
  Sweep sweep;
  sweep.story.task(sweep.story.stage({.is_final = true}));
  sweep.story.start();
  const Unit trial = sweep.asks();
  EXPECT_EQ(sweep.story.succeeds(sweep.owner), (Texts{"0 succeeded", "cancel 2"}));
  EXPECT_EQ(sweep.story.ends(trial, Outcome::cancelled), (Texts{"2 cancelled: cancelled", "submit 1 #1"}));
}

TEST(Children, HaveNoChildren) {
  Sweep sweep;
  sweep.story.start();
  const Unit trial = sweep.asks();
  EXPECT_EQ(sweep.story.step(ChildAsked{trial, sweep.trials}), (Texts{}));
  EXPECT_EQ(sweep.story.scheduler().unit_count(), 2U);
}

}  // namespace
}  // namespace sluice::schedule
