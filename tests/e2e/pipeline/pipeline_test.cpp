// The whole chain, workflows/mlpf.toml as it is shipped: it runs, its report says what came out, a part of it
// runs again and nothing else, and another executor gives the same numbers. The first run is shared: the
// tests look at its folder, or change something in a copy of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

using Words = std::vector<std::string>;

const std::string workflow = SLUICE_SOURCE_DIR "/workflows/mlpf.toml";
const std::string examples = SLUICE_SOURCE_DIR "/executors/external/examples";

/// As little as gives every stage something to do.
Words with_little(Words words, const Words& more = {}) {
  for (const char* set : {"seeds=1,2", "events=20", "trials=2", "trial_events=16", "epochs=1"}) {
    words.emplace_back("--set");
    words.emplace_back(set);
  }
  words.insert(words.end(), more.begin(),
               more.end());  // a later value of a parameter replaces an earlier one
  return words;
}

class Pipeline : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place = std::make_unique<Place>();
    first = place->sluice(with_little({"run", workflow, "-j", "2"}));
  }
  static void TearDownTestSuite() { place.reset(); }
  void SetUp() override { ASSERT_EQ(first.code, 0) << first.err; }

  /// A run folder in the state after the first run, to be changed.
  static std::unique_ptr<Place> copy_of_first() {
    auto copy = std::make_unique<Place>();
    std::filesystem::copy(place->path(), copy->path(), std::filesystem::copy_options::recursive);
    return copy;
  }

  /// The tasks that would run or might have to, if this was changed.
  static std::set<std::string> would_run(Place& where, const Words& changed,
                                         const std::string& file = workflow) {
    const json::value plan = where.json(with_little({"plan", file, "--json"}, changed));
    std::set<std::string> tasks;
    for (const json::value& task : plan.at("tasks").as_array()) {
      const std::string decision(task.at("decision").as_string());
      if (decision == "run" || decision == "maybe") tasks.emplace(task.at("task").as_string());
    }
    return tasks;
  }

  /// The tasks that do run.
  static std::set<std::string> ran(Place& where, const Words& changed, const std::string& file = workflow) {
    const Answer answer = where.sluice(with_little({"run", file, "-j", "2"}, changed));
    EXPECT_EQ(answer.code, 0) << answer.err;
    std::set<std::string> tasks;  // [12/13] export done 0.7 s
    std::istringstream lines(answer.err);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find("] ");
      const std::size_t end = line.find(" done ");
      if (line.starts_with("[") && begin < end && end != std::string::npos)
        tasks.insert(line.substr(begin + 2, end - begin - 2));
    }
    return tasks;
  }

  static std::unique_ptr<Place> place;
  static Answer first;
};
std::unique_ptr<Place> Pipeline::place;
Answer Pipeline::first;

std::string first_lines(const std::string& text, int count) {
  std::istringstream lines(text);
  std::string taken;
  for (std::string line; count > 0 && std::getline(lines, line); --count) taken += line + "\n";
  return taken;
}

/// The workflow as it is shipped, but for a learning rate of the user's own. Its name in the folder.
std::string with_learning_rate(Place& where) {
  std::string text = *RealDisk().read(workflow);
  const std::string args = "args      = { heads = 4, epochs = \"{epochs}\" }";
  text.replace(text.find(args), args.size(), "args = { lr = 3e-4, heads = 4, epochs = \"{epochs}\" }");
  const std::string study = "file:studies/mlpf.toml";
  text.replace(text.find(study), study.size(), "file:" SLUICE_SOURCE_DIR "/workflows/studies/mlpf.toml");
  where.write("edited.toml", text);
  return "edited.toml";
}

TEST_F(Pipeline, MakesAMeasuredNetworkOutOfNothing) {
  for (const char* output :
       {"sim/ee_qq_380/1.root", "events/ee_ttbar_380/2.h5", "dataset/dataset.json", "validation/report.html",
        "sweep/best.toml", "model/model.toml", "mlpf.onnx", "metrics.json", "evaluation/report.html"})
    EXPECT_TRUE(place->has(output)) << output;
}

