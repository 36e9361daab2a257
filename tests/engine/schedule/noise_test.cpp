// Answers come late, twice, or from another world. None of that may do anything.
#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

std::vector<Event> everything_about(Unit unit) {
  return {Checked{unit, true},
          Checked{unit, false},
          CheckFailed{unit},
          Ended{unit, Outcome::success},
          Ended{unit, Outcome::user_failure},
          Ended{unit, Outcome::again},
          Published{unit, true},
          Published{unit, false},
          Refused{unit, true},
          Refused{unit, false},
          Gone{unit},
          ChildDropped{unit},
          CancelUnit{unit}};
}

TEST(Noise, AboutUnitsNobodyKnowsIsIgnored) {
  Story story;
  story.task();
  story.start();
  for (const Unit stranger : {Unit{1}, Unit{77}, no_unit})
    for (const Event& event : everything_about(stranger)) EXPECT_EQ(story.step(event), (Texts{}));
  EXPECT_EQ(story.step(ChildAsked{9, 0}), (Texts{}));
  EXPECT_EQ(story.step(ChildAsked{0, 9}), (Texts{}));
  EXPECT_EQ(story.step(ExecutorDown{9}), (Texts{}));
  EXPECT_EQ(story.step(ExecutorUp{9}), (Texts{}));
  EXPECT_EQ(story.scheduler().unit_count(), 1U);
  EXPECT_EQ(story.state(0), UnitState::running);
}

TEST(Noise, AboutASettledUnitIsIgnored) {
  Story story;
  const Unit a = story.task(), b = story.task();
  story.start();
  story.succeeds(a);
  for (const Event& event : everything_about(a)) EXPECT_EQ(story.step(event), (Texts{}));
  EXPECT_EQ(story.state(a), UnitState::succeeded);
  story.succeeds(b);
  for (const Event& event : everything_about(b)) EXPECT_EQ(story.step(event), (Texts{})) << "all was settled";
}

TEST(Noise, AnswersToQuestionsNobodyAskedAreIgnored) {
  Story story;
  const Unit runs = story.task();
  const Unit waits = story.task({one(runs)}, 0, Initial::check);
  story.start();
  for (const Event& event : {Event(Checked{runs, true}), Event(CheckFailed{runs}),
                             Event(Published{runs, true}), Event(ChildDropped{runs}), Event(Start{}),
                             Event(Checked{waits, true}), Event(Ended{waits, Outcome::success}),
                             Event(Published{waits, false}), Event(Refused{waits, true}), Event(Gone{waits})})
    EXPECT_EQ(story.step(event), (Texts{}));
  EXPECT_EQ(story.state(runs), UnitState::running);
  EXPECT_EQ(story.state(waits), UnitState::waiting);
}

TEST(Noise, BeforeTheStartIsIgnored) {
  Story story;
  story.task();
  Scheduler scheduler(story.problem());
  std::vector<Action> actions;
  for (const Event& event : everything_about(0)) scheduler.step(event, actions);
  scheduler.step(ChildAsked{0, 0}, actions);
  scheduler.step(TimeIs{1000}, actions);
  EXPECT_TRUE(actions.empty());
  EXPECT_EQ(scheduler.unit_count(), 1U);
  scheduler.step(Start{}, actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(to_text(actions[0]), "submit 0 #1");
}

TEST(Noise, TheEndOfAnEarlierAttemptIsNotTheEndOfThisOne) {
  Story story;
  const Unit a = story.task(story.stage({.retry = {.attempts = 9}}));
  story.start();
  EXPECT_EQ(story.step(Ended{a, Outcome::user_failure, 1, false, 1}), (Texts{"retry 0 at 0", "submit 0 #2"}));
  EXPECT_EQ(story.step(Ended{a, Outcome::user_failure, 1, false, 1}), (Texts{}));
  EXPECT_EQ(story.step(Ended{a, Outcome::success, 0, false, 3}), (Texts{})) << "nor that of one to come";
  EXPECT_EQ(story.step(Refused{a, true, 1}), (Texts{}));
  EXPECT_EQ(story.step(Gone{a, 1}), (Texts{}));
  EXPECT_EQ(story.step(Ended{a, Outcome::success, 0, false, 2}), (Texts{"publish 0"}));
}

TEST(Noise, AnswersTwiceCountOnce) {
  Story story;
  const Unit a = story.task({}, 0, Initial::check);
  story.task({one(a)});
  story.start();
  EXPECT_EQ(story.step(Checked{a, false}), (Texts{"submit 0 #1"}));
  EXPECT_EQ(story.step(Checked{a, true}), (Texts{}));
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{"publish 0"}));
  EXPECT_EQ(story.ends(a, Outcome::success), (Texts{}));
  EXPECT_EQ(story.step(Published{a, true}), (Texts{"0 succeeded", "submit 1 #1"}));
  EXPECT_EQ(story.step(Published{a, false}), (Texts{}));
}

}  // namespace
}  // namespace sluice::schedule
