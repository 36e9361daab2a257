#include <gtest/gtest.h>

#include <algorithm>

#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

std::vector<Presence> presences(const World& world) {
  std::vector<Presence> all;
  for (const auto& event : world.events)
    if (const auto* attached = std::get_if<Attached>(&event)) all.push_back(attached->presence);
  return all;
}

TEST(SlurmAttach, ANewDriverFindsWhatIsQueuedRunningAndEnded) {
  World world(
      "job 1: PENDING 1, RUNNING 5 exit 0, COMPLETED\n"
      "job 2: PENDING 1, RUNNING 500 exit 0, COMPLETED\n"
      "job 3: PENDING 500, RUNNING 5 exit 0, COMPLETED");
  const auto attempts = world.make(3);
  world.submit(attempts);
  world.run_for(3);
  world.kill_driver();
  world.run_for(60);
  world.restart_driver();
  world.run_for(10);
  EXPECT_EQ(presences(world),
            (std::vector<Presence>{Presence::present, Presence::present, Presence::present}));
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
  EXPECT_EQ(world.state(attempts[1])->state, AttemptState::running);
  EXPECT_EQ(world.state(attempts[2])->state, AttemptState::queued);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 3);
}

TEST(SlurmAttach, ADriverThatComesBackAfterEverythingIsForgottenFindsTheRecords) {
  World world("min_job_age 30\njob *: PENDING 1, RUNNING 5 exit 0, COMPLETED");
  const auto attempts = world.make(20);
  world.submit(attempts);
  world.run_for(3);
  world.kill_driver();
  world.run_for(7200);
  world.restart_driver();
  ASSERT_TRUE(world.run_until_finished(20)) << "at once: a record needs no patience";
  for (const auto& attempt : attempts) EXPECT_EQ(world.record(attempt)->exit_code, 0);
}

TEST(SlurmAttach, AnUnknownTokenIsAbsentAtOnceAndCostsNoCommand) {
  World world("");
  const std::vector<Token> tokens = {"r1/never/1"};
  world.core->attach(tokens);
  const auto events = world.core->take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Attached>(events[0]).presence, Presence::absent);
  world.core->tick();
  EXPECT_TRUE(world.core->take_commands().empty());
}

