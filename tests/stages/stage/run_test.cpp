#include "stages/stage/run.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>
#include <system_error>

#include "stages/stage/stop_signal.h"
#include "tests/stages/stage/kit_run.h"
#include "tests/support/temporary_folder.h"

namespace sluice::stage {
namespace {

struct Toss {
  std::int64_t events = 10;
  OutputPath counts;
};

Table<Toss> toss() {
  Table<Toss> table("sluice-toss", "tosses a coin");
  table.resumable().strict();
  table.parameter("events", &Toss::events).range(1, 100).help("tosses");
  table.output("counts", &Toss::counts, Kind::file).optional().help("heads and tails");
  return table;
}

using TossBody = std::function<Result<Outcome>(const Toss&, Context&)>;

class RunTest : public testing::Test {
 protected:
  void SetUp() override { forget_stop(); }
  void TearDown() override {
    for (const int number : {SIGTERM, SIGUSR2, SIGINT}) std::signal(number, SIG_DFL);
    forget_stop();
  }
  Ran run(const std::vector<std::string>& words, const TossBody& body) {
    return run_kit(toss(), words, body, around);
  }

  std::string content(const std::string& path) { return RealDisk().read(path).value_or("(none)"); }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    const auto entries = RealDisk().list(folder.path());
    for (const FolderEntry& entry : *entries) all.push_back(entry.name);
    return all;
  }

  tests::TemporaryFolder folder;
  Environment around;
};

TEST_F(RunTest, AStageThatEndsWellPublishesItsOutputs) {
  const Ran ran = run({"--events", "3", "--output.counts", folder / "new/folder/counts.csv"},
                      [](const Toss& options, Context&) -> Result<Outcome> {
                        EXPECT_EQ(options.events, 3);
                        EXPECT_TRUE(options.counts.write("1,2\n").ok());
                        return Outcome::done;
                      });
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out + ran.err, "");
  EXPECT_EQ(content(folder / "new/folder/counts.csv"), "1,2\n");
}

TEST_F(RunTest, NothingIsVisibleBeforeTheEnd) {
  const std::string target = folder / "counts.csv";
  std::ofstream(target) << "old";
  (void)run({"--output.counts", target}, [&](const Toss& options, Context&) -> Result<Outcome> {
    EXPECT_TRUE(options.counts.write("new").ok());
    EXPECT_EQ(content(target), "old");
    return Outcome::done;
  });
  EXPECT_EQ(content(target), "new");
  EXPECT_EQ(names(), std::vector<std::string>{"counts.csv"});
}

TEST_F(RunTest, AStageThatFailsLeavesNothingBehind) {
  const std::string target = folder / "counts.csv";
  std::ofstream(target) << "old";
  const Ran ran = run({"--output.counts", target}, [&](const Toss& options, Context&) -> Result<Outcome> {
    EXPECT_TRUE(options.counts.write("half").ok());
    return Error{"the coin stands on its edge", "toss 7", "toss again", ErrorKind::data};
  });
  EXPECT_EQ(ran.code, 65);
  EXPECT_EQ(ran.err, "sluice-toss: toss 7: the coin stands on its edge\n  toss again\n");
  EXPECT_EQ(content(target), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"counts.csv"});
}

TEST_F(RunTest, EachKindOfErrorHasItsExitCode) {
  const auto code_of = [&](ErrorKind kind) {
    return run({},
               [kind](const Toss&, Context&) -> Result<Outcome> {
                 return Error{"no", "", "", kind};
               })
        .code;
  };
  EXPECT_EQ(code_of(ErrorKind::usage), 64);
  EXPECT_EQ(code_of(ErrorKind::data), 65);
  EXPECT_EQ(code_of(ErrorKind::internal), 70);
  EXPECT_EQ(code_of(ErrorKind::io), 74);
}

TEST_F(RunTest, BadUsagePointsToHelp) {
  const Ran ran = run({"--events", "0"}, nullptr);
  EXPECT_EQ(ran.code, 64);
  EXPECT_EQ(ran.err,
            "sluice-toss: --events: '0' is too small\n  allowed: 1 to 100\nsluice-toss --help says more\n");
}

