#include <gtest/gtest.h>

#include "executors/attempt_files.h"
#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

struct Ending {
  const char* steps;
  Verdict verdict;
  const char* message;
};

class SlurmEnding : public testing::TestWithParam<Ending> {};

TEST_P(SlurmEnding, WithoutARecordTheQueueDecides) {
  World world(std::string("job *: ") + GetParam().steps);
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.finished(attempts[0])->verdict, GetParam().verdict);
  EXPECT_EQ(world.finished(attempts[0])->message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    AllStates, SlurmEnding,
    testing::Values(
        Ending{"PENDING 1, RUNNING 5 node w1, COMPLETED", Verdict::completed, "job 100 on w1: COMPLETED"},
        Ending{"PENDING 1, RUNNING 5 node w1, FAILED code 3", Verdict::failed,
               "job 100 on w1: FAILED (exit code 3)"},
        Ending{"PENDING 1, RUNNING 5 node w1, FAILED reason JobLaunchFailure", Verdict::node_failure,
               "job 100 on w1: FAILED"},
        Ending{"PENDING 1, RUNNING 5 node w1, TIMEOUT", Verdict::timeout, "job 100 on w1: TIMEOUT"},
        Ending{"PENDING 1, RUNNING 5 node w1, OUT_OF_MEMORY", Verdict::out_of_memory,
               "job 100 on w1: OUT_OF_MEMORY"},
        Ending{"PENDING 1, RUNNING 5 node w1, NODE_FAIL", Verdict::node_failure, "job 100 on w1: NODE_FAIL"},
        Ending{"PENDING 1, RUNNING 5 node w1, PREEMPTED", Verdict::preempted, "job 100 on w1: PREEMPTED"},
        Ending{"PENDING 1, BOOT_FAIL", Verdict::node_failure, "job 100: BOOT_FAIL"},
        Ending{"PENDING 1, LAUNCH_FAILED", Verdict::node_failure, "job 100: LAUNCH_FAILED"},
        Ending{"PENDING 1, RECONFIG_FAIL", Verdict::node_failure, "job 100: RECONFIG_FAIL"},
        Ending{"PENDING 1, REVOKED", Verdict::node_failure, "job 100: REVOKED"},
        Ending{"PENDING 1, DEADLINE", Verdict::cancelled_by_user, "job 100: DEADLINE"},
        Ending{"PENDING 1, CANCELLED by 1000", Verdict::cancelled_by_user, "job 100: CANCELLED"},
        Ending{"PENDING 1, RUNNING 5 node w1, CANCELLED by 1000", Verdict::cancelled_by_user,
               "job 100 on w1: CANCELLED"},
        Ending{"PENDING 1, RUNNING 5 node w1, GONE", Verdict::unknown,
               "job 100 has been missing from the queue for 2 min 00 s"},
        Ending{"PENDING 60, GONE", Verdict::never_started,
               "job 100 has been missing from the queue for 2 min 00 s"}),
    [](const auto& ending) { return "Ending" + std::to_string(ending.index); });

TEST(SlurmEvidence, ARecordBeatsEveryState) {
  for (const char* state :
       {"COMPLETED", "FAILED", "TIMEOUT", "OUT_OF_MEMORY", "PREEMPTED", "NODE_FAIL", "GONE"}) {
    World world(std::string("job *: PENDING 1, RUNNING 5 exit 3, ") + state);
    const auto attempts = world.make(1);
    world.submit(attempts);
    ASSERT_TRUE(world.run_until_finished());
    ASSERT_NE(world.record(attempts[0]), nullptr) << state;
    EXPECT_EQ(world.record(attempts[0])->exit_code, 3) << state;
  }
}

// Seen with the real one: a node of a training over two of them dies, mpirun on the other one ends with 205.
TEST(SlurmEvidence, ALauncherThatFailsBecauseAnotherNodeIsGoneIsNotTheProgramsFault) {
  const auto cause_of = [](const std::string& steps) {
    World world("job *: PENDING 1, RUNNING 5 " + steps);
    const auto attempts = world.make(1);
    world.submit(attempts);
    EXPECT_TRUE(world.run_until_finished());
    return world.record(attempts[0])->cause;
  };
  EXPECT_EQ(cause_of("node w[1-2] exit 205, NODE_FAIL"), Cause::node_lost);
  EXPECT_EQ(cause_of("node w[1-2] exit 205, FAILED"), Cause::none);
  EXPECT_EQ(cause_of("node w[1-2] exit 75, NODE_FAIL"), Cause::none) << "it saved its work";
  EXPECT_EQ(cause_of("node w1 exit 205, NODE_FAIL"), Cause::none) << "it ended before its node did";
}