TEST_F(Pipeline, HasNothingToDoTheSecondTime) {
  EXPECT_EQ(would_run(*place, {}), std::set<std::string>());
  const Answer again = place->sluice(with_little({"run", workflow}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(holds(again.err, {"13 up to date"})) << again.err;
}

TEST_F(Pipeline, ItsReportHoldsThePagesOfTheStagesAndLeadsWithTheNumbersOfTheWorkflow) {
  const Answer answer = place->sluice({"report"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(
      holds(answer.out, {"report: ", "/sluice-report.html (", "jet resolution, network / baseline: ",
                         "missing pT resolution, network / baseline: ", "jets found by the network: "}))
      << answer.out;
  const std::string page = place->read("sluice-report.html");
  EXPECT_TRUE(holds(page, {"id=\"stage-preprocess\"", "validation/report.html", "shadowrootmode", "<svg",
                           "id=\"stage-sweep\"", "sweep/report.html", "shadowrootmode", "id=\"stage-train\"",
                           "training.html", "shadowrootmode", "<svg", "id=\"stage-evaluate\"",
                           "evaluation/report.html", "shadowrootmode", "<svg", "id=\"provenance\""}));
  const auto facts = parse_json(place->read("sluice-report.json"), "sluice-report.json");
  ASSERT_TRUE(facts) << to_string(facts.error());
  const json::value metrics = *parse_json(place->read("metrics.json"), "metrics.json");
  ASSERT_EQ(facts->at("numbers").as_array().size(), 3U);
  // A network that has seen sixteen events finds no jet that could be measured.
  const json::value& measured = metrics.at("summary").at("jet_response_iqr_over_median");
  const json::value& number = facts->at("numbers").at(0);
  if (measured.is_null())
    EXPECT_EQ(number.at("problem"), "metrics.json has no number at /summary/jet_response_iqr_over_median");
  else
    EXPECT_EQ(number.at("value"), measured.at("value"));
  for (const json::value& shown : facts->at("pages").as_array()) EXPECT_EQ(shown.at("problem"), "") << shown;
}

TEST_F(Pipeline, TheExampleExecutorInPythonGivesTheSameNumbers) {
  Place other;
  other.environment = {"SLUICE_EXECUTOR_PATH=" + examples};
  const Answer answer = other.sluice(with_little({"run", workflow, "--site", "pool"}));
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(other.read("metrics.json"), place->read("metrics.json"));
  EXPECT_EQ(other.read("sweep/trials.csv"), place->read("sweep/trials.csv"));
}

TEST_F(Pipeline, AnotherLearningRateTrainsAgainAndNothingBeforeIt) {
  const auto copy = copy_of_first();
  const std::string edited = with_learning_rate(*copy);
  const std::set<std::string> expected = {"train", "export", "evaluate"};
  EXPECT_EQ(would_run(*copy, {}, edited), expected);
  EXPECT_EQ(ran(*copy, {}, edited), expected);
  EXPECT_EQ(copy->read("sweep/best.toml"), place->read("sweep/best.toml"));
  EXPECT_TRUE(holds(copy->read("model/training.toml"), {"\nlr = 3e-04\n"}))
      << "the stage's own arguments win over what the sweep found";
  EXPECT_TRUE(copy->read("mlpf.onnx") != place->read("mlpf.onnx"));
}

TEST_F(Pipeline, AnotherSeedOfOneShardChangesOnlyWhatIsMadeOfIt) {
  const auto copy = copy_of_first();
  const std::set<std::string> expected = {"simulate[process=ee_qq_380,seed=3]",
                                          "simulate[process=ee_ttbar_380,seed=3]",
                                          "import[process=ee_qq_380,seed=3]",
                                          "import[process=ee_ttbar_380,seed=3]",
                                          "preprocess",
                                          "sweep",
                                          "train",
                                          "export",
                                          "evaluate"};
  EXPECT_EQ(would_run(*copy, {"--set", "seeds=1,3"}), expected);
  EXPECT_EQ(ran(*copy, {"--set", "seeds=1,3"}), expected);
  EXPECT_TRUE(copy->read("dataset/dataset.json") != place->read("dataset/dataset.json"));
}

TEST_F(Pipeline, AnotherBinningOnlyMeasuresAgain) {
  const auto copy = copy_of_first();
  const std::set<std::string> expected = {"evaluate"};
  EXPECT_EQ(would_run(*copy, {"--set", "jet_pt_edges=5,50,200"}), expected);
  EXPECT_EQ(ran(*copy, {"--set", "jet_pt_edges=5,50,200"}), expected);
  EXPECT_TRUE(copy->read("metrics.json") != place->read("metrics.json"));
  EXPECT_TRUE(copy->read("mlpf.onnx") == place->read("mlpf.onnx"));
}

TEST_F(Pipeline, FromExportOnIsDoneAgainOnRequest) {
  const auto copy = copy_of_first();
  EXPECT_EQ(would_run(*copy, {"--from", "export"}), (std::set<std::string>{"export", "evaluate"}));
  EXPECT_EQ(ran(*copy, {"--from", "export"}), (std::set<std::string>{"export"}))
      << "the same network gives the same file: nothing below has changed";
  EXPECT_TRUE(copy->read("mlpf.onnx") == place->read("mlpf.onnx"));
  EXPECT_TRUE(copy->read("metrics.json") == place->read("metrics.json"));
}

TEST_F(Pipeline, MoreTrialsGoOnWithTheSweep) {
  const auto copy = copy_of_first();
  EXPECT_TRUE(would_run(*copy, {"--set", "trials=3"}).contains("sweep"));
  const std::string before = copy->read("sweep/trials.csv");
  const Answer answer =
      copy->sluice(with_little({"run", workflow, "--until", "sweep"}, {"--set", "trials=3"}));
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(first_lines(copy->read("sweep/trials.csv"), 1), first_lines(before, 1));
  const std::string of_task = ".sluice/state/sweep";
  const std::string study = of_task + "/" + copy->list(of_task).at(0) + "/trials/000/";
  EXPECT_EQ(copy->list(of_task).size(), 2U) << "one study, and its fence";
  EXPECT_EQ(copy->list(study), (std::vector<std::string>{"000000", "000001", "000002"}));
  for (const char* trial : {"000000", "000001"})
    EXPECT_FALSE(copy->has(study + trial + "/run.0003.json")) << "asked for twice at most: its rungs";
}

}  // namespace
}  // namespace sluice::tests
