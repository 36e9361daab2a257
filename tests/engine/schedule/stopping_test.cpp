#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

TEST(Stop, WhatRunsIsLetRunAndPublishedAndNothingNewStarts) {
  Story story;
  const Unit a = story.task();
  const Unit b = story.task({one(a)});
  story.start();
  EXPECT_EQ(story.step(StopSubmitting{}), (Texts{}));
  EXPECT_TRUE(story.scheduler().stopped());
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{"publish 0"}));
  EXPECT_EQ(story.step(Published{a, true}), (Texts{"0 succeeded", "all settled"}));
  EXPECT_EQ(story.state(b), UnitState::queued) << "the run can go on later";
  EXPECT_FALSE(story.scheduler().failed());
}

TEST(Stop, NothingIsCheckedOrRepeated) {
  Story story;
  const PolicyIndex stubborn = story.stage({.retry = {.attempts = 2}});
  const PolicyIndex patient = story.stage({.retry = {.attempts = 2, .delay_ms = 100}});
  const Unit a = story.task(), b = story.task(stubborn), c = story.task(patient);
  const Unit later = story.task({one(a)}, 0, Initial::check);
  story.start();
  story.step(StopSubmitting{});
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded"}));
  EXPECT_EQ(story.scheduler().waits_for(later), "waits: the run is stopping");
  EXPECT_EQ(story.fails(b), (Texts{"retry 1 at 0"}));
  EXPECT_EQ(story.fails(c), (Texts{"retry 2 at 100", "all settled"}));
  EXPECT_EQ(story.scheduler().waits_for(c), "waits: the run is stopping");
  EXPECT_EQ(story.step(TimeIs{100}), (Texts{}));
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{"check 3", "submit 1 #2", "submit 2 #2"}));
}

TEST(Stop, AnAnswerThatWasAskedForIsWaitedFor) {
  Story story;
  const Unit a = story.task({}, 0, Initial::check);
  story.start();
  EXPECT_EQ(story.step(StopSubmitting{}), (Texts{}));
  EXPECT_EQ(story.step(Checked{a, false}), (Texts{"all settled"}));
}

TEST(Stop, BeforeTheStartNothingStarts) {
  Story story;
  story.task();
  story.problem().policies[0].is_coordinator = true;
  const Unit live = story.task();
  story.live({.unit = live});
  Scheduler scheduler(story.problem());
  std::vector<Action> actions;
  scheduler.step(StopSubmitting{}, actions);
  scheduler.step(Start{}, actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(to_text(actions[0]), "cancel 1") << "it would wait for children in vain";
}

TEST(Stop, FinalTasksWaitToo) {
  Story story;
  const Unit a = story.task();
  const Unit report = story.task(story.stage({.is_final = true}));
  story.start();
  story.step(StopSubmitting{});
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "all settled"}));
  EXPECT_EQ(story.state(report), UnitState::waiting);
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{"submit 1 #1"}));
}

TEST(Resume, GoesOnAndComesToAnEndAgain) {
  Story story;
  story.executor({.cpus = 1});
  const Unit a = story.task(), b = story.task();
  story.start();
  story.step(StopSubmitting{});
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "all settled"}));
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{"submit 1 #1"}));
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{}));
  EXPECT_EQ(story.succeeds(b), (Texts{"1 succeeded", "all settled"}));
}

TEST(Stop, ACoordinatorIsAskedToCheckpointAndGoesOnAfterwards) {
  Story story;
  const PolicyIndex trials = story.stage({});
  const Unit sweep = story.task(story.stage({.is_coordinator = true}));
  story.start();
  const Unit trial = story.asks_for_child(sweep, trials);
  EXPECT_EQ(story.step(StopSubmitting{}), (Texts{"cancel 0"}));
  const Unit late = story.asks_for_child(sweep, trials);
  EXPECT_EQ(story.state(late), UnitState::queued);
  EXPECT_EQ(story.step(Ended{sweep, Outcome::again, 75, false}), (Texts{}));
  EXPECT_EQ(story.ends(trial, Outcome::success), (Texts{"1 succeeded", "all settled"}))
      << "trials run to their end";
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{"submit 0 #2", "submit 2 #1"}));
  EXPECT_EQ(story.step(Ended{sweep, Outcome::again, 75, false}), (Texts{"retry 0 at 0", "submit 0 #3"}))
      << "the stop was not its fault: this is the first time it stands still";
}