TEST_F(RunTest, WhatABodyThrowsIsABugAndSaysSo) {
  Ran ran = run({}, [](const Toss&, Context&) -> Result<Outcome> { throw std::out_of_range("vector::at"); });
  EXPECT_EQ(ran.code, 70);
  EXPECT_EQ(ran.err,
            "sluice-toss: internal error: vector::at\n"
            "  this is a bug of the stage, not of your input: please report it\n");
  ran = run({}, [](const Toss&, Context&) -> Result<Outcome> { throw 42; });
  EXPECT_EQ(ran.code, 70);
  ran = run({}, [](const Toss&, Context&) -> Result<Outcome> { throw std::bad_alloc(); });
  EXPECT_EQ(ran.code, 70);
  EXPECT_EQ(
      ran.err,
      "sluice-toss: out of memory\n  give the stage more: resources = { memory = ... } in the workflow\n");
}

TEST_F(RunTest, AFullDiskIsNotABug) {
  const Ran ran = run({}, [](const Toss&, Context&) -> Result<Outcome> {
    throw std::system_error(ENOSPC, std::generic_category(), "events.h5");
  });
  EXPECT_EQ(ran.code, 74);
  EXPECT_EQ(ran.err.substr(0, 24), "sluice-toss: events.h5: ");
}

TEST_F(RunTest, AnAnswerThatCannotBeWrittenIsAnIoError) {
  RealDisk disk;
  HandClock clock;
  std::ofstream full("/dev/full");
  std::ostringstream err;
  Surroundings surroundings{around, disk, clock, full, err};
  const std::vector<std::string> words = {"--help"};
  EXPECT_EQ(run_stage(toss().description(), words, surroundings, nullptr), 74);
  EXPECT_EQ(err.str(), "sluice-toss: can't write to stdout\n  is the disk full?\n");
}

TEST_F(RunTest, TellsItsVersion) {
  const Ran ran = run({"--version"}, nullptr);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "sluice-toss 0.1.0 (results version 1)\n");
}

TEST_F(RunTest, AnOutputThatIsAskedForHasToBeWritten) {
  const Ran ran = run({"--output.counts", folder / "counts.csv"},
                      [](const Toss&, Context&) -> Result<Outcome> { return Outcome::done; });
  EXPECT_EQ(ran.code, 70);
  EXPECT_EQ(ran.err, "sluice-toss: " + (folder / "counts.csv") +
                         ": the stage ended without writing its output 'counts'\n"
                         "  this is a bug of the stage: please report it\n");
}

TEST_F(RunTest, OnlyTheFirstRankPublishes) {
  around.rank = 1;
  const Ran ran =
      run({"--output.counts", folder / "counts.csv"}, [](const Toss&, Context& context) -> Result<Outcome> {
        EXPECT_EQ(context.rank(), 1);
        return Outcome::done;
      });
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(names(), std::vector<std::string>());
}

TEST_F(RunTest, BadEventsAreCountedByReason) {
  const TossBody body = [](const Toss&, Context& context) -> Result<Outcome> {
    for (const int event : {3, 8, 9})
      if (auto skipped = context.skip(event == 8 ? "no coin" : "edge", "toss " + std::to_string(event));
          !skipped)
        return std::move(skipped).error();
    return Outcome::done;
  };
  const Ran lenient = run({}, body);
  EXPECT_EQ(lenient.code, 0);
  EXPECT_EQ(lenient.err, "sluice-toss: skipped 3: 2 x edge (first: toss 3), 1 x no coin (first: toss 8)\n");
  const Ran strict = run({"--strict"}, body);
  EXPECT_EQ(strict.code, 65);
  EXPECT_EQ(strict.err,
            "sluice-toss: toss 3: edge\n  without --strict such events are skipped and counted\n");
}

TEST_F(RunTest, SignalsAskForACheckpoint) {
  for (const int number : {SIGUSR2, SIGTERM, SIGINT}) {
    forget_stop();
    const Ran ran = run({"--state", folder / "state", "--output.counts", folder / "counts.csv"},
                        [number](const Toss& options, Context& context) -> Result<Outcome> {
                          EXPECT_FALSE(context.should_stop());
                          std::raise(number);
                          if (number != SIGINT) std::raise(number);  // impatience changes nothing
                          EXPECT_TRUE(context.should_stop());
                          EXPECT_TRUE(options.counts.write("half").ok());
                          EXPECT_TRUE(context.state()->commit("tosses", "5").ok());
                          return Outcome::again;
                        });
    EXPECT_EQ(ran.code, 75);
    EXPECT_EQ(ran.err, "sluice-toss: stopped at a checkpoint; the same command goes on from there\n");
    EXPECT_EQ(content(folder / "state/tosses"), "5");
    EXPECT_EQ(names(), std::vector<std::string>{"state"});
  }
}

