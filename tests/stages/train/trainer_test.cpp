// Trainings from beginning to end, and what interrupts them.
#include "stages/train/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iomanip>
#include <map>

#include "tests/stages/train/memory_source.h"

namespace sluice::train::testing {

namespace {

/// A state folder and the checkpoints in it.
struct Kept {
  explicit Kept(const std::string& folder, std::string identity = "one")
      : state(*stage::open_state(disk, folder, {})),
        checkpoints(disk, state, std::move(identity), 2,
                    [this](const std::string& text) { said.push_back(text); }) {}
  RealDisk disk;
  stage::State state;
  std::vector<std::string> said;
  Checkpoints checkpoints;
};

Trained run(const Job& job, Checkpoints* checkpoints = nullptr, const Hooks& hooks = {}) {
  const auto alone = open_exchange();
  auto trained = train(job, *alone, checkpoints, hooks);
  EXPECT_TRUE(trained) << (trained ? "" : to_string(trained.error()));
  return trained ? *trained : Trained();
}

double last(const Trained& trained, const std::string& name) {
  for (const auto& [key, value] : trained.metrics)
    if (key == name) return value;
  return std::nan("");
}

TEST(Trainer, LearnsWhatFollowsFromTheFeatures) {
  Small small;
  small.job.config.face_radius = 0;  // these elements are in no calorimeter
  small.job.settings.schedule = "constant";
  small.job.settings.lr = 5e-3;
  small.job.epochs = small.job.until = 1;
  const double first = last(run(small.job), "val_loss");
  small.job.epochs = small.job.until = 12;
  const Trained trained = run(small.job);
  EXPECT_LT(last(trained, "val_loss"), 0.5 * first);
  EXPECT_EQ(trained.history.size(), 12U);
  EXPECT_EQ(trained.reference.size(), 4U);
}

class Resuming : public ::testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(Resuming, AtAnyStepChangesNoBit) {
  Small small;
  small.job.config.backbone = std::get<0>(GetParam());
  small.job.config.dropout = 0.1;  // random numbers, too
  small.job.settings.schedule = "plateau";
  const Trained straight = run(small.job);
  const Scratch scratch;
  Hooks stop_soon;
  int steps = 0;
  stop_soon.should_stop = [&] { return steps++ == std::get<1>(GetParam()); };
  Kept before(scratch.path);
  ASSERT_EQ(run(small.job, &before.checkpoints, stop_soon).end, Trained::End::interrupted);
  Kept after(scratch.path);
  const Trained resumed = run(small.job, &after.checkpoints);
  EXPECT_EQ(resumed.resumed_at_step, std::get<1>(GetParam()));
  EXPECT_EQ(resumed.model.weights, straight.model.weights);
  EXPECT_EQ(resumed.history, straight.history);
}

INSTANTIATE_TEST_SUITE_P(Steps, Resuming,
                         ::testing::Values(std::tuple{"attention", 1}, std::tuple{"attention", 5},
                                           std::tuple{"attention", 7}, std::tuple{"attention", 14},
                                           std::tuple{"gnn_lsh", 7}, std::tuple{"kernel", 8}));

TEST(Trainer, CuttingAStepIntoPiecesChangesNothing) {
  Small small;
  small.job.tokens = 100000;
  const Trained whole = run(small.job);
  small.job.tokens = 20;
  const Trained pieces = run(small.job);
  for (const auto& [name, weight] : whole.model.weights)
    for (std::size_t i = 0; i < weight.numbers.size(); ++i)
      ASSERT_NEAR(weight.numbers[i], pieces.model.weights.at(name).numbers[i], 1e-4) << name;
}

TEST(Trainer, GoesOnFromTheMilestone) {
  Small small;
  const Trained straight = run(small.job);
  const Scratch scratch;
  for (const int until : {1, 2, 3}) {
    Kept kept(scratch.path);
    small.job.until = until;
    const Trained part = run(small.job, &kept.checkpoints);
    EXPECT_EQ(part.epochs, until);
    if (until == 3) {
      EXPECT_EQ(part.model.weights, straight.model.weights);
    }
  }
}

TEST(Trainer, ADamagedCheckpointIsNamedAndTheOneBeforeTaken) {
  Small small;
  const Trained straight = run(small.job);
  const Scratch scratch;
  small.job.checkpoint_every_s = 0;  // after every step
  small.job.until = 2;
  {
    Kept kept(scratch.path);
    run(small.job, &kept.checkpoints);
  }
  const std::string file = scratch.path + "/checkpoint-000000010/weights.h5";
  ASSERT_TRUE(std::filesystem::exists(file));
  std::filesystem::resize_file(file, 100);
  small.job.until = 3;
  Kept kept(scratch.path);
  const Trained resumed = run(small.job, &kept.checkpoints);
  EXPECT_EQ(resumed.resumed_at_step, 9);
  EXPECT_EQ(kept.said,
            std::vector<std::string>{
                file + ": this file of a checkpoint is not as it was written: going on from the one before"});
  EXPECT_EQ(resumed.model.weights, straight.model.weights);
}

TEST(Trainer, KeepsTheLastCheckpointsOnly) {
  Small small;
  const Scratch scratch;
  small.job.checkpoint_every_s = 0;
  Kept kept(scratch.path);
  run(small.job, &kept.checkpoints);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.path))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"checkpoint-000000014", "checkpoint-000000015", "newest"}));
}