TEST(Stop, HoweverAnInterruptedOwnerEndsItIsNotItsFault) {
  for (const Outcome outcome :
       {Outcome::again, Outcome::user_failure, Outcome::out_of_memory, Outcome::timeout,
        Outcome::infrastructure, Outcome::stopped_by_user, Outcome::cancelled}) {
    Story story;
    const Unit sweep = story.task(story.stage({.is_coordinator = true}));
    story.start();
    story.step(StopSubmitting{});
    EXPECT_EQ(story.ends(sweep, outcome), (Texts{"all settled"}));
    EXPECT_EQ(story.state(sweep), UnitState::queued);
  }
}

TEST(Stop, ATaskThatWaitsForChildrenIsInterruptedToo) {
  Story story;
  const Unit owner = story.task(), asks_late = story.task(), childless = story.task();
  story.start();
  story.asks_for_child(owner, 0);
  EXPECT_EQ(story.step(StopSubmitting{}), (Texts{"cancel 0"}));
  Texts texts;
  story.asks_for_child(asks_late, 0, &texts);
  EXPECT_EQ(texts, (Texts{"cancel 1"}));
  EXPECT_EQ(story.state(childless), UnitState::running);
}

TEST(CancelAll, EndsWhatRunsAndSettlesTheRest) {
  Story story;
  story.executor({.cpus = 2});
  const PolicyIndex final_stage = story.stage({.is_final = true});
  const Unit a = story.task(), b = story.task();
  story.task();
  story.task({one(a)});
  story.task(final_stage);
  const Unit checked = story.task({}, 0, Initial::check);
  story.start();
  EXPECT_EQ(story.step(CancelAll{}),
            (Texts{"cancel 0", "cancel 1", "2 cancelled: cancelled", "3 cancelled: cancelled",
                   "4 cancelled: cancelled", "5 cancelled: cancelled"}));
  EXPECT_EQ(story.step(Checked{checked, false}), (Texts{}));
  EXPECT_EQ(story.step(CancelAll{}), (Texts{}));
  EXPECT_EQ(story.step(ResumeSubmitting{}), (Texts{})) << "there is no way back";
  EXPECT_EQ(story.ends(a, Outcome::infrastructure), (Texts{"0 cancelled: cancelled"}));
  EXPECT_EQ(story.ends(b, Outcome::cancelled), (Texts{"1 cancelled: cancelled", "all settled"}));
  EXPECT_TRUE(story.scheduler().failed());
}

TEST(CancelAll, WhatSucceedsNeverthelessIsPublished) {
  Story story;
  const Unit a = story.task();
  story.start();
  story.step(CancelAll{});
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{"publish 0"}));
  EXPECT_EQ(story.step(Published{a, true}), (Texts{"0 succeeded", "all settled"}));
}

TEST(CancelAll, AfterAStopEndsWhatWasLeftForLater) {
  Story story;
  story.executor({.cpus = 1});
  const Unit a = story.task();
  story.task();
  story.start();
  story.step(StopSubmitting{});
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "all settled"}));
  EXPECT_EQ(story.step(CancelAll{}), (Texts{"1 cancelled: cancelled", "all settled"}));
}

