// The whole way: `sluice-sweep` beside a real `sluice run`, with trials that are twenty lines of Python.
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <sstream>
#include <thread>

#include "engine/base/process.h"
#include "stages/sweep/by_hand.h"
#include "tests/e2e/harness.h"
#include "tests/support/protocol_page.h"

namespace sluice::sweep {
namespace {

using tests::Place;

std::string trial_program() {
  const std::string signing =
      "import os, sys\n"
      "open('@/ledger', 'a').write(os.path.basename(sys.argv[sys.argv.index('--trial') + 1]) + ' ' + "
      "os.environ['SLUICE_TRIAL_RUN'] + '\\n')\n";
  return signing + tests::protocol_block("python", 0);
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

TEST_F(Sweep, CancelledAndRunAgainItLosesNoTrial) {
  std::string waiting = trial_program();
  waiting.replace(waiting.find("    append(f"), 4,
                  "    while not os.path.exists('@/go'): time.sleep(0.02)\n    ");
  place.write("trial.py", waiting);
  const auto run = place.start({"run", "w.toml"});
  ASSERT_TRUE(place.eventually_ran("000001 1")) << run->err();
  EXPECT_EQ(place.sluice({"cancel"}).code, 0);
  run->wait();
  EXPECT_TRUE(place.tasks_at_work().empty());
  place.go();
  const auto again = place.sluice({"run", "w.toml"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(place.read("trials.csv").find(",failed,"), std::string::npos) << place.read("trials.csv");
  EXPECT_GT(place.ran("000001 2"), 0) << "another run of the trial that was cancelled";
}

TEST_F(Sweep, ATrialThatSavesItsWorkAndAsksToBeRunAgainGoesOn) {
  const std::string once =
      "import os, sys\n"
      "if not os.path.exists('@/again'):\n"
      "    open('@/again', 'w'); open(os.environ['SLUICE_STATE_DIR'] + '/x', 'w').write('1')\n"
      "    sys.exit(75)\n";
  place.write("trial.py", once + trial_program());
  const auto answer = place.sluice({"run", "w.toml", "-j", "1"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.read("trials.csv").find(",failed,"), std::string::npos) << place.read("trials.csv");
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

TEST_F(Sweep, ATrialMayBeAShellScriptFromThePage) {
  const auto python = place.sluice({"run", "w.toml"});
  ASSERT_EQ(python.code, 0) << python.err;
  Place other;
  other.write("study.toml", study);
  other.write("trial.sh", tests::protocol_block("sh", 0));
  std::string shell = workflow;
  shell.replace(shell.find("python3"), 7, "/bin/sh");
  shell.replace(shell.find("trial.py"), 8, "trial.sh");
  other.write_workflow(shell);
  const auto answer = other.sluice({"run", "w.toml"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(other.read("trials.csv"), place.read("trials.csv")) << "to the last digit";
}

TEST_F(Sweep, AShellTrialEndsWhereItsScheduleSaysSo) {
  std::string live = study;
  live.replace(live.find("deterministic = true\n"), 21, "");
  live.replace(live.find("asha"), 4, "stopping");
  place.write("study.toml", live);
  place.write("trial.sh", "echo ran >> @/ledger\n" + tests::protocol_block("sh", 0));
  std::string shell = workflow;
  shell.replace(shell.find("python3"), 7, "/bin/sh");
  shell.replace(shell.find("trial.py"), 8, "trial.sh");
  place.write_workflow(shell);
  const auto answer = place.sluice({"run", "w.toml"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.ran("ran"), 9) << "one run for each trial";
  EXPECT_NE(place.read("trials.csv").find("stopped early"), std::string::npos) << place.read("trials.csv");
}

TEST_F(Sweep, ATrialThatSurvivesARungGetsTwiceTheRanks) {
  std::string rasda = study;
  rasda.replace(rasda.find("trials = 9\nparallel = 3"), 23, "trials = 1\nparallel = 1");
  rasda.replace(rasda.find("method = \"asha\"\nmost = 9"), 24,
                "method = \"rasda\"\neta = 2\nmost = 4\nmost_scale = 2");
  place.write("study.toml", rasda);
  place.write("trial.sh",
              "echo run $SLUICE_TRIAL_RUN of ${OMPI_COMM_WORLD_SIZE:-1} >> @/ledger\n"
              "[ \"${OMPI_COMM_WORLD_RANK:-0}\" = 0 ] || exit 0\n" +
                  tests::protocol_block("sh", 0));
  std::string shell = workflow;
  shell.replace(shell.find("python3"), 7, "/bin/sh");
  shell.replace(shell.find("trial.py"), 8, "trial.sh");
  place.write_workflow(shell);
  const auto answer = place.sluice({"run", "w.toml", "-j", "2"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place.ledger(), "run 1 of 1\nrun 2 of 2\nrun 2 of 2\nrun 3 of 2\nrun 3 of 2\n");
  EXPECT_NE(place.read("trials.csv").find("\n0,finished,4,"), std::string::npos);
}

TEST_F(Sweep, MoreTrialsGoOnWithWhatThereIs) {
  const auto with_trials = [](const std::string& number) {
    std::string text = workflow;
    return text.replace(text.find("inputs  ="), 0, "args = { trials = " + number + " }\n");
  };
  place.write_workflow(with_trials("6"));
  ASSERT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  const std::string before = place.read("trials.csv");
  const std::string best = place.read("best.toml");
  EXPECT_EQ(std::count(before.begin(), before.end(), '\n'), 7);
  place.write_workflow(with_trials("12"));
  const auto more = place.sluice({"run", "w.toml"});
  ASSERT_EQ(more.code, 0) << more.err;
  const std::string after = place.read("trials.csv");
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 13) << after;
  expect_nothing_ran_twice();
  const auto parameters = [](const std::string& table, int trial) {
    const std::string line = "\n" + std::to_string(trial) + ",";
    const std::size_t begin = table.find(line);
    const std::string row = table.substr(begin + 1, table.find('\n', begin + 1) - begin - 1);
    return row.substr(row.rfind(','));
  };
  for (int trial = 0; trial < 6; ++trial) EXPECT_EQ(parameters(after, trial), parameters(before, trial));
  place.write_workflow(with_trials("6"));
  ASSERT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  EXPECT_EQ(place.read("trials.csv"), before) << "fewer again: as if there never had been more";
  EXPECT_EQ(place.read("best.toml"), best);
  expect_nothing_ran_twice();
}

TEST_F(Sweep, MoreTrialsByHandGoOn) {
  const std::vector<std::string> words = {"run", "study.toml", "--", SLUICE_BIN_DIR "/tests/foreign_trial"};
  ASSERT_EQ(by_hand_in(place, words).code, 0);
  const std::string before = place.read("study.trials.csv");
  std::vector<std::string> more = words;
  more.insert(more.begin() + 2, {"--trials", "15"});
  const tests::Answer answer = by_hand_in(place, more);
  ASSERT_EQ(answer.code, 0) << answer.err;
  const std::string after = place.read("study.trials.csv");
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 16) << after;
  const auto states = place.list(".sluice/state/sweep");
  EXPECT_EQ(
      std::count_if(states.begin(), states.end(), [](const auto& name) { return !name.ends_with(".fence"); }),
      1)
      << "one study";
}

TEST_F(Sweep, StartedByHandWithATrialInCpp) {
  const tests::Answer answer =
      by_hand_in(place, {"run", "study.toml", "--", SLUICE_BIN_DIR "/tests/foreign_trial"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  const std::string table = place.read("study.trials.csv");
  EXPECT_NE(table.find(",finished,9,"), std::string::npos) << table;
  EXPECT_NE(place.read("study.report.html").find("<svg"), std::string::npos);
}

TEST_F(Sweep, StartedByHandWithAScriptBesideTheStudy) {
  const tests::Answer answer = by_hand_in(place, {"run", "study.toml", "--", "python3", "trial.py"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(place.read("study.trials.csv").find(",finished,9,"), std::string::npos);
  const std::string log = place.sluice({"logs", "sweep"}).out;
  EXPECT_NE(log.find("trial 0: loss "), std::string::npos) << log;
  EXPECT_NE(log.find(" at step 9, the best so far (lr "), std::string::npos) << log;
}

TEST_F(Sweep, MistakesInTheStudyAreShown) {
  place.write("study.toml", "[space]\nlr = { flaot = [0, 1] }\n");
  const auto answer = place.sluice({"run", "w.toml"});
  EXPECT_NE(answer.code, 0);
  EXPECT_NE(answer.err.find("did you mean 'float'?"), std::string::npos) << answer.err;
}

TEST(ByHand, WritesAWorkflow) {
  EXPECT_EQ(
      workflow_text({"gnn", "studies/gnn.toml", {"python3", "train.py", "{x}"}, 8, {}, {"train.py"}}),
      "# Written by `sluice-sweep run`; run again with `sluice run`, or keep and edit it.\n"
      "sluice = 1\n"
      "name = \"gnn\"\n"
      "\n"
      "[stage.sweep]\n"
      "program = \"sluice-sweep\"\n"
      "inputs  = { study = \"file:studies/gnn.toml\" }\n"
      "outputs = { best = \"gnn.best.toml\", trials = \"gnn.trials.csv\", report = \"gnn.report.html\" }\n"
      "trials  = { command = [\"python3\", \"{inputs.file1}\", \"{{x}}\"], "
      "inputs = { file1 = \"file:train.py\" }, parallel = 8 }\n");
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
