#include <gtest/gtest.h>

#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

TEST(SlurmWatch, StatesAreReportedWhenTheyChangeAndOnlyThen) {
  World world(
      "job *: PENDING 10 reason Resources, CONFIGURING 4, RUNNING 20 node w3 exit 0, COMPLETING 4, "
      "COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  std::string story;
  for (const auto& event : world.events)
    if (const auto* state = std::get_if<StateChanged>(&event))
      story += state->native_state + "@" + state->node + " " + state->reason + "\n";
  EXPECT_EQ(story,
            "PENDING@ first in line: waits for free nodes (Resources)\n"
            "CONFIGURING@ \n"
            "RUNNING@w3 \n"
            "COMPLETING@w3 \n");
}

TEST(SlurmWatch, LooksAreRareWhenNothingChangesAndFrequentWhenThingsDo) {
  World world("job *: PENDING 1, RUNNING 40000 exit 0, COMPLETED");
  world.submit(world.make(1));
  world.run_for(60);
  const long in_the_first_minute = world.calls("squeue");
  world.run_for(3600);
  const long before = world.calls("squeue");
  world.run_for(3600);
  EXPECT_GE(in_the_first_minute, 15);
  EXPECT_LE(in_the_first_minute, 31);
  EXPECT_EQ(world.calls("squeue") - before, 60) << "one a minute";
}

TEST(SlurmWatch, NothingIsAskedWhenNothingIsThere) {
  World world("");
  world.submit(world.make(1));
  ASSERT_TRUE(world.run_until_finished());
  const auto before = world.commands.size();
  world.run_for(3600);
  EXPECT_EQ(world.commands.size(), before);
}

TEST(SlurmWatch, LooksNeverOverlap) {
  World world("command squeue *: silent");
  world.submit(world.make(3));
  world.run_for(600);
  EXPECT_EQ(world.most_at_once(CommandKind::queue), 1U);
}

TEST(SlurmWatch, AClusterThatForgetsQuicklyIsAskedMoreOften) {
  World world("min_job_age 10\njob *: PENDING 1, RUNNING 7200 exit 0, COMPLETED");
  world.submit(world.make(1));
  world.run_for(3600);
  const long before = world.calls("squeue");
  world.run_for(600);
  EXPECT_EQ(world.calls("squeue") - before, 120) << "every five seconds: half of what the cluster remembers";
}

TEST(SlurmWatch, AStateThatNobodyKnowsIsRunningAndIsMentionedOnce) {
  World world("job *: PENDING 1, LEVITATING 300, RUNNING 5 exit 0, COMPLETED");
  const auto attempts = world.make(20);
  world.submit(attempts);
  world.run_for(100);
  EXPECT_EQ(world.state(attempts[0])->state, AttemptState::running);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(
      world.all_text(),
      "Slurm reports a job state that is not known here, 'LEVITATING' (job 100_0); such jobs are taken to be "
      "running\n");
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
}

TEST(SlurmWatch, StuckJobsAreExplainedInOneSentenceHoweverManyTheyAre) {
  World world("job *: PENDING 10000 reason DependencyNeverSatisfied, RUNNING 1 exit 0, COMPLETED");
  const auto attempts = world.make(50);
  world.submit(attempts);
  world.run_for(1000);
  EXPECT_EQ(world.state(attempts[7])->reason,
            "depends on a job that failed, so it will never start: scancel 100_7 (DependencyNeverSatisfied)");
  EXPECT_EQ(world.all_text(),
            "50 jobs wait and won't start without help: depends on a job that failed, so it will never "
            "start: scancel "
            "100_0 (DependencyNeverSatisfied)\n");
}

TEST(SlurmWatch, AnUnreachableControllerFailsNothingAndIsReportedOnce) {
  World world("command squeue 3-12: unreachable\njob *: PENDING 1, RUNNING 30 exit 0, COMPLETED");
  const auto attempts = world.make(10);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished(4 * 3600));
  EXPECT_EQ(world.count<Unreachable>(), 1U);
  EXPECT_EQ(world.count<Reachable>(), 1U);
  EXPECT_EQ(world.all_text().substr(0, 27), "no answer from Slurm since ");
  for (const auto& attempt : attempts) EXPECT_EQ(world.record(attempt)->exit_code, 0);
}

TEST(SlurmWatch, OneFailedLookIsNoNews) {
  World world("command squeue 3: timeout");
  world.submit(world.make(1));
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.count<Unreachable>(), 0U);
  EXPECT_EQ(world.all_text(), "");
}

TEST(SlurmWatch, WhileTheControllerIsAwayLooksBecomeRareAndNothingIsSubmitted) {
  World world("command squeue 2-1000: unreachable\njob *: PENDING 1, RUNNING 100000 exit 0, COMPLETED");
  world.submit(world.make(1));
  world.run_for(30);
  const auto late = world.make(5);
  world.submit(late);
  world.run_for(1800);
  const long before = world.calls("squeue");
  world.run_for(3600);
  EXPECT_LE(world.calls("squeue") - before, 16) << "about one in five minutes";
  EXPECT_EQ(world.calls("sbatch"), 1);
  world.slurm.mutable_calls()["squeue"] = 2000;  // it is back
  world.run_for(600);
  EXPECT_EQ(world.calls("sbatch"), 6);
}

TEST(SlurmWatch, ABannerInFrontOfTheRowsDoesNotHurt) {
  World world("banner * * * This system is for authorised | users | only: sluice:0123456789abcdef * * *");
  world.submit(world.make(3));
  ASSERT_TRUE(world.run_until_finished());
}

TEST(SlurmWatch, RubbishInsteadOfRowsIsTakenForAnEmptyQueueForALittleWhileOnly) {
  World world("command squeue 3-5: garbled\njob *: PENDING 1, RUNNING 60 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
}

}  // namespace
}  // namespace sluice::tests
