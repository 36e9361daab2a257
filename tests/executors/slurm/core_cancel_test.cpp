#include <gtest/gtest.h>

#include "tests/executors/slurm/world.h"

namespace sluice::tests {
namespace {

using namespace executors;         // NOLINT
using namespace executors::slurm;  // NOLINT

std::vector<std::string> scancel_lines(const World& world) {
  std::vector<std::string> lines;
  for (const auto& command : world.commands) {
    if (command.kind != CommandKind::cancel) continue;
    std::string line;
    for (const auto& word : command.argv) line += (line.empty() ? "" : " ") + word;
    lines.push_back(line);
  }
  return lines;
}

TEST(SlurmCancel, AWholeArrayGoesByOneNumber) {
  World world("job *: PENDING 5, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(1000);
  world.submit(attempts);
  world.run_for(20);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(100));
  EXPECT_EQ(scancel_lines(world), (std::vector<std::string>{"scancel 100"}));
}

TEST(SlurmCancel, MembersGoInChunks) {
  World world("job *: PENDING 5, RUNNING 1000 exit 0, COMPLETED");
  auto attempts = world.make(1000);
  world.submit(attempts);
  world.run_for(20);
  attempts.pop_back();
  world.cancel(attempts, CancelMode::term);
  world.run_for(100);
  ASSERT_EQ(scancel_lines(world).size(), 5U);
  EXPECT_EQ(world.most_at_once(CommandKind::cancel), 1U);
  EXPECT_EQ(world.count<Finished>(), 999U);
}

TEST(SlurmCancel, AForcedEndIsASignalToEverythingAndThenACancellation) {
  World world("job *: PENDING 1, RUNNING 1000, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(10);
  world.cancel(attempts, CancelMode::kill);
  ASSERT_TRUE(world.run_until_finished(100));
  EXPECT_EQ(scancel_lines(world),
            (std::vector<std::string>{"scancel --signal=KILL --full 100", "scancel 100"}));
}

TEST(SlurmCancel, WhatStandsInLineNeverBecomesAJob) {
  World world("command sbatch 1-2: timeout accept");
  const auto attempts = world.make(7);
  world.submit(attempts);
  world.run_for(1);
  const std::vector<AttemptSpec> last = {attempts[6]};
  world.cancel(last, CancelMode::term);
  world.run_for(1);
  ASSERT_NE(world.finished(attempts[6]), nullptr);
  EXPECT_EQ(world.finished(attempts[6])->verdict, Verdict::never_started);
  EXPECT_EQ(world.finished(attempts[6])->message, "cancelled before it was submitted");
  ASSERT_TRUE(world.run_until_finished());
  EXPECT_EQ(world.times_run(attempts[6]), 0);
}

TEST(SlurmCancel, WhatIsBeingSubmittedIsCancelledAsSoonAsItHasANumber) {
  World world("job *: PENDING 100, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(0.005);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(60));
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::never_started);
  EXPECT_EQ(world.times_run(attempts[0]), 0);
}

TEST(SlurmCancel, AnAbsentSubmissionThatWasCancelledIsNotTriedAgain) {
  World world("command sbatch 1: timeout");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(5);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(100));
  EXPECT_EQ(world.calls("sbatch"), 1);
  EXPECT_EQ(world.finished(attempts[0])->verdict, Verdict::never_started);
}

TEST(SlurmCancel, TheRunnersRecordOfACancelledJobSaysWhoAsked) {
  World world("job *: PENDING 1, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(10);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(100));
  ASSERT_NE(world.record(attempts[0]), nullptr);
  EXPECT_EQ(world.record(attempts[0])->cause, Cause::cancelled);
}

TEST(SlurmCancel, AControllerThatDoesNotHearIsToldAgain) {
  World world("command scancel 1-2: unreachable\njob *: PENDING 1, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(10);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(100));
  EXPECT_EQ(world.calls("scancel"), 3);
}

TEST(SlurmCancel, AJobThatDoesNotGoIsAskedAgainOnceAMinute) {
  World world("command scancel 1-3: garbled\njob *: PENDING 1, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(1);
  world.submit(attempts);
  world.run_for(10);
  world.cancel(attempts, CancelMode::term);
  ASSERT_TRUE(world.run_until_finished(400));
  EXPECT_EQ(world.calls("scancel"), 4);
  EXPECT_GT(world.now_s(), 180);
}

TEST(SlurmCancel, UnknownTokensAreFine) {
  World world("");
  const auto attempts = world.make(1);
  world.cancel(attempts, CancelMode::kill);
  world.run_for(10);
  EXPECT_TRUE(world.events.empty());
  EXPECT_TRUE(world.commands.empty());
}

TEST(SlurmCancel, ShutdownCanTakeEverythingAlongOrLeaveItRunning) {
  World world("job *: PENDING 1, RUNNING 1000 exit 0, COMPLETED");
  const auto attempts = world.make(3);
  world.submit(attempts);
  world.run_for(10);
  world.core->shutdown(ShutdownMode::cancel);
  ASSERT_TRUE(world.run_until_finished(100));

  World other("job *: PENDING 1, RUNNING 1000 exit 0, COMPLETED");
  other.submit(other.make(3));
  other.run_for(10);
  const auto before = other.commands.size();
  other.core->shutdown(ShutdownMode::detach);
  other.run_for(2000);
  EXPECT_EQ(other.commands.size(), before);
}

}  // namespace
}  // namespace sluice::tests
