// The lines of a run whose output goes into a file.
#include "engine/report/lines.h"

#include <gtest/gtest.h>

namespace sluice::report {
namespace {

TEST(Lines, HaveAStableForm) {
  const Tally total{.waiting = 20, .running = 8, .cached = 7, .succeeded = 4, .failed = 1};
  EXPECT_EQ(prefix(total) + done_text("simulate[shard=3]", 1.23), "[12/40] simulate[shard=3] done 1.23 s");
  EXPECT_EQ(prefix(total) + up_to_date_text("analyse"), "[12/40] analyse up to date");
  EXPECT_EQ(prefix(total) + cancelled_text("analyse"), "[12/40] analyse cancelled");
}

TEST(Lines, AFailureShowsWhatItPrintedLast) {
  const Failure failure{.task = "simulate[shard=4]",
                        .seconds = 1.2,
                        .message = "exit code 3",
                        .log = ".sluice/attempts/simulate/shard=4.1/log.txt",
                        .tail = {.lines = {"reading", "no such field"}, .cut = true, .size = 100}};
  EXPECT_EQ(failure_text(failure, false),
            "simulate[shard=4] FAILED after 1.2 s: exit code 3\n"
            "    | ...\n"
            "    | reading\n"
            "    | no such field\n"
            "    log: .sluice/attempts/simulate/shard=4.1/log.txt");
}

TEST(Lines, AFailureThatPrintedNothingIsOneLine) {
  EXPECT_EQ(
      failure_text(
          {.task = "a", .message = "it could not be started: no such file", .log = "x/log.txt", .tail = {}},
          false),
      "a FAILED: it could not be started: no such file");
}

TEST(Lines, WhatAFailureTookWithItIsOneLine) {
  EXPECT_EQ(skipped_text(1200, "import[shard=1]", "it needs simulate, which failed"),
            "1200 tasks skipped: it needs simulate, which failed");
  EXPECT_EQ(skipped_text(1, "import[shard=1]", "it needs simulate, which failed"),
            "import[shard=1] skipped: it needs simulate, which failed");
}

TEST(Lines, ARetrySaysWhyAndWhen) {
  EXPECT_EQ(retry_text("a", 1, "it ran out of memory", 0), "a attempt 1: it ran out of memory; trying again");
  EXPECT_EQ(retry_text("a", 2, "exit code 1", 90), "a attempt 2: exit code 1; trying again in 1 min 30 s");
}

TEST(Lines, TheSummaryNamesWhatIsThere) {
  EXPECT_EQ(summary_text({.cached = 12, .succeeded = 28}, 185),
            "40 tasks: 28 done, 12 up to date, 0 failed in 3 min 05 s");
  EXPECT_EQ(summary_text(
                {.waiting = 2, .succeeded = 1, .failed = 1, .skipped = 3, .cancelled = 4, .excluded = 5}, 1),
            "16 tasks: 1 done, 0 up to date, 1 failed, 3 skipped, 4 cancelled, 2 not finished, 5 not "
            "selected in 1 s");
  EXPECT_EQ(summary_text({.succeeded = 1}, 0.5), "1 task: 1 done, 0 up to date, 0 failed in 0.5 s");
}

TEST(Lines, ASignOfLifeNamesTheLongest) {
  Progress progress;
  progress.stages = {{"train", 0, {.running = 1, .succeeded = 2}}};
  progress.left = TimeLeft{300, true};
  progress.running = {{"train[fold=3]", 1, 7800, ""}};
  EXPECT_EQ(still_running_text(progress),
            "[2/3] 1 running, at least 5 min left; longest: train[fold=3] 2 h 10 min");
  progress.running.front().note = "31% of 300 steps";
  EXPECT_EQ(still_running_text(progress),
            "[2/3] 1 running, at least 5 min left; longest: train[fold=3] 2 h 10 min (31% of 300 steps)");
}

TEST(Lines, NothingSteersTheTerminal) {
  EXPECT_EQ(failure_text({.task = "a\x1b[2J", .message = "b\x07", .log = "", .tail = {}}, false),
            "a\\x1b[2J FAILED: b\\x07");
}

}  // namespace
}  // namespace sluice::report