TEST(Trainer, CheckpointsOfAnotherTrainingAreLeftAlone) {
  Small small;
  const Scratch scratch;
  small.job.until = 1;
  {
    Kept kept(scratch.path, "one");
    run(small.job, &kept.checkpoints);
  }
  Kept other(scratch.path, "two");
  const Trained fresh = run(small.job, &other.checkpoints);
  EXPECT_EQ(fresh.resumed_at_step, 0);
  ASSERT_EQ(other.said.size(), 1U);
  EXPECT_EQ(other.said[0], scratch.path +
                               "/checkpoint-000000005: this checkpoint is of a training with other settings "
                               "or data: begins from the start");
}

TEST(Trainer, ADivergingTrainingSaysInWhichStep) {
  Small small;
  small.job.settings.optimizer = "sgd";
  small.job.settings.schedule = "constant";
  small.job.settings.lr = 1e6;
  const auto alone = open_exchange();
  const auto trained = train(small.job, *alone, nullptr, {});
  ASSERT_FALSE(trained);
  EXPECT_TRUE(trained.error().what.find(" is not finite ") != std::string::npos &&
              trained.error().what.find("step ") != std::string::npos)
      << trained.error().what;
  EXPECT_EQ(trained.error().hint, not_finite_hint);
}

TEST(Trainer, ADeviceThatIsNotThereIsAnError) {
  Small small;
  small.job.device = "cuda";
  const auto alone = open_exchange();
  const auto trained = train(small.job, *alone, nullptr, {});
  if (trained) GTEST_SKIP() << "there is a GPU here";
  EXPECT_EQ(trained.error().where, "--device cuda");
  EXPECT_EQ(trained.error().kind, ErrorKind::usage);
}

TEST(Trainer, EventsOfNoneAndOneElementAreEvents) {
  Small small;
  std::vector<toy::Event> all(6);  // six empty events
  for (std::uint64_t i = 0; i < 10; ++i) all.push_back(toy::make_event(3, i, {1, 1, false}));
  const MemorySource source(all);
  small.job.train = small.job.validation = &source;
  small.job.settings.batch = 3;
  EXPECT_TRUE(std::isfinite(last(run(small.job), "val_loss")));
}

TEST(Trainer, AnAllPaddingDatasetTrainsNothingAndBreaksNothing) {
  Small small;
  const MemorySource source(std::vector<toy::Event>(5));
  small.job.train = small.job.validation = &source;
  EXPECT_EQ(last(run(small.job), "loss"), 0);
}

TEST(Trainer, DefectiveEventsAreReportedAndLeftOut) {
  Small small;
  std::vector<toy::Event> all;
  for (std::uint64_t i = 0; i < 10; ++i) all.push_back(toy::make_event(3, i, {2, 9, false}));
  all[4].features[3] = std::nanf("");
  const MemorySource source(all);
  small.job.train = &source;
  small.job.until = 1;
  std::vector<std::string> told;
  Hooks hooks;
  hooks.defect = [&](const EventSource&, std::int64_t event, const std::string& reason) {
    told.push_back(std::to_string(event) + ": " + reason);
    return Status(Ok{});
  };
  EXPECT_TRUE(std::isfinite(last(run(small.job, nullptr, hooks), "loss")));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0], "4: a feature is no finite number");
}

TEST(Trainer, StopsWhenNothingIsGainedAnyMore) {
  Small small;
  small.job.settings.lr = 0;
  small.job.settings.weight_decay = 0;
  small.job.settings.patience = 2;
  small.job.epochs = small.job.until = 50;
  const Trained trained = run(small.job);
  EXPECT_EQ(trained.end, Trained::End::gave_up);
  EXPECT_EQ(trained.epochs, 3);
}

TEST(Trainer, ResultsOfAVersionNeverChange) {
  // Losses to 1e-5: the same on every processor. Others need a new results_version of sluice-train, and new
  // numbers.
  const std::map<std::string, double> golden = {
      {"attention", 7.47018022}, {"gnn_lsh", 7.75574969}, {"kernel", 7.0739147}};
  for (const auto& [backbone, loss] : golden) {
    Small small;
    small.job.config.backbone = backbone;
    EXPECT_NEAR(last(run(small.job), "val_loss") / loss, 1, 1e-5)
        << backbone << " " << std::setprecision(9) << last(run(small.job), "val_loss");
  }
}

TEST(Trainer, Bfloat16TrainsToo) {
  Small small;
  small.job.settings.precision = "bfloat16";
  for (const char* backbone : {"attention", "gnn_lsh", "kernel"}) {
    small.job.config.backbone = backbone;
    small.job.until = 1;
    EXPECT_TRUE(std::isfinite(last(run(small.job), "val_loss"))) << backbone;
  }
}

}  // namespace

}  // namespace sluice::train::testing
