// Bugs that users of other engines have met on real clusters, each as a test of ours. The names say where
// they were reported; docs/slurm.md says what Sluice does instead.
#include <gtest/gtest.h>

#include <algorithm>

#include "executors/attempt_files.h"
#include "executors/slurm/settings.h"
#include "executors/slurm/subprocess.h"
#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

bool has_word(const Command& command, const std::string& word) {
  return std::find(command.argv.begin(), command.argv.end(), word) != command.argv.end();
}

/// Looks so rarely that jobs vanish between two of them.
SlurmConfig slow_looks() {
  SlurmConfig config;
  config.poll_min_s = 30;
  config.poll_max_s = 30;
  return config;
}

// snakemake-executor-plugin-slurm #38, #336: crashed where accounting is disabled.
// #331: a database that refused connections killed a run of several days.
TEST(KnownBugs, AccountingThatIsOffOrBrokenChangesNothing) {
  for (const char* accounting : {"accounting off", "command sacct *: \"Connection refused: slurmdbd\"",
                                 "command sacct *: silent", "command sacct *: garbled"}) {
    World world(std::string(accounting) + "\nmin_job_age 0\njob *: PENDING 20, RUNNING 31, FAILED",
                slow_looks());
    const auto attempts = world.make(1);
    world.submit(attempts);
    ASSERT_TRUE(world.run_until_finished()) << accounting;
    EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::unknown) << accounting;
    EXPECT_EQ(world.calls("sacct"), 1) << accounting;
  }
}

// Where it is disabled it is asked no second time.
TEST(KnownBugs, DisabledAccountingIsAskedOnceInALifetime) {
  World world("min_job_age 0\njob *: PENDING 20, RUNNING 31, FAILED", slow_looks());
  world.submit(world.make(1));
  ASSERT_TRUE(world.run_until_finished());
  world.submit(world.make(1));
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sacct"), 1);
}

// snakemake-executor-plugin-slurm #313: gave up when Slurm was too busy, five to ten times a workflow.
TEST(KnownBugs, ABusyControllerIsSatOut) {
  World world(
      "command sbatch 1-3: timeout\ncommand squeue 2-9: timeout\ncommand squeue 12-15: timeout\n"
      "job *: PENDING 5, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(20);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished(24 * 3600));
  for (const auto& attempt : attempts) EXPECT_EQ(world.times_run(attempt), 1);
  EXPECT_EQ(world.count<Rejected>(), 0U);
}

// snakemake-executor-plugin-slurm #157: ids of array members did not match, so their ends were ignored for
// ever.
TEST(KnownBugs, EachMemberOfAnArrayEndsForItself) {
  World world(
      "job 3: PENDING 1, RUNNING 2 exit 4, FAILED\njob 5: PENDING 1, RUNNING 2, NODE_FAIL\n"
      "job 7: PENDING 1, RUNNING 900 exit 0, COMPLETED");
  const auto attempts = world.make(10);
  world.submit(attempts);
  world.run_for(120);
  EXPECT_EQ(world.record(attempts[2])->exit_code, 4);
  EXPECT_EQ(world.finished(attempts[4])->verdict, Verdict::node_failure);
  EXPECT_EQ(world.finished(attempts[6]), nullptr);
  EXPECT_EQ(world.count<Finished>(), 9U);
}

// snakemake-executor-plugin-slurm #33, snakemake #2280, #2496: a user's own --job-name, and the run hung
// although all jobs had finished.
TEST(KnownBugs, AFlagThatWouldHideJobsIsRefusedWhereItIsWritten) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source("site.toml", "extra = [\"--job-name=mine\"]\n");
  const std::vector<Setting> settings = {{"extra", "[\"--job-name=mine\"]", {file, 1, 9, 19}}};
  (void)parse_slurm_settings(settings, {}, diagnostics);
  EXPECT_EQ(diagnostics.render(),
            "site.toml:1:9: error: '--job-name=mine' can't stand in 'extra'\n"
            "  extra = [\"--job-name=mine\"]\n"
            "          ^~~~~~~~~~~~~~~~~~~\n"
            "  Sluice finds its jobs again by it\n"
            "1 error\n");
}

// snakemake #1227: sacct's window starts at midnight, so jobs of yesterday were unknown.
TEST(KnownBugs, AccountingIsAskedForJobsAndNotForADay) {
  const std::vector<std::string> jobs = {"7", "8_1"};
  const auto argv = accounting_command({}, jobs);
  EXPECT_EQ(argv.back(), "--jobs=7,8_1");
  for (const auto& word : argv) EXPECT_EQ(word.find("time"), std::string::npos);
}

