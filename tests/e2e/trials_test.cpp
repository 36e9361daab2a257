// Attempts that a running task asks for: the sweep and the trial of docs/trial-protocol.md, as they stand
// there, under the real program, with crashes of each side.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/e2e/harness.h"
#include "tests/support/protocol_page.h"

namespace sluice::tests {
namespace {

constexpr const char* workflow = R"(sluice = 1
name = "t"
[stage.sweep]
command = ["python3", "{inputs.script}", "{outputs.best}"]
inputs  = { script = "file:sweep.py" }
outputs = { best = "best" }
trials  = { command = ["python3", "{inputs.script}"], inputs = { script = "file:trial.py" }, parallel = 2 }
)";

class Trials : public testing::Test {
 protected:
  Trials() {
    std::string sweep = protocol_block("python", 1);
    const std::string pause = "time.sleep(0.5)";
    sweep.replace(sweep.find(pause), pause.size(), "time.sleep(0.02)");
    place.write("sweep.py", sweep + "import sys; open(sys.argv[1], 'w').write(str(trials[0]))\n");
    place.write("trial.py", signing + protocol_block("python", 0));
    place.write_workflow(workflow);
  }
  /// A trial of nine asks for runs 1 to 3, of three for run 2, of one for run 3.
  std::vector<std::string> all_runs() const {
    std::vector<std::string> lines;
    for (const auto& [trial, runs] : {std::pair{6, 2}, {7, 2}, {8, 3}}) {
      for (int run = 2; run <= runs; ++run)
        lines.push_back("00000" + std::to_string(trial) + " " + std::to_string(run));
    }
    for (int trial = 0; trial < 9; ++trial) lines.push_back("00000" + std::to_string(trial) + " 1");
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  std::vector<std::string> ledger_lines() const {
    std::istringstream text(place.ledger());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  std::string study() const {
    const std::string of_task = ".sluice/state/sweep";
    return of_task + "/" + place.list(of_task).at(0);
  }
  /// No epoch of a trial was trained twice: its measurements count up without a gap.
  void expect_each_epoch_once(int trial, int until) const {
    const std::string folder = study() + "/trials/000/00000" + std::to_string(trial);
    std::string steps;
    for (const auto& name : place.list(folder)) {
      if (!name.starts_with("metrics.")) continue;
      std::istringstream lines(place.read(folder + "/" + name));
      for (std::string line; std::getline(lines, line);)
        steps +=
            std::to_string(parse_json(line.substr(0, line.find('\t')), name)->at("step").as_int64()) + " ";
    }
    std::string expected;
    for (int step = 1; step <= until; ++step) expected += std::to_string(step) + " ";
    EXPECT_EQ(steps, expected) << folder;
  }

  const std::string signing = R"(
import os, sys
open("@/ledger", "a").write(os.path.basename(sys.argv[sys.argv.index("--trial") + 1]) + " " + os.environ["SLUICE_TRIAL_RUN"] + "\n")
)";
  Place place;
};

TEST_F(Trials, ASweepGetsEachRunThatItAsksForOnce) {
  const Answer answer = place.sluice({"run", "w.toml", "-j", "2"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("best"), "8");
  EXPECT_EQ(ledger_lines(), all_runs());
  expect_each_epoch_once(0, 3);
  expect_each_epoch_once(7, 9);
  expect_each_epoch_once(8, 27);
  const Answer again = place.sluice({"run"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(ledger_lines(), all_runs()) << "a finished sweep is up to date as any task";
}

TEST_F(Trials, ATrialThatFailsIsAnAnswerAndNotTheEndOfTheSweep) {
  place.write("trial.py", signing + R"(
if sys.argv[-1].endswith("3"): sys.exit(9)
)" + protocol_block("python", 0));
  const Answer answer = place.sluice({"run", "w.toml", "-j", "2"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("best"), "8");
  const json::value job = *parse_json(place.read(study() + "/trials/000/000003/job.0001.json"), "job");
  EXPECT_EQ(job.at("state"), "ended");
  EXPECT_EQ(job.at("outcome"), "user");
  EXPECT_EQ(job.at("record").at("exit_code"), 9);
}

TEST_F(Trials, ADriverThatIsKilledAgainAndAgainLosesNoRunAndTrainsNoEpochTwice) {
  std::unique_ptr<AtWork> driver;
  for (const char* line : {"000001 1", "000006 1", "000007 2", "000008 3"}) {
    driver = place.start({"run", "w.toml", "-j", "2"});
    EXPECT_TRUE(place.eventually_ran(line)) << driver->err();
    driver->signal(SIGKILL);
    driver->wait();
  }
  const Answer answer = place.sluice({"run"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("best"), "8");
  EXPECT_EQ(ledger_lines(), all_runs());
  expect_each_epoch_once(7, 9);
  expect_each_epoch_once(8, 27);
}

TEST_F(Trials, ARunnerThatIsKilledCostsNoTrialItsResult) {
  auto driver = place.start({"run", "w.toml", "-j", "2"});
  ASSERT_TRUE(place.eventually_ran("000007 1")) << driver->err();
  for (const pid_t runner : place.runners_at_work()) ::kill(runner, SIGKILL);
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("best"), "8");
  const auto lines = ledger_lines();
  EXPECT_EQ(std::set(lines.begin(), lines.end()).size(), all_runs().size());
}

TEST_F(Trials, AreCancelledWithTheTaskThatAskedForThem) {
  place.write("trial.py", signing + "import time; time.sleep(600)\n");
  auto driver = place.start({"run", "w.toml", "-j", "2"});
  ASSERT_TRUE(eventually([&] { return ledger_lines().size() == 2; })) << place.ledger() << driver->err();
  EXPECT_EQ(place.sluice({"cancel", "sweep"}).code, 0);
  EXPECT_EQ(driver->wait().code, 1) << driver->err();
  EXPECT_TRUE(place.tasks_at_work().empty());
}

}  // namespace
}  // namespace sluice::tests
