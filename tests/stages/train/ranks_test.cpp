// Several ranks learn what one does, and none of them waits for a dead one.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/base/disk.h"
#include "stages/model/store/model_folder.h"
#include "tests/stages/train/memory_source.h"
#include "tests/stages/train/toy/run_program.h"
#include "tests/support/child_process.h"

namespace sluice::train::testing {

namespace {

const char* const mpirun = "/usr/bin/mpirun";

std::string ranks(int count) {
  return std::string(mpirun) + " --allow-run-as-root --oversubscribe -n " + std::to_string(count) + " ";
}

model::Weights weights_of(const std::string& folder) {
  RealDisk disk;
  const auto model = model::read_model(disk, folder);
  EXPECT_TRUE(model) << (model ? "" : to_string(model.error()));
  return model ? model->weights : model::Weights();
}

/// Processes whose parent is this one.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    const auto after = text.rfind(')');
    if (after == std::string::npos) continue;
    char state = 0;
    long ppid = 0;
    if (std::sscanf(text.c_str() + after + 1, " %c %ld", &state, &ppid) == 2 && ppid == parent)
      found.push_back(std::stoi(name));
  }
  return found;
}

class Ranks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(mpirun)) GTEST_SKIP() << "no mpirun here";
    ASSERT_TRUE(toy::write_dataset(path("data"), 40, 10, 1, {1, 20, false}));
  }
  std::string path(const std::string& name) const { return scratch_.path + "/" + name; }
  std::string train(const std::string& arguments) const {
    return small_train("--input.dataset " + path("data") + " --lr 0.001 " + arguments);
  }
  Scratch scratch_;
};

TEST_F(Ranks, TwoLearnWhatOneDoes) {
  // 5 steps an epoch: 50 steps.
  ASSERT_EQ(run_program(train("--epochs 10 --output.model " + path("one"))).exit_code, 0);
  const auto two = run_program(ranks(2) + train("--epochs 10 --output.model " + path("two")));
  ASSERT_EQ(two.exit_code, 0) << two.said;
  const auto one = weights_of(path("one"));
  const auto both = weights_of(path("two"));
  for (const auto& [name, weight] : one)
    for (std::size_t i = 0; i < weight.numbers.size(); ++i)
      ASSERT_NEAR(weight.numbers[i], both.at(name).numbers[i], 1e-5) << name;
}

TEST_F(Ranks, WhenOneDiesAllStopAndTheCheckpointIsWhole) {
  const std::string arguments = train("--epochs 100000 --checkpoint_every 0s --state " + path("state") +
                                      " --output.model " + path("m"));
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "OMP_WAIT_POLICY=passive",
                                          "HOME=" + scratch_.path};
  tests::ChildProcess launcher(
      {"/bin/sh", "-c",
       "echo $$ > " + path("pid") + "; exec " + ranks(2) + arguments + " > " + path("said") + " 2>&1"},
      environment);
  ASSERT_TRUE(tests::eventually([&] { return std::filesystem::exists(path("state/newest")); }));
  pid_t parent = 0;
  std::ifstream(path("pid")) >> parent;
  const auto all = children_of(parent);
  ASSERT_EQ(all.size(), 2U);
  ASSERT_EQ(::kill(all[1], SIGKILL), 0);
  EXPECT_EQ(launcher.wait(), 137);  // killed: that is what the launcher tells the engine
  for (const pid_t pid : all) EXPECT_TRUE(tests::eventually([&] { return ::kill(pid, 0) != 0; }));
  // Whatever was under way, a whole checkpoint is there: another milestone goes on from it.
  const auto resumed = run_program(until_it_says("\"epoch\":", arguments, path("log")));
  EXPECT_EQ(resumed.exit_code, 75) << resumed.said;
  EXPECT_NE(resumed.said.find("going on from step "), std::string::npos) << resumed.said;
}

TEST_F(Ranks, AnErrorOfOneEndsAll) {
  std::vector<toy::Event> events;
  for (std::uint64_t i = 0; i < 16; ++i) events.push_back(toy::make_event(1, i, {2, 9, false}));
  const auto good = events;
  events[3].features[2] = std::nanf("");  // only the rank that gets this event sees it
  ASSERT_TRUE(toy::write_dataset(path("bad"), events, good, false));
  const auto run = run_program(ranks(2) + small_train("--strict --input.dataset " + path("bad") +
                                                      " --epochs 2 --output.model " + path("m")));
  EXPECT_EQ(run.exit_code, 65) << run.said;
  EXPECT_NE(run.said.find("a feature is no finite number"), std::string::npos) << run.said;
}

}  // namespace

}  // namespace sluice::train::testing