// snakemake-executor-plugin-slurm #109: preempted jobs were spawned several times. #353: Slurm's own requeue
// fought the engine's retries. One of the two decides, the engine unless the site says otherwise.
TEST(KnownBugs, EitherSlurmRestartsAPreemptedJobOrTheEngineNeverBoth) {
  EXPECT_TRUE(has_word({0, CommandKind::submit, submit_command({}, {"", {"t"}, "", "", "", {}, {}}), 1},
                       "--no-requeue"));
  SlurmConfig config;
  config.requeue = true;
  World world(
      "job *: PENDING 1, RUNNING 5 exit 75, PENDING 30 requeue reason BeginTime, RUNNING 5 exit 0, COMPLETED",
      config);
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_TRUE(has_word(*std::find_if(world.commands.begin(), world.commands.end(),
                                     [](const auto& command) { return command.kind == CommandKind::submit; }),
                       "--requeue"));
  EXPECT_EQ(world.count_finished(attempts[0]), 1U)
      << "exit 75 of the first start is not the end of the attempt";
  EXPECT_EQ(world.calls("sbatch"), 1);
}

// snakemake-executor-plugin-slurm #450: a driver inside a job handed SLURM_* on to its commands and hung.
TEST(KnownBugs, VariablesOfTheDriversOwnJobDoNotReachTheCommands) {
  const char* environment[] = {"PATH=/bin",
                               "SLURM_JOB_ID=7",
                               "SLURM_MEM_PER_NODE=1",
                               "SBATCH_PARTITION=old",
                               "SQUEUE_FORMAT=%i",
                               "SLURM_CONF=/a/b",
                               "SLURM_CLUSTERS=x",
                               "HOME=/home/me",
                               "SACCT_FORMAT=JobID",
                               "SLURM_JWT=secret",
                               nullptr};
  EXPECT_EQ(clean_environment(environment),
            (std::vector<std::string>{"PATH=/bin", "SLURM_CONF=/a/b", "HOME=/home/me", "SLURM_JWT=secret"}));
}

// snakemake-executor-plugin-slurm #354, #355, #448: accounts with blanks, accounts that are numbers.
TEST(KnownBugs, SettingsAreWordsWhateverTheyLookLike) {
  Diagnostics diagnostics;
  const std::vector<Setting> settings = {{"account", "12345", {}},
                                         {"partition", "gpu nodes; rm -rf $HOME", {}}};
  const auto config = parse_slurm_settings(settings, {}, diagnostics);
  const auto argv = submit_command(config, {"b", {"t"}, "n", "/s", "/o", {}, {}});
  EXPECT_NE(std::find(argv.begin(), argv.end(), "--account=12345"), argv.end());
  EXPECT_NE(std::find(argv.begin(), argv.end(), "--partition=gpu nodes; rm -rf $HOME"), argv.end());
}

// snakemake-executor-plugin-slurm #420: a silent crash when the working directory was another one.
TEST(KnownBugs, JobsDoNotDependOnWhereTheDriverWasStarted) {
  World world("");
  world.submit(world.make(1));
  world.run_for(1);
  const auto& argv = world.commands[1].argv;
  EXPECT_NE(std::find(argv.begin(), argv.end(), "--chdir=/run/.sluice/slurm"), argv.end());
  EXPECT_TRUE(argv.back().starts_with("/run/.sluice/slurm/"));
}

// nextflow #1448: a killed driver ran finished jobs again. See also kill_points_test.
TEST(KnownBugs, WhatFinishedWhileTheDriverWasAwayIsNotRunAgain) {
  World world("min_job_age 300\njob *: PENDING 1, RUNNING 30 exit 0, COMPLETED");
  const auto attempts = world.make(10);
  world.submit(attempts);
  world.run_for(10);
  world.kill_driver();
  world.run_for(4 * 3600);
  world.restart_driver();
  ASSERT_TRUE(world.run_until_finished(60));
  EXPECT_EQ(world.calls("sbatch"), 1);
}

