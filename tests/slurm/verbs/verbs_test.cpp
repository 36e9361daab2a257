#include <gtest/gtest.h>

#include <map>

#include "engine/base/process.h"
#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

constexpr const char* two_stages = R"(
sluice = 1
name = "steps"

[stage.first]
command = ["/bin/sh", "-c", "echo first >> @/ledger; echo 1 > {outputs.out}"]
outputs = { out = "first" }

[stage.second]
command = ["/bin/sh", "-c", "echo second >> @/ledger; cat {inputs.out} > {outputs.out}"]
inputs = { out = "first.out" }
outputs = { out = "second" }

[executor]
default = "slurm"
[executor.slurm]
commands = "@/bin"
poll = ["0.1 s", "0.3 s"]
reconcile = "1 s"
evidence_grace = "1 s"
)";

class SlurmVerbs : public testing::Test {
 protected:
  SlurmVerbs() : place_("run") {
    place_.write_workflow(two_stages);
    place_.write("bin/.keep", "");
    place_.environment = {"FAKE_SLURM=" + place_.path()};
    (void)RealProcesses().capture({SLUICE_BIN_DIR "/tests/fake-slurm", "--links", place_.path("bin")}, 10);
  }
  void cluster(const std::string& scenario) { place_.write("scenario.txt", scenario); }
  Answer tick(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"tick", "w.toml"};
    words.insert(words.end(), more.begin(), more.end());
    return place_.sluice(words);
  }

  Place place_;
};

TEST_F(SlurmVerbs, TicksCarryARunToItsEnd) {
  cluster("real\njob *: PENDING 1, RUNNING 0, COMPLETED");
  int ticks = 1;
  for (Answer answer = tick(); answer.code != 0; answer = tick()) {
    ASSERT_EQ(answer.code, 75) << answer.err;
    ASSERT_LT(++ticks, 200);
  }
  EXPECT_GT(ticks, 1);
  EXPECT_EQ(place_.ledger(), "first\nsecond\n");
  EXPECT_EQ(place_.read("second"), "1\n");
  EXPECT_EQ(tick().code, 0);
}

TEST_F(SlurmVerbs, ATickLeavesAsSoonAsJobsAreSubmittedAndTheNextOneFindsThem) {
  cluster("job *: PENDING 1000");
  EXPECT_EQ(tick().code, 75);
  const Answer next = tick();
  EXPECT_EQ(next.code, 75);
  EXPECT_TRUE(holds(next.err, {"1 attempt goes on; the next step takes in what has ended"})) << next.err;
  EXPECT_EQ(place_.json({"orphans", "--commands", "bin", "--json"}).at("orphans").as_array().size(), 0U);
}

TEST_F(SlurmVerbs, ATickDoesNotTryAgainWhatHasFailedUntilItChanges) {
  cluster("real\njob *: PENDING 0.02, RUNNING 0, COMPLETED");
  std::string text = two_stages;
  text.replace(text.find("echo 1"), 6, "exit 3");
  place_.write_workflow(text);
  int code = 75;
  for (int ticks = 0; code == 75 && ticks < 200; ++ticks) code = tick().code;
  EXPECT_EQ(code, 1);
  const Answer again = tick();
  EXPECT_EQ(again.code, 1);
  EXPECT_TRUE(holds(again.err, {"exit code 3"})) << again.err;
  EXPECT_EQ(place_.ran("first"), 1);
  place_.write_workflow(two_stages);
  for (code = 75; code == 75;) code = tick().code;
  EXPECT_EQ(code, 0);
  EXPECT_EQ(place_.ledger(), "first\nfirst\nsecond\n");
}

TEST_F(SlurmVerbs, ATickLeavesAloneWhatAnotherDriverIsAtWorkOn) {
  cluster("job *: PENDING 1000");
  const auto driver = place_.start({"run", "w.toml"});
  ASSERT_TRUE(eventually([&] { return !place_.list(".sluice/slurm").empty(); }));
  const Answer answer = tick();
  EXPECT_EQ(answer.code, 75);
  EXPECT_TRUE(holds(answer.err, {"is at work in this run folder; nothing to do for this step"}))
      << answer.err;
  driver->signal(SIGTERM);
  EXPECT_EQ(driver->wait().code, 75);
}

