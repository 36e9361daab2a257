#include "engine/schedule/retry.h"

#include <gtest/gtest.h>

#include "tests/engine/schedule/story.h"

namespace sluice::schedule {
namespace {

constexpr std::uint64_t gb = 1'000'000'000;

Unit only_task(Story& story, RetryPolicy retry, Resources resources = {}) {
  const Unit unit = story.task(story.stage({.resources = resources, .retry = std::move(retry)}));
  story.start();
  return unit;
}

TEST(Retry, AFailureIsFinalUnlessTheStageSaysOtherwise) {
  Story story;
  const Unit a = only_task(story, {});
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed", "all settled"}));
}

TEST(Retry, AttemptsAreTheTriesThatMayFail) {
  Story story;
  const Unit a = only_task(story, {.attempts = 3});
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 0", "submit 0 #2"}));
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 0", "submit 0 #3"}));
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed, and its retries are used up", "all settled"}));
}

TEST(Retry, FailuresUnderAnEarlierDriverCount) {
  Story story;
  const Unit a = story.task(story.stage({.retry = {.attempts = 3}}));
  story.live({.unit = a, .attempt = 2, .user_failures = 1});
  story.start();
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 0", "submit 0 #3"}));
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed, and its retries are used up", "all settled"}));
}

TEST(Retry, OnlyTheListedExitCodesAreRepeated) {
  Story story;
  const Unit a = only_task(story, {.attempts = 3, .exit_codes = {3, 17}});
  EXPECT_EQ(story.ends(a, Outcome::user_failure, 17), (Texts{"retry 0 at 0", "submit 0 #2"}));
  EXPECT_EQ(story.ends(a, Outcome::user_failure, 1), (Texts{"0 failed: it failed", "all settled"}));
}

TEST(Retry, TheDelayDoubles) {
  Story story;
  const Unit a = only_task(story, {.attempts = 4, .delay_ms = 500});
  story.step(TimeIs{10'000});
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 10500", "wake at 10500"}));
  EXPECT_EQ(story.state(a), UnitState::backing_off);
  EXPECT_EQ(story.scheduler().waits_for(a), "waits for its next try");
  EXPECT_EQ(story.step(TimeIs{10'499}), (Texts{}));
  EXPECT_EQ(story.step(TimeIs{10'500}), (Texts{"submit 0 #2"}));
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 11500", "wake at 11500"}));
  EXPECT_EQ(story.step(TimeIs{20'000}), (Texts{"submit 0 #3"}));
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 22000", "wake at 22000"}));
}

TEST(Retry, OneWakeServesAllAndTheNextIsAskedForInTime) {
  Story story;
  const PolicyIndex slow = story.stage({.retry = {.attempts = 2, .delay_ms = 300}});
  const PolicyIndex quick = story.stage({.retry = {.attempts = 2, .delay_ms = 100}});
  const Unit a = story.task(slow), b = story.task(slow), c = story.task(quick);
  story.start();
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 300", "wake at 300"}));
  EXPECT_EQ(story.fails(b), (Texts{"retry 1 at 300"}));
  EXPECT_EQ(story.fails(c), (Texts{"retry 2 at 100", "wake at 100"})) << "earlier than asked for";
  EXPECT_EQ(story.step(TimeIs{100}), (Texts{"submit 2 #2", "wake at 300"}));
  EXPECT_EQ(story.step(TimeIs{300}), (Texts{"submit 0 #2", "submit 1 #2"}));
}

TEST(Retry, TimeNeverRunsBackwards) {
  Story story;
  const Unit a = only_task(story, {.attempts = 2, .delay_ms = 100});
  story.step(TimeIs{1000});
  story.step(TimeIs{10});
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 1100", "wake at 1100"}));
}

TEST(Escalation, ATryThatRanOutOfMemoryGetsMoreUpToTheCap) {
  Story story;
  const Unit a = only_task(story, {.attempts = 9, .memory_factor = 2, .memory_cap_bytes = 5 * gb},
                           {.memory_bytes = 2 * gb});
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory), (Texts{"retry 0 at 0", "submit 0 #2 with 4 GB"}));
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory), (Texts{"retry 0 at 0", "submit 0 #3 with 5 GB"}));
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory),
            (Texts{"0 failed: it failed, and its retries are used up", "all settled"}));
}

TEST(Escalation, ATryThatRanOutOfTimeGetsMoreUpToTheCap) {
  Story story;
  const Unit a = only_task(story, {.attempts = 9, .time_factor = 1.5, .time_cap_s = 100}, {.time_s = 60});
  EXPECT_EQ(story.ends(a, Outcome::timeout), (Texts{"retry 0 at 0", "submit 0 #2 for 1 min 30 s"}));
  EXPECT_EQ(story.ends(a, Outcome::timeout), (Texts{"retry 0 at 0", "submit 0 #3 for 1 min 40 s"}));
  EXPECT_EQ(story.ends(a, Outcome::timeout),
            (Texts{"0 failed: it failed, and its retries are used up", "all settled"}));
}

TEST(Escalation, UsesUpTheAttempts) {
  Story story;
  const Unit a = only_task(story, {.attempts = 2, .memory_factor = 2}, {.memory_bytes = gb});
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory), (Texts{"retry 0 at 0", "submit 0 #2 with 2 GB"}));
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed, and its retries are used up", "all settled"}));
}

TEST(Escalation, IsNoMatterOfExitCodes) {
  Story story;
  const Unit a =
      only_task(story, {.attempts = 3, .exit_codes = {3}, .memory_factor = 2}, {.memory_bytes = gb});
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory, 137), (Texts{"retry 0 at 0", "submit 0 #2 with 2 GB"}));
  EXPECT_EQ(story.ends(a, Outcome::timeout, 137), (Texts{"0 failed: it failed", "all settled"}))
      << "without a rule for it, it is a failure like any other";
}

TEST(Escalation, NothingGrowsWhereNothingWasAskedFor) {
  Story story;
  const Unit a = only_task(story, {.attempts = 3, .memory_factor = 2});
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory), (Texts{"retry 0 at 0", "submit 0 #2"}));
}

TEST(Escalation, LargerTriesTakeMoreSlots) {
  Story story;
  story.executor({.memory_bytes = 4 * gb});
  const PolicyIndex growing =
      story.stage({.resources = {.memory_bytes = gb}, .retry = {.attempts = 3, .memory_factor = 4}});
  const Unit a = story.task(growing);
  story.tasks(3, story.stage({.resources = {.memory_bytes = gb}}));
  story.start();
  EXPECT_EQ(story.ends(a, Outcome::out_of_memory), (Texts{"retry 0 at 0"}));
  EXPECT_EQ(story.scheduler().waits_for(a), "waits for 4 GB of memory: 1 GB of 4 GB free");
}

TEST(Infrastructure, IsFreeAndGoesElsewhereAfterAWhile) {
  Story story;
  const Unit a = only_task(story, {});
  std::int64_t now = 0;
  for (const std::int64_t delay_s : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
    const std::string then = std::to_string(now + delay_s * 1000);
    EXPECT_EQ(story.ends(a, Outcome::infrastructure), (Texts{"retry 0 at " + then, "wake at " + then}));
    now += delay_s * 1000;
    const Texts texts = story.step(TimeIs{now});
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_TRUE(texts[0].ends_with(" elsewhere")) << texts[0];
  }
  EXPECT_EQ(story.fails(a), (Texts{"0 failed: it failed", "all settled"}))
      << "its own failures were not used up";
}

TEST(Infrastructure, SoManyInARowEndIt) {
  Story story;
  story.problem().free_retries = 2;
  const Unit a = only_task(story, {.attempts = 9});
  story.ends(a, Outcome::infrastructure);
  story.step(TimeIs{1'000'000});
  story.ends(a, Outcome::infrastructure);
  story.step(TimeIs{2'000'000});
  EXPECT_EQ(story.fails(a), (Texts{"retry 0 at 2000000", "submit 0 #4"})) << "a run that came to its own end";
  story.ends(a, Outcome::infrastructure);
  story.step(TimeIs{3'000'000});
  story.ends(a, Outcome::infrastructure);
  story.step(TimeIs{4'000'000});
  EXPECT_EQ(story.ends(a, Outcome::infrastructure),
            (Texts{"0 failed: nodes or services failed too often in a row", "all settled"}));
}

TEST(Refused, ForGoodIsTheEnd) {
  Story story;
  const Unit a = only_task(story, {.attempts = 9});
  EXPECT_EQ(story.step(Refused{a, true}), (Texts{"0 failed: the executor refused it", "all settled"}));
}

TEST(Refused, ForNowIsAskedAgainForAsLongAsItTakes) {
  Story story;
  story.problem().free_retries = 2;
  const Unit a = only_task(story, {});
  EXPECT_EQ(story.step(Refused{a, false}), (Texts{"retry 0 at 1000", "wake at 1000"}));
  EXPECT_EQ(story.step(TimeIs{1000}), (Texts{"submit 0 #2"})) << "no node has failed";
  std::int64_t now = 1000;
  for (int i = 0; i < 100; ++i) {
    story.step(Refused{a, false});
    now += 300'000;
    EXPECT_EQ(story.step(TimeIs{now}).size(), 1U);
  }
}

TEST(Checkpoint, WhoStopsAtACheckpointIsRunAgainAtOnceAndForFree) {
  Story story;
  const Unit a = only_task(story, {});
  for (int attempt = 2; attempt < 30; ++attempt)
    EXPECT_EQ(story.step(Ended{a, Outcome::again, 75, true}),
              (Texts{"retry 0 at 0", "submit 0 #" + std::to_string(attempt)}));
  EXPECT_EQ(story.succeeds(a), (Texts{"0 succeeded", "all settled"}));
}

TEST(Checkpoint, TwiceInARowWithoutANewerOneIsAFailure) {
  Story story;
  const Unit a = only_task(story, {});
  const auto again = [&](bool progressed) { return story.step(Ended{a, Outcome::again, 75, progressed}); };
  EXPECT_EQ(again(false), (Texts{"retry 0 at 0", "submit 0 #2"}));
  EXPECT_EQ(again(true), (Texts{"retry 0 at 0", "submit 0 #3"}));
  EXPECT_EQ(again(false), (Texts{"retry 0 at 0", "submit 0 #4"}));
  EXPECT_EQ(again(false), (Texts{"0 failed: it stopped twice without a newer checkpoint", "all settled"}));
}

TEST(StoppedByUser, IsNeverRepeated) {
  Story story;
  const Unit a = only_task(story, {.attempts = 9});
  EXPECT_EQ(story.ends(a, Outcome::stopped_by_user),
            (Texts{"0 cancelled: cancelled outside of Sluice", "all settled"}));
  EXPECT_TRUE(story.scheduler().failed());
}

TEST(NextTry, HugeNumbersStayWithinBounds) {
  Tries tries;
  Resources resources = {.memory_bytes = 1ULL << 62};
  const RetryPolicy policy = {.attempts = 100, .memory_factor = 1e30, .delay_ms = INT64_MAX / 2};
  for (int i = 0; i < 98; ++i) {
    const NextTry next = next_try(Outcome::out_of_memory, 0, false, policy, 20, tries, resources);
    EXPECT_TRUE(next.retry);
    EXPECT_EQ(next.delay_ms, policy.delay_ms);
  }
  EXPECT_EQ(resources.memory_bytes, 1'000'000'000'000'000'000U);
  const RetryPolicy none = {.attempts = -5};
  EXPECT_FALSE(next_try(Outcome::user_failure, 1, false, none, 20, tries, resources).retry);
}

}  // namespace
}  // namespace sluice::schedule