TEST(SlurmAttach, AnSbatchWhoseDriverDiedIsFoundInTheQueue) {
  World world("job *: PENDING 1, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  bool submitted = false;
  world.run_for(60, [&] { return submitted = submitted || world.calls("sbatch") == 1; });
  world.kill_driver();  // sbatch goes on, its answer is lost
  world.run_for(2);
  world.restart_driver();
  world.run_for(10);
  EXPECT_EQ(presences(world), (std::vector<Presence>{Presence::present}));
  EXPECT_EQ(world.handle(attempts[0]), "100");
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
}

TEST(SlurmAttach, AnSbatchThatNeverHappenedIsAbsentAfterTwoLooks) {
  World world("job *: PENDING 1, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.before_command = [](const Command& command) { return command.kind != CommandKind::submit; };
  world.submit(attempts);
  world.run_for(1);
  ASSERT_TRUE(world.dead());
  world.before_command = {};
  world.restart_driver();
  world.run_for(60, [&] { return !presences(world).empty(); });
  EXPECT_EQ(presences(world), (std::vector<Presence>{Presence::absent}));
  EXPECT_GE(world.now_s(), world.config.reconcile_s);
  ASSERT_TRUE(world.run_until_finished()) << "the engine submits it again";
  EXPECT_EQ(world.times_run(attempts[0]), 1);
}

/// A driver is killed while sbatch talks; what sbatch asked for happens a minute later, when the next driver
/// has long waited, given it up, and begun another attempt.
class LateSubmission : public testing::Test {
 protected:
  explicit LateSubmission(std::size_t count = 1, const std::string& group = "train")
      : world_("command sbatch 1: timeout accept 60\njob *: PENDING 5, RUNNING 100 exit 0, COMPLETED"),
        first_(world_.make(count, group)) {
    world_.absent_is_given_up = true;
    world_.submit(first_);
    world_.run_for(60, [this] { return world_.calls("sbatch") == 1; });
    world_.restart_driver();
    world_.run_for(50, [this] { return presences(world_).size() == first_.size(); });
    EXPECT_EQ(presences(world_), std::vector<Presence>(first_.size(), Presence::absent));
  }

  World world_;
  std::vector<AttemptSpec> first_;
};

TEST_F(LateSubmission, IsCancelledWhereTheDriverStillLooks) {
  const auto second = world_.make(1);
  world_.submit(second);
  ASSERT_TRUE(world_.run_until_finished());
  EXPECT_EQ(world_.times_run(first_[0]), 0);
  EXPECT_EQ(world_.times_run(second[0]), 1);
  EXPECT_EQ(
      world_.all_text(),
      "job 100 arrived after its submission (its driver ended before sbatch answered) had been given up; "
      "it is cancelled\n");
  EXPECT_EQ(world_.slurm.jobs()[0].state, "CANCELLED");
}

TEST_F(LateSubmission, DoesNothingWhereNobodyLooksAnyMore) {
  const auto second = world_.make(1);
  world_.submit(second);
  world_.run_for(2);
  world_.kill_driver();
  world_.run_for(400);
  world_.restart_driver();
  ASSERT_TRUE(world_.run_until_finished());
  ASSERT_EQ(world_.slurm.jobs().size(), 2U);
  EXPECT_EQ(world_.slurm.jobs()[0].state, "COMPLETED");
  EXPECT_EQ(world_.times_run(first_[0]), 0) << "its runner found itself barred";
  EXPECT_EQ(world_.times_run(second[0]), 1);
}

TEST_F(LateSubmission, MayStillBeWantedAfterAll) {
  world_.submit(first_);  // under the same token: whichever job comes first has it
  ASSERT_TRUE(world_.run_until_finished());
  EXPECT_EQ(world_.times_run(first_[0]), 1);
  EXPECT_EQ(world_.record(first_[0])->exit_code, 0);
}

TEST_F(LateSubmission, IsNotGivenUpWhileThatCannotBeWrittenDown) {
  World world("command sbatch 1: timeout accept 60\njob *: PENDING 5, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.absent_is_given_up = true;
  world.submit(attempts);
  world.run_for(60, [&] { return world.calls("sbatch") == 1; });
  world.disk.before_change = [](const std::string& operation, const std::string&) {
    return operation == "rename" ? ENOSPC : 0;
  };
  world.restart_driver();
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(presences(world), (std::vector<Presence>{Presence::present}));
  EXPECT_EQ(world.times_run(attempts[0]), 1);
}

class LateArray : public LateSubmission {
 protected:
  LateArray() : LateSubmission(9) {}
};

TEST_F(LateArray, IsCancelledMemberByMemberAndToldOnce) {
  const auto second = world_.make(1);
  world_.submit(second);
  ASSERT_TRUE(world_.run_until_finished());
  for (const auto& attempt : first_) EXPECT_EQ(world_.times_run(attempt), 0);
  EXPECT_EQ(
      world_.all_text(),
      "job 100 arrived after its submission (its driver ended before sbatch answered) had been given up; "
      "it is cancelled\n");
}

TEST(SlurmAttach, WhileSlurmIsAwayTheAnswerIsThatNobodyKnows) {
  World world("command sbatch 1: timeout accept 1\njob *: PENDING 1, RUNNING 300 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(5);
  world.kill_driver();
  world.slurm.set_unreachable(true);
  world.restart_driver();
  world.run_for(60);
  ASSERT_FALSE(presences(world).empty());
  for (const auto presence : presences(world)) EXPECT_EQ(presence, Presence::ambiguous);
  world.slurm.set_unreachable(false);
  world.run_for(120);
  EXPECT_EQ(presences(world).back(), Presence::present);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
}

TEST(SlurmAttach, SubmittingWithoutAttachingFirstFindsTheJobToo) {
  World world("job *: PENDING 1, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(5);
  world.kill_driver();
  world.core = std::make_unique<SlurmCore>(world.config, world.disk, world.clock, 3);
  world.submit(attempts);
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.times_run(attempts[0]), 1);
}

TEST(SlurmAttach, OnlySomeMembersOfAnArrayMayBeWantedStill) {
  World world("job *: PENDING 1, RUNNING 100 exit 0, COMPLETED");
  const auto attempts = world.make(10);
  world.submit(attempts);
  world.run_for(5);
  world.kill_driver();
  world.core = std::make_unique<SlurmCore>(world.config, world.disk, world.clock, 3);
  const std::vector<Token> tokens = {attempts[2].token, attempts[7].token};
  world.core->attach(tokens);
  world.run_for(10);
  const std::vector<AttemptSpec> both = {attempts[2], attempts[7]};
  world.cancel(both, CancelMode::term);
  world.run_for(10);
  const auto cancel = std::find_if(world.commands.begin(), world.commands.end(),
                                   [](const auto& command) { return command.kind == CommandKind::cancel; });
  ASSERT_NE(cancel, world.commands.end());
  EXPECT_EQ(cancel->argv, (std::vector<std::string>{"scancel", "100_2", "100_7"}));
  EXPECT_EQ(world.count<Finished>(), 2U);
}

TEST(SlurmAttach, RecordsOfLongAgoAreSweptAndDamagedOnesNamed) {
  World world("");
  world.submit(world.make(1));
  ASSERT_TRUE(world.run_until_finished());
  world.disk.put(world.config.folder + "/feedfeedfeedfeed.json", "{\"batch\":");
  EXPECT_EQ(world.disk.files(world.config.folder).size(), 3U);
  world.kill_driver();
  world.clock_jump(61 * 24 * 3600);
  world.core = std::make_unique<SlurmCore>(world.config, world.disk, world.clock, 3);
  const std::vector<Token> tokens = {"r1/other/1"};
  world.core->attach(tokens);
  world.run_for(1);
  EXPECT_EQ(world.all_text(),
            "/run/.sluice/slurm/feedfeedfeedfeed.json: a damaged record of submitted jobs\n");
  EXPECT_EQ(world.disk.files(world.config.folder),
            (std::vector<std::string>{"/run/.sluice/slurm/feedfeedfeedfeed.json"}));
}

TEST(SlurmAttach, AfterTenMinutesTheFilesOfABatchAreGone) {
  World world("job 2: PENDING 1, RUNNING 3000 exit 0, COMPLETED");
  const auto attempts = world.make(2);
  world.submit(attempts);
  world.run_for(60);
  EXPECT_EQ(world.disk.files(world.config.folder).size(), 4U);
  ASSERT_TRUE(world.disk.remove_tree(attempts[0].folder));  // the engine has taken in what it held
  world.run_for(1200);
  EXPECT_EQ(world.disk.files(world.config.folder).size(), 2U);
}

TEST(SlurmAttach, WhatTheEngineCouldNotTakeInYetIsStillFoundAnHourLater) {
  World world("job *: PENDING 1, RUNNING 1 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(3600);  // as with a full disk: the end was told, and could not be written down
  world.restart_driver();
  world.core->attach(std::vector<Token>{attempts[0].token});
  world.run_for(60);
  EXPECT_EQ(world.count_finished(attempts[0]), 2U);
  EXPECT_EQ(world.record(attempts[0])->exit_code, 0);
}

}  // namespace
}  // namespace sluice::tests
