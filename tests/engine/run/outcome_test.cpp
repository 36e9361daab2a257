#include "engine/run/outcome.h"

#include <gtest/gtest.h>

namespace sluice::run {
namespace {

using executors::Cause;
using executors::ExitRecord;
using executors::Finished;
using executors::Verdict;
using schedule::Outcome;

Finished with_record(ExitRecord record) {
  Finished finished;
  finished.record = std::move(record);
  return finished;
}

ExitRecord exit_with(int code) {
  ExitRecord record;
  record.exit_code = code;
  return record;
}

TEST(Outcome, IsASuccessOnlyWithExitCode0AndAllOutputs) {
  ExitRecord record = exit_with(0);
  record.outputs = {{"events", "1.h5", Content{FileKind::file, {}, 3, 1}}};
  EXPECT_EQ(judge(with_record(record), false).outcome, Outcome::success);

  record.outputs.push_back({"log", "log.csv", Content{}});
  const Judgement missing = judge(with_record(record), false);
  EXPECT_EQ(missing.outcome, Outcome::user_failure);
  EXPECT_EQ(missing.message, "it ended with exit code 0 but did not write its output log (log.csv)");
}

TEST(Outcome, NeverBelievesAQueueThatSaysCompleted) {
  Finished finished;
  finished.verdict = Verdict::completed;
  const Judgement judgement = judge(finished, false);
  EXPECT_EQ(judgement.outcome, Outcome::infrastructure);
  EXPECT_EQ(judgement.message, "the batch system says it completed, but it left no exit record");
}

TEST(Outcome, PrefersTheExitRecordToTheQueue) {
  Finished finished = with_record(exit_with(0));
  finished.verdict = Verdict::node_failure;  // the node died after the program had ended
  EXPECT_EQ(judge(finished, false).outcome, Outcome::success);
}

TEST(Outcome, TakesExitCode75AsACheckpointFromStagesOnly) {
  EXPECT_EQ(judge(with_record(exit_with(75)), true).outcome, Outcome::again);
  EXPECT_EQ(judge(with_record(exit_with(75)), false).outcome, Outcome::user_failure);
}

TEST(Outcome, ACheckpointOnPreemptionIsNoLoss) {
  ExitRecord record = exit_with(75);
  record.cause = Cause::preempted;
  EXPECT_EQ(judge(with_record(record), true).outcome, Outcome::again);
  record.exit_code = 0;
  record.signal = 15;
  EXPECT_EQ(judge(with_record(record), true).outcome, Outcome::infrastructure);
}

TEST(Outcome, ATaskThatFinishedBeforeItObeyedACancelHasSucceeded) {
  ExitRecord record = exit_with(0);
  record.cause = Cause::cancelled;
  EXPECT_EQ(judge(with_record(record), false).outcome, Outcome::success);
  record.exit_code = 143;
  EXPECT_EQ(judge(with_record(record), false).outcome, Outcome::cancelled);
}

TEST(Outcome, KnowsEveryCauseOfTheRunner) {
  const auto outcome_of = [](Cause cause) {
    ExitRecord record;
    record.signal = 9;
    record.cause = cause;
    return judge(with_record(record), true).outcome;
  };
  EXPECT_EQ(outcome_of(Cause::none), Outcome::user_failure);
  EXPECT_EQ(outcome_of(Cause::start_failed), Outcome::user_failure);
  EXPECT_EQ(outcome_of(Cause::timeout), Outcome::timeout);
  EXPECT_EQ(outcome_of(Cause::oom), Outcome::out_of_memory);
  EXPECT_EQ(outcome_of(Cause::cancelled), Outcome::cancelled);
  EXPECT_EQ(outcome_of(Cause::preempted), Outcome::infrastructure);
  EXPECT_EQ(outcome_of(Cause::node_lost), Outcome::infrastructure);
}

TEST(Outcome, KnowsEveryVerdictOfABatchSystem) {
  const auto outcome_of = [](Verdict verdict) {
    Finished finished;
    finished.verdict = verdict;
    return judge(finished, true).outcome;
  };
  EXPECT_EQ(outcome_of(Verdict::unknown), Outcome::infrastructure);
  EXPECT_EQ(outcome_of(Verdict::failed), Outcome::user_failure);
  EXPECT_EQ(outcome_of(Verdict::out_of_memory), Outcome::out_of_memory);
  EXPECT_EQ(outcome_of(Verdict::timeout), Outcome::timeout);
  EXPECT_EQ(outcome_of(Verdict::node_failure), Outcome::infrastructure);
  EXPECT_EQ(outcome_of(Verdict::preempted), Outcome::infrastructure);
  EXPECT_EQ(outcome_of(Verdict::cancelled_by_user), Outcome::stopped_by_user);
  EXPECT_EQ(outcome_of(Verdict::never_started), Outcome::infrastructure);
}

TEST(Outcome, NamesTheSignalThatKilled) {
  ExitRecord record;
  record.signal = 11;
  EXPECT_EQ(judge(with_record(record), false).message, "killed by signal 11 (Segmentation fault)");
}

}  // namespace
}  // namespace sluice::run
