// A stage that stops at a checkpoint goes on from there, and its results are those of an uninterrupted run.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

constexpr const char* hello = R"(sluice = 1
name = "hello"
[params]
muons = 20_000_000
[stage.decay]
program = "sluice-hello-decay"
each = { shard = "1..2" }
args = { absorber = "carbon", muons = "{muons}", seed = "{shard}", gate = 20.0 }
outputs = { decays = "decays/{shard}.csv" }
[stage.fit]
program = "sluice-hello-fit"
inputs = { decays = "decay.decays" }
outputs = { result = "fit.json", plot = "fit.svg" }
)";

/// A program that has just been started has no handler yet and would die of the signal.
bool catches(pid_t pid, int signal) {
  const auto status = RealDisk().read("/proc/" + std::to_string(pid) + "/status");
  const auto mask = status ? status->find("SigCgt:") : std::string::npos;
  return mask != std::string::npos &&
         ((std::strtoull(status->c_str() + mask + 7, nullptr, 16) >> (signal - 1)) & 1U) != 0;
}

TEST(Checkpoint, AnInterruptedStageGoesOnAndItsResultsAreTheSame) {
  Place plain;
  plain.write_workflow(hello);
  ASSERT_EQ(plain.sluice({"run", "w.toml"}).code, 0);

  Place place;
  place.write_workflow(hello);
  auto driver = place.start({"run", "w.toml", "-j", "2"});
  int asked = 0;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(eventually([&] { return !place.tasks_at_work().empty(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    for (const pid_t task : place.tasks_at_work())
      if (catches(task, SIGUSR2)) asked += ::kill(task, SIGUSR2) == 0 ? 1 : 0;
  }
  const Answer answer = driver->wait();
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_GT(asked, 0);
  EXPECT_TRUE(holds(answer.err, {"stopped at a checkpoint; trying again\n", "fit done"})) << answer.err;
  for (const std::string output : {"decays/1.csv", "decays/2.csv", "fit.json", "fit.svg"})
    EXPECT_TRUE(place.read(output) == plain.read(output)) << output;
}

TEST(Checkpoint, CtrlCTwiceKeepsTheStateForTheNextRun) {
  Place place;
  place.write_workflow(hello);
  auto driver = place.start({"run", "w.toml", "-j", "2"});
  ASSERT_TRUE(eventually([&] { return place.tasks_at_work().size() == 2; }));
  driver->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return driver->err().find("stopping") != std::string::npos; }));
  driver->signal(SIGINT);
  EXPECT_EQ(driver->wait().code, 130);
  EXPECT_TRUE(place.tasks_at_work().empty());
  EXPECT_FALSE(place.list(".sluice/state/decay/shard=1").empty());
  const Answer answer = place.sluice({"run"});
  EXPECT_EQ(answer.code, 0) << answer.err;
}

TEST(Checkpoint, MoreOfTheSameGoesOnWhereItWas) {
  Place place;
  place.write_workflow(hello);
  ASSERT_EQ(place.sluice({"run", "w.toml", "--set", "muons=100000"}).code, 0);
  const auto states = place.list(".sluice/state/decay/shard=1");
  ASSERT_EQ(place.sluice({"run", "w.toml", "--set", "muons=200000"}).code, 0);
  EXPECT_EQ(place.list(".sluice/state/decay/shard=1"), states) << "the number of muons only extends the work";
  Place plain;
  plain.write_workflow(hello);
  ASSERT_EQ(plain.sluice({"run", "w.toml", "--set", "muons=200000"}).code, 0);
  EXPECT_TRUE(place.read("decays/1.csv") == plain.read("decays/1.csv"));
}

}  // namespace
}  // namespace sluice::tests
