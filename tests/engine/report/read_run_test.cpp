// What is read of a run from its store: the example run of tests/support/report.
#include "engine/report/read_run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/report/status.h"
#include "engine/store/lock.h"
#include "tests/support/report/example_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::report {
namespace {

using tests::ExampleOptions;

struct FixedClock final : Clock {
  std::int64_t wall_ns() override { return tests::example_start_ns + 100'070 * tests::second_ns; }
  std::int64_t mono_ns() override { return wall_ns(); }
};

struct ReadRun : ::testing::Test {
  tests::TemporaryFolder folder;
  RealProcesses processes;
  FixedClock clock;
  ReadOptions options{.run_folder = folder.path()};

  RunSummary read(const ExampleOptions& example) {
    auto store = tests::write_example_run(folder.path(), example);
    return read(*store);
  }
  RunSummary read(store::Store& store) {
    auto summary = read_run(store, processes, clock, options);
    if (!summary) throw std::runtime_error(to_string(summary.error()));
    return std::move(*summary);
  }
};

Tally tally(const RunSummary& summary, const std::string& stage) {
  for (const StageSummary& row : summary.stages)
    if (row.about.name == stage) return row.tally;
  ADD_FAILURE() << "no stage " << stage;
  return {};
}

TEST_F(ReadRun, OfAnEndedRunEverythingIsSettled) {
  const RunSummary summary = read({});
  EXPECT_EQ(summary.workflow, "mlpf-clic");
  EXPECT_EQ(summary.state, "failed");
  EXPECT_EQ(tally(summary, "simulate"), (Tally{.cached = 8}));
  EXPECT_EQ(tally(summary, "import"), (Tally{.succeeded = 7, .failed = 1}));
  EXPECT_EQ(tally(summary, "preprocess"), (Tally{.skipped = 1}));
  EXPECT_EQ(tally(summary, "summary"), (Tally{.cancelled = 1}));
  EXPECT_EQ(summary.total(), (Tally{.cached = 8, .succeeded = 7, .failed = 1, .skipped = 3, .cancelled = 1}));
  EXPECT_TRUE(summary.running.empty());
  EXPECT_DOUBLE_EQ(summary.seconds(), 84);
}

TEST_F(ReadRun, InTheMiddleTheRestWaits) {
  const RunSummary summary = read({.ended = false});
  EXPECT_EQ(tally(summary, "simulate"), (Tally{.cached = 8}));
  EXPECT_EQ(tally(summary, "import"), (Tally{.running = 1, .succeeded = 6, .failed = 1}));
  EXPECT_EQ(tally(summary, "train"), (Tally{.waiting = 1}));
  ASSERT_EQ(summary.running.size(), 1u);
  EXPECT_EQ(summary.running[0].task, "import[sample=<b>tt&bar</b>,shard=4]");
  EXPECT_EQ(summary.running[0].state, "running");
  EXPECT_EQ(summary.running[0].node, "login3");
}

TEST_F(ReadRun, WithoutAnEndAndWithoutAnOwnerItWasInterrupted) {
  const RunSummary summary = read({.ended = false});
  EXPECT_EQ(summary.state, "interrupted");
  EXPECT_TRUE(summary.owner.empty());
  EXPECT_DOUBLE_EQ(summary.seconds(), 65);  // what was written down last: an attempt that ended then
}

TEST_F(ReadRun, WithALivingOwnerItRuns) {
  tests::write_example_run(folder.path(), {.ended = false}).reset();
  store::Lock lock(folder / ".sluice/lock", processes, clock);
  auto taken = lock.take(folder / ".sluice/store.db");
  ASSERT_TRUE(taken && std::holds_alternative<store::Taken>(*taken));
  const RunSummary summary = read(*std::get<store::Taken>(*taken).store);
  EXPECT_EQ(summary.state, "running");
  ASSERT_EQ(summary.owner.size(), 1u);
  EXPECT_EQ(summary.owner[0].pid, getpid());
  EXPECT_TRUE(summary.owner[0].is_alive && summary.owner[0].is_certain);
  EXPECT_DOUBLE_EQ(summary.seconds(), 70);  // until now
}

TEST_F(ReadRun, CostsAreThoseOfTheAttemptsThatMadeTheResults) {
  const RunSummary summary = read({});
  const Cost& simulate = summary.stages[0].cost;  // made by the run before
  EXPECT_EQ(simulate.attempts, 8u);
  EXPECT_DOUBLE_EQ(simulate.wall_s, 20 + 21 + 22 + 23 + 24 + 25 + 26 + 20);
  EXPECT_NEAR(simulate.cpu_s, 0.9 * simulate.wall_s, 1e-3);
  EXPECT_DOUBLE_EQ(simulate.longest_s, 26);
  EXPECT_DOUBLE_EQ(simulate.queued_s, 4);
  EXPECT_EQ(simulate.peak_bytes, 970'000'000u);
  EXPECT_EQ(simulate.asked_bytes, 4'000'000'000u);
  const Cost& import = summary.stages[1].cost;  // seven results, a retry, and a failure of two tries
  EXPECT_EQ(import.attempts, 10u);
  EXPECT_EQ(import.peak_bytes, 2'400'000'000u);
  EXPECT_EQ(import.asked_bytes, 2'000'000'000u) << "what the workflow says, not what the retry was given";
}

TEST_F(ReadRun, ShowsAFailureWithTheEndOfItsLastLog) {
  const RunSummary summary = read({});
  ASSERT_EQ(summary.failures.size(), 1u);
  const FailedTask& failed = summary.failures[0];
  EXPECT_EQ(failed.task, "import[sample=<b>tt&bar</b>,shard=3]");
  EXPECT_EQ(failed.attempt, 2);
  EXPECT_EQ(failed.message, "exit code 65");
  EXPECT_DOUBLE_EQ(failed.seconds, 3);
  ASSERT_EQ(failed.tail.lines.size(), 20u);
  EXPECT_EQ(failed.tail.lines.back(),
            "error: no collection 'MCParticles' in </pre><script>alert('log')</script>");
  EXPECT_TRUE(failed.tail.cut);
}

TEST_F(ReadRun, CountsTheTriesThatDidNotSucceed) {
  EXPECT_EQ(read({}).retries,
            (std::vector<RetryCount>{
                {"import", "failure", 2, "exit code 65"},
                {"import", "out-of-memory", 1, "it ran out of memory: 2 GB asked for, 2.1 GB used"}}));
}

TEST_F(ReadRun, TheTimeLineIsOfTheRunItself) {
  const RunSummary summary = read({});
  EXPECT_EQ(summary.timeline_run, summary.run);
  EXPECT_EQ(summary.spans.size(), 10u);
  EXPECT_TRUE(std::all_of(summary.spans.begin(), summary.spans.end(),
                          [](const Span& span) { return span.stage == 1; }));
  EXPECT_EQ(
      std::count_if(summary.spans.begin(), summary.spans.end(), [](const Span& span) { return span.is_bad; }),
      3);
}

TEST_F(ReadRun, ARunInWhichNothingRanBorrowsTheTimeLineOfTheOneBefore) {
  auto store = tests::write_example_run(folder.path());
  store::Transaction transaction(*store);
  store::RunInfo info = (*store->last_run())->info;
  const std::string before = (*store->last_run())->name;
  transaction.begin_run(info);
  transaction.end_run("succeeded", info.started_ns + 1);
  ASSERT_TRUE(transaction.commit());
  const RunSummary summary = read(*store);
  EXPECT_NE(summary.run, before);
  EXPECT_EQ(summary.timeline_run, before);
  EXPECT_EQ(summary.spans.size(), 10u);
  EXPECT_EQ(tally(summary, "import"), (Tally{.cached = 7, .excluded = 1}));
}

TEST_F(ReadRun, OutputsAreCountedAndSomeAreNamed) {
  options.outputs_a_stage = 3;
  const RunSummary summary = read({});
  ASSERT_EQ(summary.outputs.size(), 2u);
  EXPECT_EQ(summary.outputs[0].stage, "simulate");
  EXPECT_EQ(summary.outputs[0].count, 8u);
  EXPECT_EQ(summary.outputs[0].bytes, 8u * 12'345'678u);
  ASSERT_EQ(summary.outputs[0].some.size(), 3u);
  EXPECT_EQ(summary.outputs[0].some[0].path, "sim/0.root");
  EXPECT_EQ(summary.outputs[0].some[0].hash, to_hex(hash_bytes("sim/0.root")));
}

TEST_F(ReadRun, NotesTellWhatHappenedToExecutors) {
  const RunSummary summary = read({});
  ASSERT_EQ(summary.notes.size(), 1u);
  EXPECT_EQ(summary.notes[0].kind, "unreachable");
  EXPECT_EQ(summary.notes[0].text, "slurm: <i>socket timed out</i>");
}

TEST_F(ReadRun, TasksThatTheWorkflowNoLongerHasAreNotCounted) {
  auto store = tests::write_example_run(folder.path());
  store::Transaction transaction(*store);
  store::RunInfo info = (*store->last_run())->info;
  info.graph = to_text(tests::example_graph(2));
  transaction.begin_run(info);
  transaction.end_run("succeeded", info.started_ns + 1);
  ASSERT_TRUE(transaction.commit());
  const RunSummary summary = read(*store);
  EXPECT_EQ(tally(summary, "simulate"), (Tally{.cached = 4}));
  EXPECT_EQ(tally(summary, "simulate").total() + tally(summary, "import").total(), 8u);
}

TEST_F(ReadRun, OfARunWithoutAGraphTheStagesArePiecedTogether) {
  auto store = tests::write_example_run(folder.path());
  store::Transaction transaction(*store);
  store::RunInfo info = (*store->last_run())->info;
  info.graph = "";
  transaction.begin_run(info);
  ASSERT_TRUE(transaction.commit());
  const RunSummary summary = read(*store);
  EXPECT_EQ(summary.workflow, "mlpf.toml");
  EXPECT_EQ(tally(summary, "simulate").total(), 8u);
  EXPECT_EQ(tally(summary, "import").total(), 8u);
}

TEST_F(ReadRun, TrialsAreARowOfTheirOwn) {
  auto store = tests::write_example_run(folder.path(), {.ended = false});
  store::Transaction transaction(*store);
  const store::TaskId sweep = transaction.task("sweep");
  ASSERT_TRUE(transaction.commit());
  for (int trial = 0; trial < 3; ++trial)
    transaction.settled(transaction.task("sweep/trial-" + std::to_string(trial), sweep),
                        trial == 0 ? "failed" : "succeeded", "");
  ASSERT_TRUE(transaction.commit());
  const RunSummary summary = read(*store);
  EXPECT_EQ(tally(summary, "sweep trials"), (Tally{.succeeded = 2, .failed = 1}));
  EXPECT_EQ(summary.total().total(), 20u) << "trials are not tasks of the workflow";
}

/// The trials 0 to `count` - 1, as `sluice run` settles them when they end.
void settle_trials(store::Store& store, int first, int count) {
  store::Transaction transaction(store);
  const store::TaskId sweep = transaction.task("sweep");
  ASSERT_TRUE(transaction.commit());
  for (int trial = first; trial < first + count; ++trial)
    transaction.settled(transaction.task("sweep/trial-" + std::to_string(trial), sweep), "succeeded", "");
  ASSERT_TRUE(transaction.commit());
}

void begin_another_run(store::Store& store) {
  store::Transaction transaction(store);
  transaction.begin_run((*store.last_run())->info);
  ASSERT_TRUE(transaction.commit());
}

TEST_F(ReadRun, TrialsOfAnInterruptedSweepCountInTheRunThatGoesOnWithIt) {
  auto store = tests::write_example_run(folder.path(), {.ended = false});
  settle_trials(*store, 0, 3);
  begin_another_run(*store);
  settle_trials(*store, 3, 2);
  EXPECT_EQ(tally(read(*store), "sweep trials"), (Tally{.cached = 3, .succeeded = 2}));
}

TEST_F(ReadRun, TrialsOfAnEarlierStudyDoNotCount) {
  auto store = tests::write_example_run(folder.path(), {.ended = false});
  settle_trials(*store, 0, 5);
  begin_another_run(*store);
  settle_trials(*store, 0, 2);
  EXPECT_EQ(tally(read(*store), "sweep trials"), (Tally{.succeeded = 2}));
}

TEST(OpenForReading, SaysWhatToDoWhereNothingRan) {
  const tests::TemporaryFolder folder;
  const auto store = open_for_reading(folder.path());
  ASSERT_FALSE(store);
  EXPECT_EQ(to_string(store.error()),
            folder.path() +
                ": nothing has run in this folder yet\n"
                "  go to the folder of a run or name it with --dir; `sluice run WORKFLOW` makes a first one");
}

}  // namespace
}  // namespace sluice::report