// nextflow #970, #981: sbatch timed out, the job ran all the same: reported as failed, or run twice.
TEST(KnownBugs, AnSbatchThatTimedOutButWasAcceptedIsAdopted) {
  World world("command sbatch 1: timeout accept\njob *: PENDING 10, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(100);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.handle(attempts[42]), "100_42");
  EXPECT_EQ(world.count<Rejected>(), 0U);
}

TEST(KnownBugs, AnSbatchThatTimedOutAndWasLostIsTriedAgainSoon) {
  World world("command sbatch 1: timeout\njob *: PENDING 10, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(100);
  world.submit(attempts);
  world.run_for(60);
  EXPECT_EQ(world.calls("sbatch"), 2) << "a doubt must not block for ever";
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.all_text(),
            "a submission did not arrive (Socket timed out on send/recv operation); it is tried again\n");
}

TEST(KnownBugs, AnSbatchThatArrivesAfterItWasGivenUpRunsOnceAndTheSecondJobIsCancelled) {
  World world("command sbatch 1: timeout accept 90\njob *: PENDING 100, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  world.run_for(600);
  EXPECT_EQ(world.calls("sbatch"), 2);
  EXPECT_EQ(world.times_run(attempts[0]), 1);
  EXPECT_EQ(world.calls("scancel"), 1);
  EXPECT_EQ(world.count_finished(attempts[0]), 1U);
}

TEST(KnownBugs, AnAnswerWithoutAJobNumberIsADoubtAndNotAFailure) {
  World world("command sbatch 1: garbled accept\njob *: PENDING 10, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
}

// snakemake-executor-plugin-slurm #375: chatty wrappers around sbatch.
TEST(KnownBugs, AChattySbatchIsUnderstood) {
  World world(
      "banner Welcome! You have used 12345 of 20000 hours.\njob *: PENDING 1, RUNNING 10 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.handle(attempts[0]), "100");
}

// nextflow #5276, #5298, #3422: a node failure went unnoticed and the run hung.
TEST(KnownBugs, ANodeThatDiesUnderAJobIsNoticed) {
  World world("job *: PENDING 1, RUNNING 100000 node w2 exit 0, COMPLETED");
  const auto attempts = world.make(3);
  world.submit(attempts);
  world.run_for(3600);
  world.slurm.fail_node("w2", false, world.now_s());
  ASSERT_TRUE(world.run_until_finished(120));
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::node_failure);
  EXPECT_EQ(world.finished(attempts[0])->node, "w2") << "so that the engine can avoid it";
}

// nextflow #1644, #1235: a running job was declared dead after seven minutes without news.
TEST(KnownBugs, AJobThatSlurmListsIsAliveHoweverQuietItIs) {
  World world("job *: PENDING 1, RUNNING 1000000 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(48 * 3600);
  EXPECT_EQ(world.finished(attempts[0]), nullptr);
}

// nextflow #193: squeue without --states=all does not list what has just ended.
// parsl #1588, law #125, hyperqueue #764: one unknown id makes squeue fail, two give an empty list.
TEST(KnownBugs, SqueueIsAskedForAllStatesAndNeverForIds) {
  const auto argv = queue_command({});
  EXPECT_EQ(
      argv,
      (std::vector<std::string>{
          "squeue", "--me", "--noheader", "--array", "--states=all",
          "--Format=JobArrayID:|,State:|,RestartCnt:|,exit_code:|,NodeList:|,Reason:|,Name:|,Comment:"}));
}

// submitit #1770: PREEMPTED was taken for done. MFC #1311: accounting kept saying PREEMPTED although the
// restarted job had completed.
TEST(KnownBugs, PreemptedIsNoSuccessAndARecordBeatsWhatAccountingRemembers) {
  World world(
      "accounting on\njob 1: PENDING 1, RUNNING 5, PREEMPTED\n"
      "job 2: PENDING 1, RUNNING 5, PENDING 5 requeue, RUNNING 5 exit 0, PREEMPTED");
  const auto attempts = world.make(2);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::preempted);
  EXPECT_EQ(world.record(attempts[1])->exit_code, 0);
}

// parsl (reading its source): a job that squeue no longer listed was COMPLETED, one that had failed included.
TEST(KnownBugs, AJobThatIsMissingIsNotASuccess) {
  World world("min_job_age 0\njob *: PENDING 20, RUNNING 31 exit 1, FAILED", slow_looks());
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.record(attempts[0])->exit_code, 1);
  world.run_for(600);
  EXPECT_EQ(world.count_finished(attempts[0]), 1U);
}

// snakemake #453, #1970, #2633: a job killed for its memory was never noticed.
TEST(KnownBugs, AJobKilledForItsMemoryEndsAndSaysWhy) {
  World world("job *: PENDING 1, RUNNING 5, OUT_OF_MEMORY");
  const auto attempts = world.make(1);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished(60));
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::out_of_memory);
}

// snakemake #877, #762, #853: resuming by job ids that were null or somebody else's.
TEST(KnownBugs, AnotherRunsJobIsNeverTakenForOurs) {
  World world("job *: PENDING 1, RUNNING 500 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(5);
  // The same user's other run, and the same user's own work.
  (void)world.slurm.run(
      {"sbatch", "--job-name=train-sluice:aaaaaaaaaaaaaaaa", "--comment=sluice:aaaaaaaaaaaaaaaa r9/x/1"}, "",
      world.now_s());
  (void)world.slurm.run({"sbatch", "--job-name=mine"}, "", world.now_s());
  world.restart_driver();
  world.run_for(60);
  EXPECT_EQ(world.handle(attempts[0]), "100");
  for (const auto& event : world.events) {
    const auto* state = std::get_if<StateChanged>(&event);
    EXPECT_TRUE(state == nullptr || state->token == attempts[0].token);
  }
  EXPECT_EQ(world.calls("scancel"), 0);
}

// nextflow #2695: lost sight of finished jobs after four hours, until the queue was "full" of them.
TEST(KnownBugs, ThousandsOfJobsInHoursAllEnd) {
  World world("slots 200\nmin_job_age 60\njob *: PENDING 1, RUNNING 120 exit 0, COMPLETED");
  for (int wave = 0; wave < 10; ++wave) {
    world.submit(world.make(200));
    world.run_for(900);
  }
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.count<Finished>(), 2000U);
  EXPECT_EQ(world.calls("sacct"), 0);
}

}  // namespace
}  // namespace sluice::tests
