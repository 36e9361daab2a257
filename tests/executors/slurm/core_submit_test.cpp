#include <gtest/gtest.h>

#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

TEST(SlurmSubmit, OneAttemptBecomesOneJobAndItsRecordIsReported) {
  World world("job *: PENDING 3, RUNNING 10 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.handle(attempts[0]), "100");
  ASSERT_NE(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::completed);
  EXPECT_EQ(world.calls("sbatch"), 1);
}

TEST(SlurmSubmit, AThousandEqualAttemptsAreOneArrayAndCostNoCallForAJob) {
  World world("max_array 1001\njob *: PENDING 5, RUNNING 60 exit 0, COMPLETED");
  const auto attempts = world.make(1000);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.calls("scontrol"), 1);
  EXPECT_EQ(world.calls("sacct"), 0);
  EXPECT_EQ(world.calls("scancel"), 0);
  const double lasted_s = world.now_s();
  EXPECT_LE(static_cast<double>(world.calls("squeue")), lasted_s / world.config.poll_min_s + 2);
  for (const auto& attempt : attempts) ASSERT_NE(world.record(attempt), nullptr) << attempt.token;
}

TEST(SlurmSubmit, AnArrayIsCutWhereTheClusterEndsIt) {
  World world("max_array 300");
  world.submit(world.make(1000));
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 4);
}

TEST(SlurmSubmit, WithoutAnswerAboutTheLimitATooLargeArrayIsHalved) {
  World world("max_array 100\ncommand scontrol *: timeout");
  const auto attempts = world.make(150);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 3);  // 150 is refused, 75 and 75 pass
  for (const auto& attempt : attempts) EXPECT_EQ(world.times_run(attempt), 1);
}

TEST(SlurmSubmit, FewerThanEightEqualAttemptsGoOneByOneAndTwoCallsAtATime) {
  World world("");
  world.submit(world.make(7));
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 7);
  EXPECT_EQ(world.most_at_once(CommandKind::submit), 2U);
}

TEST(SlurmSubmit, AttemptsOfDifferentResourcesShareNoArray) {
  World world("");
  auto attempts = world.make(20);
  for (std::size_t i = 10; i < attempts.size(); ++i) attempts[i].resources.gpus = 1;
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 2);
}

TEST(SlurmSubmit, TheSameTokenTwiceIsOneJob) {
  World world("");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.submit(attempts);
  world.run_for(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.count<Accepted>(), 2U) << "the second answer gives the same handle";
  world.submit(attempts);
  world.run_for(1);
  EXPECT_EQ(world.count_finished(attempts[0]), 2U) << "what has ended is told again";
  EXPECT_EQ(world.calls("sbatch"), 1);
}

TEST(SlurmSubmit, WhatTheControllerRefusesForGoodIsRejectedWithAHint) {
  World world("command sbatch 1: \"Invalid partition name specified\"");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(60);
  ASSERT_EQ(world.count<Rejected>(), 1U);
  EXPECT_EQ(world.all_text(),
            "sbatch: Invalid partition name specified\n"
            "  correct 'partition' in [executor.slurm]; `sinfo -s` lists them\n");
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.calls("squeue"), 0) << "a refusal by the controller leaves nothing to look for";
  EXPECT_TRUE(world.disk.files(world.config.folder).empty());
}

TEST(SlurmSubmit, AFullQueueShrinksArraysAndThenWaits) {
  const std::string full =
      "\"Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\"";
  World world("command sbatch 1-2: " + full + "\ncommand sbatch 4: " + full +
              "\njob *: PENDING 1, RUNNING 20 exit 0, COMPLETED");
  const auto attempts = world.make(40);  // 40 no, 20 no, 10 yes, ...
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.count<Rejected>(), 0U);
  for (const auto& attempt : attempts) EXPECT_EQ(world.times_run(attempt), 1);
}

TEST(SlurmSubmit, ASingleJobThatDoesNotFitNowWaitsForOthersToEnd) {
  World world(
      "command sbatch 2-3: \"Job violates accounting/QOS policy (job submit limit)\"\n"
      "job *: PENDING 1, RUNNING 100 exit 0, COMPLETED");
  const auto first = world.make(1, "a");
  const auto second = world.make(1, "b");
  world.submit(first);
  world.run_for(5);
  world.submit(second);
  world.run_for(10);
  ASSERT_TRUE(world.state(second[0]));
  EXPECT_EQ(world.state(second[0])->state, AttemptState::queued);
  EXPECT_NE(world.state(second[0])->reason.find("not submitted yet: sbatch: Job violates"),
            std::string::npos);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.times_run(second[0]), 1);
}

TEST(SlurmSubmit, AJobThatDoesNotFitAlthoughNothingElseIsThereGoesBackToTheEngine) {
  World world("command sbatch 1: \"Job violates accounting/QOS policy (job submit limit)\"");
  world.submit(world.make(1));
  world.run_for(10);
  ASSERT_EQ(world.count<Rejected>(), 1U);
}

TEST(SlurmSubmit, WhenTheScriptCannotBeWrittenNothingIsSubmitted) {
  World world("");
  const auto attempts = world.make(1);
  world.disk.before_change = [](const std::string&, const std::string& path) {
    return path.ends_with(".sh") ? 28 : 0;  // ENOSPC
  };
  world.submit(attempts);
  world.run_for(10);
  EXPECT_EQ(world.calls("sbatch"), 0);
  ASSERT_EQ(world.count<Rejected>(), 1U);
  EXPECT_NE(world.all_text().find("its job script can't be written"), std::string::npos);
}

TEST(SlurmSubmit, ANodeToAvoidThatSlurmDoesNotKnowIsForgotten) {
  World world(
      "job *: PENDING 1, RUNNING 1 exit 0, COMPLETED\ncommand sbatch 1: \"Invalid node name specified\"");
  auto attempts = world.make(1);
  attempts[0].avoid_nodes = {"login1.site.org"};
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
  EXPECT_EQ(world.calls("sbatch"), 2);
}

TEST(SlurmSubmit, ANodeThatThereIsNoOtherForIsTakenAgain) {
  World world(
      "job *: PENDING 1, RUNNING 1 exit 0, COMPLETED\n"
      "command sbatch 1: \"Requested node configuration is not available\"");
  auto attempts = world.make(1);
  attempts[0].avoid_nodes = {"n[1-2]"};
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
  EXPECT_EQ(world.calls("sbatch"), 2);
}

TEST(SlurmSubmit, APartitionThatIsClosedIsAskedOnceForAWholeArray) {
  World world("command sbatch 1-99: \"Required partition not available (inactive or drain)\"");
  world.submit(world.make(100));
  world.run_for(10);
  EXPECT_EQ(world.calls("sbatch"), 1);
  ASSERT_EQ(world.count<Rejected>(), 100U);
  for (const auto& event : world.events)
    if (const auto* no = std::get_if<Rejected>(&event)) {
      EXPECT_FALSE(no->permanent) << "the engine asks again, less and less often";
      EXPECT_EQ(no->message,
                "sbatch: Required partition not available (inactive or drain)\n"
                "  the partition takes no jobs now (maintenance?): wait, or change 'partition'");
    }
}

TEST(SlurmSubmit, ARecordNamesTheNodeAsSlurmDoes) {
  World world("job *: PENDING 1, RUNNING 3 node w2 exit 1, FAILED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->node, "w2");
}

}  // namespace
}  // namespace sluice::tests