TEST(CancelAll, AnOwnerAlreadyAskedToStopIsNotAskedTwice) {
  Story story;
  const Unit sweep = story.task(story.stage({.is_coordinator = true}));
  story.start();
  EXPECT_EQ(story.step(StopSubmitting{}), (Texts{"cancel 0"}));
  EXPECT_EQ(story.step(CancelAll{}), (Texts{}));
  EXPECT_EQ(story.step(Ended{sweep, Outcome::again, 75}), (Texts{"0 cancelled: cancelled", "all settled"}));
}

TEST(CancelAll, BeforeTheStartCancelsEverything) {
  Story story;
  const Unit a = story.task();
  story.task({one(a)});
  Scheduler scheduler(story.problem());
  std::vector<Action> actions;
  scheduler.step(CancelAll{}, actions);
  EXPECT_TRUE(actions.empty());
  scheduler.step(Start{}, actions);
  EXPECT_EQ(scheduler.counts(), (Counts{.cancelled = 2}));
  EXPECT_EQ(to_text(actions.back()), "all settled");
}

TEST(CancelUnit, EndsItAndItsChildrenAndSkipsWhoNeedsIt) {
  Story story;
  const Unit owner = story.task();
  story.task({one(owner)});
  story.start();
  const Unit child = story.asks_for_child(owner, 0);
  EXPECT_EQ(story.step(CancelUnit{owner}), (Texts{"cancel 0", "cancel 2"}));
  EXPECT_EQ(story.step(CancelUnit{owner}), (Texts{}));
  Texts texts;
  story.asks_for_child(owner, 0, &texts);
  EXPECT_EQ(texts, (Texts{"3 cancelled: cancelled"})) << "too late to ask for more";
  EXPECT_EQ(story.ends(owner, Outcome::user_failure),
            (Texts{"0 cancelled: cancelled", "1 skipped: a task it needs has no result (0)"}));
  EXPECT_EQ(story.ends(child, Outcome::cancelled), (Texts{"2 cancelled: cancelled", "all settled"}));
}

TEST(CancelUnit, WorksInEveryStateBeforePublishing) {
  Story story;
  story.executor({.cpus = 1});
  const PolicyIndex patient = story.stage({.retry = {.attempts = 2, .delay_ms = 100}});
  const Unit runs = story.task(patient), queued = story.task(), checking = story.task({}, 0, Initial::check);
  const Unit waiting = story.task({one(queued)});
  story.start();
  EXPECT_EQ(story.step(CancelUnit{waiting}), (Texts{"3 cancelled: cancelled"}));
  EXPECT_EQ(story.step(CancelUnit{checking}), (Texts{"2 cancelled: cancelled"}));
  EXPECT_EQ(story.step(CancelUnit{queued}), (Texts{"1 cancelled: cancelled"}));
  EXPECT_EQ(story.fails(runs), (Texts{"retry 0 at 100", "wake at 100"}));
  EXPECT_EQ(story.step(CancelUnit{runs}), (Texts{"0 cancelled: cancelled", "all settled"}));
  EXPECT_EQ(story.step(TimeIs{100}), (Texts{}));
}

TEST(CancelUnit, WhatIsBeingPublishedGoesOn) {
  Story story;
  const Unit a = story.task();
  story.start();
  story.ends(a, Outcome::success);
  EXPECT_EQ(story.step(CancelUnit{a}), (Texts{}));
  EXPECT_EQ(story.step(Published{a, true}), (Texts{"0 succeeded", "all settled"}));
}

TEST(CancelUnit, EndsWhateverBecomesOfTheAttempt) {
  for (const Event& end :
       {Event(Refused{0, false}), Event(Refused{0, true}), Event(Gone{0}),
        Event(Ended{0, Outcome::again, 75, true}), Event(Ended{0, Outcome::infrastructure})}) {
    Story story;
    story.task();
    story.start();
    story.step(CancelUnit{0});
    EXPECT_EQ(story.step(end), (Texts{"0 cancelled: cancelled", "all settled"}));
  }
}

}  // namespace
}  // namespace sluice::schedule
