// sluice-train as a trial of a sweep: the files of docs/trial-protocol.md.
#include <gtest/gtest.h>

#include <chrono>

#include "engine/base/disk.h"
#include "engine/handoff/report.h"
#include "engine/handoff/request.h"
#include "stages/train/trial.h"
#include "tests/stages/train/memory_source.h"
#include "tests/stages/train/toy/run_program.h"

namespace sluice::train::testing {

namespace {

class TrialRun : public ::testing::Test {
 protected:
  TrialRun() {
    EXPECT_TRUE(toy::write_dataset(path("data"), 24, 8, 1, {1, 12, false}));
    EXPECT_TRUE(disk_.make_folders(trial()));
  }
  std::string path(const std::string& name) const { return scratch_.path + "/" + name; }
  std::string trial() const { return path("trials/000/000007"); }
  void specify(json::object parameters) {
    ASSERT_TRUE(handoff::write(disk_, trial(), handoff::Spec{7, 3, std::move(parameters)}));
  }
  void ask(int run, std::int64_t until) {
    ASSERT_TRUE(handoff::write(disk_, trial(), handoff::RunRequest{{7, run}, until, {}}));
  }
  ProgramRun train(const std::string& more = "") {
    return run_program(more +
                       small_train("--input.dataset " + path("data") + " --epochs 6 --trial " + trial()));
  }
  handoff::RunStatus status(int run) {
    const auto status = handoff::read_status(disk_, trial(), {7, run});
    EXPECT_TRUE(status) << (status ? "" : to_string(status.error()));
    return status ? *status : handoff::RunStatus();
  }
  std::vector<std::int64_t> steps(int run) {
    handoff::MeasurementReader reader(join_path(trial(), handoff::metrics_file(run)));
    std::vector<std::int64_t> all;
    const auto measurements = reader.read(disk_);
    EXPECT_TRUE(measurements);
    if (measurements)
      for (const auto& measurement : *measurements) all.push_back(measurement.step);
    return all;
  }
  Scratch scratch_;
  RealDisk disk_;
};

TEST_F(TrialRun, TrainsToItsMilestonesAndGoesOnFromThem) {
  specify({{"lr", 0.001}, {"layers", 1}});
  ask(1, 2);
  ASSERT_EQ(train().exit_code, 0);
  EXPECT_EQ(status(1).result, handoff::RunResult::milestone);
  EXPECT_EQ(status(1).step, 2);
  EXPECT_EQ(steps(1), (std::vector<std::int64_t>{1, 2}));
  EXPECT_FALSE(status(1).metrics.empty());
  ask(2, 6);
  const auto second = train();
  ASSERT_EQ(second.exit_code, 0);
  EXPECT_NE(second.said.find("going on from step 6 (epoch 3)"), std::string::npos) << second.said;
  EXPECT_EQ(steps(2), (std::vector<std::int64_t>{3, 4, 5, 6}));
  EXPECT_EQ(status(2).result, handoff::RunResult::completed);
  const auto beat = handoff::read_beat(disk_, trial(), 2);
  ASSERT_TRUE(beat);
  EXPECT_EQ(beat->step, 6);
}

TEST_F(TrialRun, GivesASignOfLifeWithinAnEpoch) {
  specify({});
  ask(1, 1);
  auto opened = Trial::open(disk_, trial());
  ASSERT_TRUE(opened);
  const std::chrono::steady_clock::time_point begin;
  const auto count_after = [&](int seconds) {
    EXPECT_TRUE(opened->beat(begin + std::chrono::seconds(seconds)));
    const auto beat = handoff::read_beat(disk_, trial(), 1);
    return beat ? beat->count : -1;
  };
  const std::int64_t first = count_after(0);
  EXPECT_GT(first, 0);
  EXPECT_EQ(count_after(29), first) << "no more than one in 30 s";
  EXPECT_EQ(count_after(30), first + 1);
  EXPECT_EQ(count_after(59), first + 1);
  ASSERT_TRUE(opened->report(1, {{"loss", 0.5}}));
  const auto reported = handoff::read_beat(disk_, trial(), 1);
  ASSERT_TRUE(reported);
  EXPECT_EQ(reported->count, first + 2);
  EXPECT_EQ(reported->step, 1);
}

TEST_F(TrialRun, ObeysOrders) {
  specify({});
  ask(1, 1);
  ASSERT_TRUE(handoff::write(disk_, trial(), handoff::Control{{7, 1}, 1, handoff::Command::run_until, 3}));
  ASSERT_EQ(train().exit_code, 0);
  EXPECT_EQ(status(1).step, 3);
  ask(2, 6);
  ASSERT_TRUE(handoff::write(disk_, trial(), handoff::Control{{7, 2}, 2, handoff::Command::stop, 0}));
  ASSERT_EQ(train().exit_code, 0);
  EXPECT_EQ(status(2).result, handoff::RunResult::stopped);
  EXPECT_EQ(status(2).step, 4);
}

TEST_F(TrialRun, DivergingIsAResult) {
  specify({{"lr", 1e6}, {"optimizer", "sgd"}, {"schedule", "constant"}});
  ask(1, 3);
  const auto run = train();
  EXPECT_EQ(run.exit_code, 0) << run.said;
  EXPECT_EQ(status(1).result, handoff::RunResult::failed);
  EXPECT_EQ(status(1).reason, "nan");
  EXPECT_NE(status(1).message.find(" is not finite in step "), std::string::npos);
}

TEST_F(TrialRun, AConfigurationThatDoesNotFitIntoMemoryIsAResult) {
  specify({{"width", 2048}, {"hidden", 16384}, {"layers", 12}});
  ask(1, 3);
  const auto run = train("ulimit -v 2500000; ");
  EXPECT_EQ(run.exit_code, 0) << run.said;
  EXPECT_EQ(status(1).result, handoff::RunResult::failed);
  EXPECT_EQ(status(1).reason, "out-of-memory");
}

TEST_F(TrialRun, AConfigurationThatMakesNoSenseIsAResult) {
  specify({{"widht", 16}});
  ask(1, 3);
  EXPECT_EQ(train().exit_code, 0);
  EXPECT_EQ(status(1).reason, "exception");
  EXPECT_EQ(status(1).message, trial() + "/spec.json: unknown setting 'widht'");
}

TEST_F(TrialRun, ARunThatNobodyAskedForIsAnError) {
  specify({});
  const auto run = train();
  EXPECT_EQ(run.exit_code, 64);
  EXPECT_NE(run.said.find("nobody has asked this trial to run"), std::string::npos) << run.said;
}

}  // namespace

}  // namespace sluice::train::testing
