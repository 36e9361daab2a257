// sluice-train as a person and the engine start it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/stages/train/memory_source.h"
#include "tests/stages/train/toy/run_program.h"

namespace sluice::train::testing {

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Program : public ::testing::Test {
 protected:
  Program() { EXPECT_TRUE(toy::write_dataset(path("data"), 40, 10, 1, {1, 20, false})); }
  std::string path(const std::string& name) const { return scratch_.path + "/" + name; }
  std::string data() const { return "--input.dataset " + path("data") + " "; }
  Scratch scratch_;
};

TEST_F(Program, TheSameTrainingGivesTheSameBytes) {
  for (const char* model : {"a", "b"})
    ASSERT_EQ(run_program(small_train(data() + "--epochs 2 --output.model " + path(model))).exit_code, 0);
  for (const char* file :
       {"weights.h5", "model.toml", "normalisation.json", "reference.h5", "training.toml", "history.jsonl"}) {
    EXPECT_FALSE(text_of(path("a/") + file).empty()) << file;
    EXPECT_EQ(text_of(path("a/") + file), text_of(path("b/") + file)) << file;
  }
}

TEST_F(Program, SettingsFromAFileReplaceDefaultsAndGiveWayToTheCommandLine) {
  std::ofstream(path("best.toml")) << "[parameters]\nwidth = 8\nweight-decay = 0.5\noptimizer = \"sgd\"\n";
  const auto run = run_program(small_train(data() + "--epochs 1 --weight_decay 0.25 --input.config " +
                                           path("best.toml") + " --output.model " + path("m")));
  ASSERT_EQ(run.exit_code, 0) << run.said;
  EXPECT_NE(text_of(path("m/model.toml")).find("\nwidth = 16\n"), std::string::npos);
  EXPECT_NE(text_of(path("m/training.toml")).find("\noptimizer = \"sgd\"\n"), std::string::npos);
  EXPECT_NE(text_of(path("m/training.toml")).find("\nweight_decay = 0.25\n"), std::string::npos);
}

TEST_F(Program, AWrongSettingInAFileIsWrongEvenWhereTheCommandLineWins) {
  std::ofstream(path("best.toml")) << "width = \"wide\"\n";
  const auto run = run_program(small_train(data() + "--epochs 1 --input.config " + path("best.toml") +
                                           " --output.model " + path("m")));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_NE(run.said.find("'width' has to be an integer from 4 to 8192"), std::string::npos) << run.said;
}

TEST_F(Program, SomeEventsAreSpreadOverAll) {
  const auto run = run_program(small_train(
      data() + "--epochs 1 --train_events 10 --validation_events 3 --output.model " + path("some")));
  ASSERT_EQ(run.exit_code, 0) << run.said;
  ASSERT_EQ(run_program(small_train(data() + "--epochs 1 --output.model " + path("all"))).exit_code, 0);
  EXPECT_NE(text_of(path("some/history.jsonl")), text_of(path("all/history.jsonl")));
  EXPECT_NE(text_of(path("some/training.toml")).find("\ntrain_events = 10\nvalidation_events = 3\n"),
            std::string::npos);
}

TEST_F(Program, AWrongSettingInAFileIsShown) {
  std::ofstream(path("best.toml")) << "widht = 8\n";
  const auto run = run_program("cd " + scratch_.path + " && " +
                               small_train("--input.dataset data --input.config best.toml --output.model m"));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_NE(run.said.find("best.toml:1:1: error: unknown setting 'widht'"), std::string::npos) << run.said;
  EXPECT_NE(run.said.find("did you mean 'width'?"), std::string::npos) << run.said;
}

TEST_F(Program, ADatasetOfOtherElementsIsRefused) {
  ASSERT_TRUE(toy::write_dataset(path("hits"), 10, 5, 1, {1, 20, true}));
  const auto run =
      run_program(small_train("--input.dataset " + path("hits") + " --output.model " + path("m")));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_EQ(run.said,
            "sluice-train: " + path("hits") +
                ": this dataset has hits of 12 features, but the network is for tracks and clusters of 17\n"
                "  train with --elements hit\n");
  const auto with_hits = run_program(small_train("--input.dataset " + path("hits") +
                                                 " --elements hit --epochs 1 --output.model " + path("m")));
  EXPECT_EQ(with_hits.exit_code, 0) << with_hits.said;
}

TEST_F(Program, AnEmptySplitIsRefused) {
  ASSERT_TRUE(toy::write_dataset(path("empty"), 5, 0, 1, {1, 20, false}));
  const auto run =
      run_program(small_train("--input.dataset " + path("empty") + " --output.model " + path("m")));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_EQ(run.said, "sluice-train: " + path("empty") +
                          ": the split 'validation' of this dataset has no events\n"
                          "  make the dataset again with more events, or with other shares\n");
}

TEST_F(Program, BadEventsAreCountedAndStrictStopsAtTheFirst) {
  std::vector<toy::Event> events;
  for (std::uint64_t i = 0; i < 9; ++i) events.push_back(toy::make_event(1, i, {2, 9, false}));
  const auto good = events;
  events[3].features[2] = std::nanf("");
  ASSERT_TRUE(toy::write_dataset(path("bad"), events, good, false));
  const std::string arguments = "--input.dataset " + path("bad") + " --epochs 1 --output.model " + path("m");
  const auto run = run_program(small_train(arguments));
  EXPECT_EQ(run.exit_code, 0) << run.said;
  EXPECT_NE(run.said.find("skipped 1: 1 x a feature is no finite number (first: " + path("bad") +
                          ": train event 3)"),
            std::string::npos)
      << run.said;
  EXPECT_EQ(run_program(small_train(arguments + "2 --strict")).exit_code, 65);
}

TEST_F(Program, ADivergingTrainingIsATypedFailure) {
  const auto run = run_program(small_train(
      data() + "--optimizer sgd --lr 1e6 --schedule constant --epochs 3 --output.model " + path("m")));
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_NE(run.said.find(" is not finite in step "), std::string::npos) << run.said;
  EXPECT_FALSE(std::filesystem::exists(path("m")));
}

TEST_F(Program, WithoutAPlaceForTheModelItAsks) {
  const auto run = run_program(small_train(data()));
  EXPECT_EQ(run.exit_code, 64);
  EXPECT_NE(run.said.find("--output.model: where shall the model go?"), std::string::npos) << run.said;
}

TEST_F(Program, StoppedAndStartedAgainItGivesTheSameModel) {
  ASSERT_EQ(run_program(small_train(data() + "--epochs 60 --output.model " + path("straight"))).exit_code, 0);
  const std::string again =
      small_train(data() + "--epochs 60 --state " + path("state") + " --output.model " + path("m"));
  const auto first = run_program(until_it_says("\"epoch\":2,", again, path("log")));
  const auto second = run_program(again);
  EXPECT_EQ(first.exit_code, 75) << first.said;
  ASSERT_EQ(second.exit_code, 0) << second.said;
  EXPECT_EQ(text_of(path("m/weights.h5")), text_of(path("straight/weights.h5")));
}

}  // namespace

}  // namespace sluice::train::testing
