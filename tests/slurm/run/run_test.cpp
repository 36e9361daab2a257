// The whole program on a real Slurm of four nodes, through sites/slurm-test.toml. The ledger says what really
// ran.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "tests/e2e/harness.h"
#include "tests/slurm/real_cluster.h"

namespace sluice::tests {
namespace {

class SlurmRun : public RealCluster {
 protected:
  void SetUp() override {
    RealCluster::SetUp();
    if (IsSkipped()) return;
    place_.environment = {std::string("SLURM_CONF=") + std::getenv("SLURM_CONF")};
    place_.write("sites/slurm-test.toml",
                 RealDisk().read(SLUICE_SOURCE_DIR "/sites/slurm-test.toml").value_or(""));
  }
  static std::vector<std::string> words() { return {"run", "w.toml", "--site", "slurm-test"}; }
  Answer run() { return place_.sluice(words()); }
  std::vector<std::string> ledger() const {
    std::vector<std::string> lines;
    std::istringstream text(place_.ledger());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  static std::string queued_jobs() { return slurm({"squeue", "--noheader", "--format=%i"}); }

  Place place_{"run"};
};

constexpr const char* one_stage = R"(
sluice = 1
name = "one"

[stage.one]
command = ["/bin/sh", "@/task.sh", "{outputs.out}"]
outputs = { out = "out" }
)";

TEST_F(SlurmRun, AFanOutGoesAsAnArrayAndItsJoinRunsOnRanksOfSeveralNodes) {
  place_.write_workflow(R"(
sluice = 1
name = "chain"

[stage.make]
command = ["/bin/sh", "-c", "echo make {i} >> @/ledger; echo {i} > {outputs.out}"]
each = { i = "1..12" }
outputs = { out = "made/{i}" }

[stage.join]
command = ["/bin/sh", "-c", "echo rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SLURMD_NODENAME >> @/ranks; if [ $OMPI_COMM_WORLD_RANK = 0 ]; then out=$0; cat \"$@\" > $out; fi", "{outputs.out}", "{inputs.all}"]
inputs = { all = "make.out" }
outputs = { out = "joined" }
resources = { ranks = 6, cpus = 6 }
)");
  const Answer answer = run();
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(place_.read("joined"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
  EXPECT_EQ(ledger().size(), 12U);
  std::istringstream ranks(place_.read("ranks"));
  std::set<std::string> numbers, nodes;
  for (std::string rank, number, of, size, on, node; ranks >> rank >> number >> of >> size >> on >> node;) {
    numbers.insert(number);
    nodes.insert(node);
    EXPECT_EQ(size, "6");
  }
  EXPECT_EQ(numbers.size(), 6U);
  EXPECT_GT(nodes.size(), 1U) << place_.read("ranks");
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(ledger().size(), 12U) << "nothing was left to do";
}

TEST_F(SlurmRun, OutOfMemoryAndTimeOutEscalateWithinTheirCaps) {
  place_.write_workflow(R"(
sluice = 1
name = "hungry"

[stage.large]
command = ["/bin/sh", "-c", "echo large >> @/ledger; head -c 250000000 /dev/zero | tail -c 250000000 | wc -c > {outputs.out}"]
outputs = { out = "large" }
resources = { memory = "100 MB" }
retry = { attempts = 3, memory = "x5 on out-of-memory" }

[stage.slow]
command = ["/bin/sh", "-c", "echo slow >> @/ledger; sleep 3; echo 1 > {outputs.out}"]
outputs = { out = "slow" }
resources = { time = "1 s" }
retry = { attempts = 3, time = "x20 on timeout" }

[stage.endless]
command = ["/bin/sh", "-c", "echo endless >> @/ledger; sleep 1000"]
resources = { time = "1 s" }
retry = { attempts = 2, time = "x1.5 on timeout" }
)");
  const Answer answer = run();
  EXPECT_EQ(answer.code, 1);
  EXPECT_EQ(place_.read("large"), "250000000\n") << answer.err;
  EXPECT_EQ(place_.read("slow"), "1\n") << answer.err;
  EXPECT_EQ(place_.ran("large"), 2);
  EXPECT_EQ(place_.ran("slow"), 2);
  EXPECT_EQ(place_.ran("endless"), 2);
  EXPECT_TRUE(holds(answer.err, {"it ran out of memory"})) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"it ran into its time limit"})) << answer.err;
}

TEST_F(SlurmRun, AScancelByAPersonStopsThatTaskForGood) {
  place_.write("task.sh", "echo ran >> @/ledger; exec sleep 1000\n");
  place_.write_workflow(std::string(one_stage) + "retry = { attempts = 5 }\n");
  const auto driver = place_.start(words());
  ASSERT_TRUE(place_.eventually_ran("ran"));
  slurm({"scancel", queued_jobs()});
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"one stopped: cancelled outside the engine"})) << answer.err;
  EXPECT_EQ(place_.ran("ran"), 1);
}