TEST_F(RunTest, TheStateFolderOutlivesTheAttempt) {
  around.state_folder = folder / "state";
  const TossBody body = [](const Toss&, Context& context) -> Result<Outcome> {
    const auto before = context.state()->read("tosses");
    EXPECT_TRUE(context.state()->commit("tosses", before->value_or("") + "x").ok());
    return before->has_value() ? Outcome::done : Outcome::again;
  };
  EXPECT_EQ(run({}, body).code, 75);
  EXPECT_EQ(run({}, body).code, 0);
  EXPECT_EQ(content(folder / "state/tosses"), "xx");
}

TEST_F(RunTest, WithoutAStateFolderNobodyIsAskedToStop) {
  const Ran ran = run({}, [](const Toss&, Context& context) -> Result<Outcome> {
    request_stop();
    EXPECT_EQ(context.state(), nullptr);
    EXPECT_FALSE(context.should_stop());
    return Outcome::again;
  });
  EXPECT_EQ(ran.code, 70);
  EXPECT_EQ(ran.err,
            "sluice-toss: internal error: the stage wants to go on later, but keeps no state\n"
            "  this is a bug of the stage, not of your input: please report it\n");
}

TEST_F(RunTest, AnAttemptThatLostItsFenceDoesNotEvenStart) {
  std::ofstream(folder / "fence") << "run/toss/2\n";
  around.state_folder = folder / "state";
  around.fence_file = folder / "fence";
  around.fence_token = "run/toss/1";
  const Ran ran = run({}, [](const Toss&, Context&) -> Result<Outcome> {
    ADD_FAILURE() << "it started";
    return Outcome::done;
  });
  EXPECT_EQ(ran.code, 74);
  EXPECT_EQ(ran.err, "sluice-toss: " + (folder / "fence") +
                         ": another attempt of this task owns the state folder now, so this one ends\n"
                         "  nothing is lost: the attempt that took over goes on\n");
}

TEST_F(RunTest, ThreadsComeFromTheFlagOrTheEnvironment) {
  around.cpus = 3;
  int cpus = 0;
  const TossBody body = [&](const Toss&, Context& context) -> Result<Outcome> {
    cpus = context.cpus();
    return Outcome::done;
  };
  (void)run({}, body);
  EXPECT_EQ(cpus, 3);
  (void)run({"--threads", "5"}, body);
  EXPECT_EQ(cpus, 5);
}

TEST_F(RunTest, ProgressGoesToTheFileThatTheEngineNames) {
  around.progress_file = folder / "progress";
  around.terminal = true;  // the file wins: no bar
  const Ran ran = run({}, [](const Toss&, Context& context) -> Result<Outcome> {
    context.progress().start("tosses", 10);
    context.progress().add(10);
    (void)context.skip("edge", "toss 3");
    return Outcome::done;
  });
  EXPECT_EQ(ran.err, "sluice-toss: skipped 1: 1 x edge (first: toss 3)\n");
  EXPECT_EQ(content(folder / "progress"),
            "{\"t\":1700000000.000,\"done\":0,\"total\":10,\"unit\":\"tosses\"}\n"
            "{\"t\":1700000000.000,\"done\":10,\"total\":10,\"unit\":\"tosses\",\"skipped\":{\"edge\":1}}\n");
}

TEST_F(RunTest, AWrongTableIsAMistakeOfItsAuthor) {
  Table<Toss> table("sluice-toss", "tosses a coin");
  table.parameter("events", &Toss::events).range(20, 100).help("tosses");
  const Ran ran = run_kit<Toss>(table, {"--help"}, nullptr);
  EXPECT_EQ(ran.code, 70);
  EXPECT_EQ(ran.err,
            "sluice-toss: internal error: parameter 'events': its default is refused: '10' is too small\n"
            "  this is a bug of the stage, not of your input: please report it\n");
}

}  // namespace
}  // namespace sluice::stage
