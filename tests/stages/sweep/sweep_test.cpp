// The whole way: `sluice-sweep` beside a real `sluice run`, with trials that are twenty lines of Python.
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <sstream>
#include <thread>

#include "engine/base/process.h"
#include "stages/sweep/by_hand.h"
#include "tests/e2e/harness.h"

namespace sluice::sweep {
namespace {

using tests::Place;

std::string trial_program() {
  const std::string page = *RealDisk().read(SLUICE_SOURCE_DIR "/docs/trial-protocol.md");
  const std::string fence = "```python\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const std::string signing =
      "import os, sys\n"
      "open('@/ledger', 'a').write(os.path.basename(sys.argv[sys.argv.index('--trial') + 1]) + ' ' + "
      "os.environ['SLUICE_TRIAL_RUN'] + '\\n')\n";
  return signing + page.substr(begin, page.find("```", begin) - begin);
}

constexpr const char* study = R"(trials = 9
parallel = 3
seed = 4
deterministic = true
[search]
method = "tpe"
[schedule]
method = "asha"
most = 9
[space]
lr = { float = [0.01, 0.5], log = true }
)";

constexpr const char* workflow = R"(sluice = 1
name = "w"
[stage.sweep]
program = "sluice-sweep"
inputs  = { study = "file:study.toml" }
outputs = { best = "best.toml", trials = "trials.csv", report = "report.html" }
trials  = { command = ["python3", "{inputs.script}"], inputs = { script = "file:trial.py" }, parallel = 3 }
)";

tests::Answer by_hand_in(const Place& place, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"/usr/bin/env", "-C", place.path(), SLUICE_BIN_DIR "/sluice-sweep"};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto ran = RealProcesses().capture(argv, 60);
  return ran ? tests::Answer{ran->exit_code, ran->out, ran->err}
             : tests::Answer{-1, "", to_string(ran.error())};
}

class Sweep : public testing::Test {
 protected:
  Sweep() {
    place.write("study.toml", study);
    place.write("trial.py", trial_program());
    place.write_workflow(workflow);
  }
  std::string folder() const {
    const std::string of_stage = ".sluice/state/sweep";
    return of_stage + "/" + place.list(of_stage).at(0);
  }
  /// Each run of each trial that the ledger shows stands there once.
  void expect_nothing_ran_twice() const {
    std::istringstream lines(place.ledger());
    std::set<std::string> seen;
    for (std::string line; std::getline(lines, line);)
      EXPECT_TRUE(seen.insert(line).second) << line << " ran twice";
  }

  Place place;
};

TEST_F(Sweep, TunesAndShowsWhatItFound) {
  const auto answer = place.sluice({"run", "w.toml"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(place.read("best.toml").find("# trial "), std::string::npos);
  EXPECT_NE(place.read("best.toml").find("\nlr = 0."), std::string::npos);
  const std::string table = place.read("trials.csv");
  EXPECT_EQ(table.substr(0, table.find('\n')), "trial,state,step,loss,lr");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 10);
  EXPECT_NE(place.read("report.html").find("<svg"), std::string::npos);
  expect_nothing_ran_twice();
  std::ostringstream out;
  std::ostringstream err;
  const std::vector<std::string> words = {"status", place.path(folder())};
  EXPECT_EQ(by_hand(words, out, err), 0) << err.str();
  EXPECT_EQ(out.str().substr(0, 15), "9 of 9 trials, ");
}

TEST_F(Sweep, KilledHalfWayItDecidesTheSame) {
  ASSERT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  const std::string expected = place.read("trials.csv");
  Place again;
  again.write("study.toml", study);
  again.write("trial.py", trial_program());
  again.write_workflow(workflow);
  for (const int events : {3, 8}) {
    const auto run = again.start({"run", "w.toml"});
    const auto count = [&] {
      const std::string ledger = again.ledger();
      return std::count(ledger.begin(), ledger.end(), '\n');
    };
    for (int i = 0; i < 3000 && count() < events; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    run->signal(SIGKILL);
    run->wait();
  }
  const auto answer = again.sluice({"run", "w.toml"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(again.read("trials.csv"), expected);
}

TEST_F(Sweep, ATrialMayUseThePythonClient) {
  place.write("sluice_trial.py", *RealDisk().read(SLUICE_SOURCE_DIR "/stages/sweep/client/sluice_trial.py"));
  place.write("trial.py", R"(
import sys
sys.path.insert(0, "@")
from sluice_trial import Trial

trial = Trial()
if trial.resumed:
    x = float(open(trial.path("x")).read())
else:
    x = 5.0
for epoch in trial.epochs():
    x *= 1 - trial.parameters["lr"]
    trial.report(epoch, loss=x * x if trial.number != 3 else float("nan"))
    with trial.checkpoint(epoch) as path:
        open(path("x"), "w").write(repr(x))
trial.done()
)");
  const auto answer = place.sluice({"run", "w.toml"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  const std::string table = place.read("trials.csv");
  EXPECT_NE(table.find("\n3,infeasible,,,0."), std::string::npos) << table;
  EXPECT_NE(table.find(",finished,9,"), std::string::npos) << table;
}

TEST_F(Sweep, StartedByHandWithATrialInCpp) {
  const tests::Answer answer =
      by_hand_in(place, {"run", "study.toml", "--", SLUICE_BIN_DIR "/tests/foreign_trial"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  const std::string table = place.read("study.trials.csv");
  EXPECT_NE(table.find(",finished,9,"), std::string::npos) << table;
  EXPECT_NE(place.read("study.report.html").find("<svg"), std::string::npos);
}

TEST_F(Sweep, MistakesInTheStudyAreShown) {
  place.write("study.toml", "[space]\nlr = { flaot = [0, 1] }\n");
  const auto answer = place.sluice({"run", "w.toml"});
  EXPECT_NE(answer.code, 0);
  EXPECT_NE(answer.err.find("did you mean 'float'?"), std::string::npos) << answer.err;
}

TEST(ByHand, WritesAWorkflow) {
  EXPECT_EQ(
      workflow_text({"gnn", "studies/gnn.toml", {"python3", "train.py", "{x}"}, 8}),
      "# Written by `sluice-sweep run`; run again with `sluice run`, or keep and edit it.\n"
      "sluice = 1\n"
      "name = \"gnn\"\n"
      "\n"
      "[stage.sweep]\n"
      "program = \"sluice-sweep\"\n"
      "inputs  = { study = \"file:studies/gnn.toml\" }\n"
      "outputs = { best = \"gnn.best.toml\", trials = \"gnn.trials.csv\", report = \"gnn.report.html\" }\n"
      "trials  = { command = [\"python3\", \"train.py\", \"{{x}}\"], parallel = 8 }\n");
}

TEST(ByHand, SaysWhatIsMissing) {
  const auto said = [](const std::vector<std::string>& words) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_NE(by_hand(words, out, err), 0);
    return err.str();
  };
  EXPECT_EQ(said({"status"}),
            "sluice-sweep: which study? The folder is missing\n  sluice-sweep help says how\n");
  EXPECT_EQ(said({"status", "/nowhere"}),
            "sluice-sweep: /nowhere: holds no study\n  give the folder that holds journal.jsonl\n");
  EXPECT_EQ(
      said({"run", "study.toml"}),
      "sluice-sweep: which program? Write -- PROGRAM [ARG...] at the end\n  sluice-sweep help says how\n");
}

}  // namespace
}  // namespace sluice::sweep