TEST_F(SlurmRun, ANodeThatFailsCostsNoTryAndIsAvoided) {
  place_.write(
      "task.sh",
      "echo $SLURMD_NODENAME >> @/ledger; [ $(wc -l < @/ledger) -gt 1 ] || exec sleep 1000; echo 1 > $1\n");
  place_.write_workflow(std::string(one_stage) + "[executor.slurm]\npass_env = [\"SLURMD_NODENAME\"]\n");
  const auto driver = place_.start(words());
  ASSERT_TRUE(eventually([&] { return !ledger().empty(); }));
  slurm({"scontrol", "update", "nodename=" + ledger().front(), "state=down", "reason=test"});
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  ASSERT_EQ(ledger().size(), 2U);
  EXPECT_NE(ledger()[0], ledger()[1]);
}

TEST_F(SlurmRun, CtrlCLeavesJobsToThemselvesAndTheNextRunFindsThem) {
  place_.write("task.sh", "echo ran >> @/ledger; until [ -e @/go ]; do sleep 0.05; done; echo 1 > $1\n");
  place_.write_workflow(one_stage);
  const auto driver = place_.start(words());
  ASSERT_TRUE(place_.eventually_ran("ran"));
  driver->signal(SIGINT);
  const Answer stopped = driver->wait();
  EXPECT_EQ(stopped.code, 75);
  EXPECT_TRUE(holds(stopped.err, {"stopped; what was submitted goes on"})) << stopped.err;
  EXPECT_NE(queued_jobs(), "");
  place_.go();
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(place_.ran("ran"), 1);
}

/// Long enough that jobs are queued, running and ending at once whenever it is interrupted.
constexpr const char* many_tasks = R"(
sluice = 1
name = "many"

[stage.make]
command = ["/bin/sh", "-c", "echo make {i} >> @/ledger; sleep 0.{i}; echo {i} > {outputs.out}"]
each = { i = "1..30" }
outputs = { out = "made/{i}" }

[stage.next]
command = ["/bin/sh", "-c", "echo next {i} >> @/ledger; cat {inputs.in} > {outputs.out}"]
each = "make"
inputs = { in = "make.out" }
outputs = { out = "next/{i}" }

[stage.join]
command = ["/bin/sh", "-c", "echo join >> @/ledger; out=$0; cat \"$@\" > $out", "{outputs.out}", "{inputs.all}"]
inputs = { all = "next.out" }
outputs = { out = "joined" }
)";

TEST_F(SlurmRun, ADriverKilledAtTwelveInstantsLosesNothingAndRunsNothingTwice) {
  place_.write_workflow(many_tasks);
  for (const int instant_ms : {20, 60, 120, 250, 400, 550, 700, 900, 1200, 1500, 2000, 2500}) {
    const auto driver = place_.start(words());
    ::usleep(static_cast<useconds_t>(instant_ms) * 1000);
    driver->signal(SIGKILL);
    driver->wait();
  }
  const Answer answer = run();
  ASSERT_EQ(answer.code, 0) << answer.err;
  const auto lines = ledger();
  EXPECT_EQ(lines.size(), 61U) << place_.ledger();
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 61U) << place_.ledger();
  EXPECT_EQ(queued_jobs(), "");
}

}  // namespace
}  // namespace sluice::tests