TEST_F(SlurmVerbs, ATickEndsWhenTheControllerIsAway) {
  cluster("job *: PENDING 1000");
  EXPECT_EQ(tick().code, 75);
  cluster("job *: PENDING 1000\ncommand squeue 1-1000: unreachable");
  const Answer answer = tick();
  EXPECT_EQ(answer.code, 75);
  EXPECT_TRUE(holds(answer.err, {"slurm does not answer: no answer from Slurm since", "1 attempt goes on"}))
      << answer.err;
}

TEST_F(SlurmVerbs, StatusAndExplainSayWhyAJobIsStuckInPlainWords) {
  cluster("job *: PENDING 1000 reason JobHeldUser");
  EXPECT_EQ(tick().code, 75);
  EXPECT_EQ(tick().code, 75);
  const std::string words = "held by you: scontrol release 100 (JobHeldUser)\n";
  EXPECT_TRUE(holds(place_.sluice({"status"}).out, {"first  slurm 100  submitted ", " ago\n    " + words}))
      << place_.sluice({"status"}).out;
  EXPECT_TRUE(holds(place_.sluice({"explain", "first"}).out, {"  attempt 1 is with slurm as 100: " + words}))
      << place_.sluice({"explain", "first"}).out;
  const auto running = place_.json({"status", "--json"}).at("running").as_array();
  EXPECT_EQ(std::string(running.at(0).at("waits_for").as_string()) + "\n", words);
}

TEST_F(SlurmVerbs, OrphansAreJobsThatNoRunCountsOn) {
  cluster("job *: PENDING 1000");
  EXPECT_EQ(tick().code, 75);
  EXPECT_EQ(place_.sluice({"orphans", "--commands", "bin"}).out,
            "no orphans: 1 job of Sluice in the queue, and a run owns it\n");
  for (const char* part : {"store.db", "store.db-wal", "store.db-shm"})
    place_.remove(std::string(".sluice/") + part);
  const Answer orphans = place_.sluice({"orphans", "--commands", "bin"});
  EXPECT_EQ(orphans.code, 0);
  EXPECT_TRUE(holds(
      orphans.out,
      {"100  PENDING  ", "/first/1\n    " + place_.path() + ": there is no run in its folder any more\n",
       "if nobody needs them: scancel 100\n"}))
      << orphans.out;
  const auto list = place_.json({"orphans", "--commands", "bin", "--json"}).at("orphans").as_array();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].at("job").as_string(), "100");
  EXPECT_EQ(list[0].at("run_folder").as_string(), place_.path());
}

/// Each template that is shipped works as it stands; only the folder of the commands is this test's own.
TEST_F(SlurmVerbs, EverySiteTemplateSubmits) {
  cluster("job *: PENDING 1000");
  std::string text = two_stages;
  text.erase(text.find("[executor]"));
  const std::string commands = "commands = \"@/bin\"\n";
  const std::map<std::string, std::string> workflows = {
      {"cluster", text + "[executor.slurm]\n" + commands},
      {"slurm-test", text + "[executor.slurm]\n" + commands},
      {"apptainer", text + "[executor.slurm]\n" + commands},
      {"gpu-modules", text + "[executor.cpu]\n" + commands + "[executor.gpu]\n" + commands},
      {"two-partitions",
       text + "[executor]\ndefault = \"gpu\"\n[executor.gpu]\n" + commands + "[executor.cpu]\n" + commands}};
  RealDisk disk;
  const auto templates = disk.list(SLUICE_SOURCE_DIR "/sites");
  ASSERT_TRUE(templates);
  ASSERT_EQ(templates->size(), workflows.size() + 1)
      << "a template that this test does not know; pool has no Slurm";
  for (const auto& [site, workflow] : workflows) {
    place_.write("sites/" + site + ".toml", *disk.read(SLUICE_SOURCE_DIR "/sites/" + site + ".toml"));
    place_.write_workflow(workflow);
    place_.remove(".sluice");
    const Answer answer = tick({"--site", site});
    EXPECT_EQ(answer.code, 75) << site << ": " << answer.err;
    EXPECT_TRUE(holds(answer.err, {"1 attempt goes on"})) << site << ": " << answer.err;
  }
}

TEST_F(SlurmVerbs, OrphansWithoutAControllerIsAnErrorThatSaysSo) {
  cluster("command squeue 1-9: unreachable");
  const Answer answer = place_.sluice({"orphans", "--commands", "bin"});
  EXPECT_EQ(answer.code, 74);
  EXPECT_TRUE(holds(answer.err, {"Unable to contact slurm controller", "is the Slurm controller up?"}))
      << answer.err;
}

}  // namespace
}  // namespace sluice::tests