TEST(SlurmEvidence, AJobCancelledInTheQueueIsNotWaitedFor) {
  World world("job *: PENDING 30, CANCELLED by 1000");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_LT(world.now_s(), 30 + 5);
}

TEST(SlurmEvidence, ARecordThatArrivesLateOnASlowFileSystemStillCounts) {
  World world("job *: PENDING 1, RUNNING 5, COMPLETED");  // the scenario's runner records nothing
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(20);
  ASSERT_EQ(world.finished(attempts[0]), nullptr);
  ExitRecord record;
  record.token = attempts[0].token;
  record.job = "100";
  world.disk.put(exit_path(attempts[0].folder, {"100", 0}), encode_exit_file(record));
  ASSERT_TRUE(world.run_until_finished());
  ASSERT_NE(world.record(attempts[0]), nullptr);
}

TEST(SlurmEvidence, ATornRecordIsWaitedForAndThenNamed) {
  World world("job *: PENDING 1, RUNNING 5, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.disk.put(exit_path(attempts[0].folder, {"100", 0}), "");
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0]), nullptr);
  EXPECT_NE(world.finished(attempts[0])->message.find("damaged exit record"), std::string::npos)
      << world.finished(attempts[0])->message;
}

TEST(SlurmEvidence, TheRecordOfAnEarlierStartIsHistory) {
  World world(
      "job *: PENDING 1, RUNNING 5 exit 75, PENDING 4 requeue reason BeginTime, RUNNING 5 node w2, "
      "NODE_FAIL");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0]), nullptr) << "the first start's exit 75 says nothing about the second";
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::node_failure);
}

TEST(SlurmEvidence, ARequeuedJobIsReportedAndItsLastStartDecides) {
  World world(
      "job *: PENDING 1, RUNNING 5 exit 75, PENDING 6 requeue reason BeginTime, RUNNING 5 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  bool requeued = false;
  ASSERT_TRUE(world.run_until_finished());
  for (const auto& event : world.events)
    if (const auto* state = std::get_if<StateChanged>(&event))
      requeued = requeued || (state->state == AttemptState::requeued && state->restart == 1);
  EXPECT_TRUE(requeued);
  EXPECT_EQ(world.count_finished(attempts[0]), 1U);
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
  EXPECT_EQ(world.record(attempts[0])->restart, 1);
}

// Seen with the real one: between two starts a job is PREEMPTED for an instant, and a busy machine looked
// just then.
TEST(SlurmEvidence, AnEndThatPassesIsNoEndHoweverLateTheNextLookIs) {
  World world(
      "command squeue 3-5: slow 40\n"
      "job *: PENDING 1, RUNNING 2 exit 75, PREEMPTED 5 passing requeue, PENDING 300 reason BeginTime, "
      "RUNNING 5 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.count_finished(attempts[0]), 1U);
  ASSERT_NE(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
}

TEST(SlurmEvidence, NothingIsGivenUpWhileSlurmIsSilent) {
  World world("job *: PENDING 1, RUNNING 5, NODE_FAIL");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(10);
  world.slurm.set_unreachable(true);
  world.run_for(3600);
  EXPECT_EQ(world.finished(attempts[0]), nullptr);
  world.slurm.set_unreachable(false);
  ASSERT_TRUE(world.run_until_finished());
}

TEST(SlurmEvidence, ARunnerThatBeatsKeepsAVanishedJobAlive) {
  World world("job *: PENDING 1, RUNNING 5, GONE");
  const auto attempts = world.make(1);
  world.submit(attempts);
  for (int beat = 0; beat < 40; ++beat) {
    world.run_for(30);
    world.disk.put(beat_path(attempts[0].folder, {"100", 0}), std::to_string(beat));
  }
  EXPECT_EQ(world.finished(attempts[0]), nullptr) << "twenty minutes later";
  EXPECT_EQ(world.state(attempts[0])->reason, "its job is gone from the queue, but its runner is alive");
  ASSERT_TRUE(world.run_until_finished(300)) << "but not for ever";
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::unknown);
}

TEST(SlurmEvidence, WhatTheJobItselfPrintedIsPartOfTheStory) {
  World world("job *: PENDING 1, RUNNING 5 node w1, FAILED code 127");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(2);
  std::string out;
  for (const auto& file : world.disk.files(world.config.folder))
    if (file.ends_with(".sh")) out = file.substr(0, file.size() - 3) + ".out";
  world.disk.put(out, "Lmod has detected the following error: no module \x1b[1mcuda/99\x1b[0m\n");
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(
      world.finished(attempts[0])->message,
      "job 100 on w1: FAILED (exit code 127); it printed: Lmod has detected the following error: no module "
      "\\x1b[1mcuda/99\\x1b[0m (" +
          out + ")");
}

TEST(SlurmEvidence, MemoryGuardedWithoutCgroupsIsRecognisedByWhatSlurmPrints) {
  World world("job *: PENDING 1, RUNNING 5 node w1, FAILED reason JobLaunchFailure");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(2);
  for (const auto& file : world.disk.files(world.config.folder))
    if (file.ends_with(".sh"))
      world.disk.put(file.substr(0, file.size() - 3) + ".out",
                     "slurmstepd: error: Step 100.4294967291 exceeded memory limit\n"
                     "slurmstepd: error: Exceeded job memory limit\n");
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::out_of_memory);
}

/// Looks so rarely that jobs are forgotten before their end is seen.
SlurmConfig slow_looks() {
  SlurmConfig config;
  config.poll_min_s = 30;
  config.poll_max_s = 30;
  return config;
}

TEST(SlurmEvidence, AccountingIsAskedOnceForAllThatVanished) {
  World world("accounting on\nmin_job_age 0\njob *: PENDING 20, RUNNING 31 node w1, OUT_OF_MEMORY",
              slow_looks());
  const auto attempts = world.make(20);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sacct"), 1);
  EXPECT_EQ(world.finished(attempts[3])->verdict, Verdict::out_of_memory);
  EXPECT_EQ(world.finished(attempts[3])->message, "job 100_3 on w1: OUT_OF_MEMORY");
}

TEST(SlurmEvidence, AccountingIsNotAskedAboutJobsThatLeftARecord) {
  World world("accounting on\nmin_job_age 0\njob *: PENDING 20, RUNNING 31 exit 0, COMPLETED", slow_looks());
  const auto attempts = world.make(20);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sacct"), 0);
}

TEST(SlurmEvidence, AccountingThatLagsBehindIsNotBelievedToRun) {
  World world("accounting late 100000\nmin_job_age 0\njob *: PENDING 20, RUNNING 31 node w1, FAILED",
              slow_looks());
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::unknown);
}

TEST(SlurmEvidence, ASignalThatSlurmSentIsNamedByWhatTheQueueSays) {
  // The runner only knows that it got SIGTERM.
  struct Case {
    const char* state;
    Cause cause;
  };
  for (const auto& [state, cause] : {Case{"TIMEOUT", Cause::timeout}, Case{"PREEMPTED", Cause::preempted}}) {
    World world(std::string("job *: PENDING 1, RUNNING 5, ") + state);
    const auto attempts = world.make(1);
    world.submit(attempts);
    ExitRecord record;
    record.token = attempts[0].token;
    record.job = "100";
    record.signal = 15;
    record.cause = Cause::preempted;
    world.disk.put(exit_path(attempts[0].folder, {"100", 0}), encode_exit_file(record));
    ASSERT_TRUE(world.run_until_finished());
    EXPECT_EQ(world.record(attempts[0])->cause, cause) << state;
  }
}

TEST(SlurmEvidence, AKillByTheKernelUnderACgroupIsOutOfMemory) {
  World world("job *: PENDING 1, RUNNING 5 exit 137, OUT_OF_MEMORY");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->cause, Cause::oom);
}

TEST(SlurmEvidence, AScancelByAPersonStopsTheTaskAlthoughTheRunnerSavedItsWork) {
  World world("job *: PENDING 1, RUNNING 5 exit 75, CANCELLED by 1000");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::cancelled_by_user);
}

}  // namespace
}  // namespace sluice::tests
