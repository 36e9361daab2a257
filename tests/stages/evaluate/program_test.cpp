// sluice-evaluate as a whole program: a network and a dataset in, metrics and a page out.
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "tests/stages/evaluate/tiny/dataset.h"
#include "tests/support/temporary_folder.h"

namespace sluice::evaluate {
namespace {

using tests::DatasetOptions;

class Evaluate : public testing::Test {
 protected:
  void SetUp() override { network("identity"); }
  void network(const std::string& kind) {
    ASSERT_EQ(
        RealProcesses()
            .capture({SLUICE_BIN_DIR "/tests/tiny-evaluation", "network", folder / "model.onnx", kind}, 60)
            ->exit_code,
        0);
  }
  void dataset(const DatasetOptions& options) {
    const auto written = tests::write_dataset(folder / "dataset", options);
    ASSERT_TRUE(written.ok()) << to_string(written.error());
  }
  std::vector<std::string> argv(const std::vector<std::string>& flags) const {
    std::vector<std::string> words = {SLUICE_BIN_DIR "/sluice-evaluate",
                                      "--input.model",
                                      folder / "model.onnx",
                                      "--input.dataset",
                                      folder / "dataset",
                                      "--output.metrics",
                                      folder / "metrics.json"};
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  }
  Captured run(const std::vector<std::string>& flags = {}) {
    return *RealProcesses().capture(argv(flags), 120);
  }
  std::string metrics_text() { return *RealDisk().read(folder / "metrics.json"); }
  /// A member far inside, by its path: "jets/to_truth/ours".
  json::value metric(const std::string& path) {
    return json::value(parse_json(metrics_text(), "metrics")->at_pointer("/" + path));
  }
  double value(const std::string& path) { return metric(path + "/value").to_number<double>(); }
  double error(const std::string& path) { return metric(path + "/error").to_number<double>(); }

  sluice::tests::TemporaryFolder folder;
};

TEST_F(Evaluate, SeesThatTheBetterMomentaMakeTheBetterJets) {
  dataset({.events = 1500});
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(metric("events"), 1500);
  EXPECT_EQ(metric("split"), "test");
  const std::string ratio = "summary/jet_response_iqr_over_median";
  EXPECT_LT(value(ratio) + 5 * error(ratio), 0.7);
  EXPECT_LT(value("summary/met_residual_iqr") + 5 * error("summary/met_residual_iqr"), 0.7);
  EXPECT_NEAR(value("jets/to_truth/ours/inclusive/response/median"), 1, 0.01);
  EXPECT_NEAR(value("jets/to_truth/target/inclusive/response/median"), 1, 0.001);
  EXPECT_GT(value("jets/to_truth/ours/inclusive/matched"), 0.98);
  // Directions are exact here, so every particle is found.
  EXPECT_EQ(value("particles/ours/photon/inclusive/efficiency"), 1);
  EXPECT_EQ(value("particles/ours/photon/inclusive/fake_rate"), 0);
  EXPECT_EQ(value("multiplicity/ours/charged_hadron/over_target"), 1);
  EXPECT_TRUE(metric("particles/ours/muon/inclusive/efficiency").is_null());
  EXPECT_EQ(metric("elements_confusion/ours/1/3"), 0);
}

TEST_F(Evaluate, GivesTheSameBytesWithAnyThreadsBatchesAndOrderOfEvents) {
  dataset({.events = 300});
  ASSERT_EQ(run({"--threads", "1"}).exit_code, 0);
  const std::string bytes = metrics_text();
  ASSERT_EQ(run({"--threads", "4"}).exit_code, 0);
  EXPECT_EQ(metrics_text(), bytes);
  ASSERT_EQ(run({"--threads", "3", "--batch_elements", "50"}).exit_code, 0);
  EXPECT_EQ(metrics_text(), bytes);
  dataset({.events = 300, .backwards = true});
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(metrics_text(), bytes);
}

TEST_F(Evaluate, DrawsAPageThatNeedsNothingElse) {
  dataset({.events = 400});
  const Captured ran =
      run({"--output.report", folder / "report", "--output.timings", folder / "timings.json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const std::string page = *RealDisk().read(folder / "report/report.html");
  for (const char* expected :
       {"Jet resolution", "Missing ", "Efficiency: photon", "events a second", "ours / baseline"})
    EXPECT_NE(page.find(expected), std::string::npos) << expected;
  EXPECT_EQ(page.find("src="), std::string::npos);
  EXPECT_EQ(page.find("color=\"black\""), std::string::npos);  // unreadable on a dark page
  EXPECT_TRUE(RealDisk().stat(folder / "report/figures/jet_resolution_pt.svg")->exists());
  EXPECT_FALSE(RealDisk().stat(folder / "report/figures/figures.gnuplot")->exists());
  const auto timings = parse_json(*RealDisk().read(folder / "timings.json"), "timings");
  EXPECT_EQ(timings->at_pointer("/events"), 400);
  std::int64_t events = 0;
  for (const auto& row : timings->at_pointer("/by_length").as_array())
    events += row.at_pointer("/events").to_number<std::int64_t>();
  EXPECT_EQ(events, 400);
}

TEST_F(Evaluate, WithoutTimingsThePageIsReproducible) {
  dataset({.events = 60});
  ASSERT_EQ(run({"--output.report", folder / "a"}).exit_code, 0);
  ASSERT_EQ(run({"--output.report", folder / "b"}).exit_code, 0);
  RealDisk disk;
  EXPECT_EQ(digest(disk, folder / "a")->hash, digest(disk, folder / "b")->hash);
}

TEST_F(Evaluate, EventsOfNoneOrOneElementAreEventsToo) {
  dataset({.events = 30, .length = [](std::uint64_t event) { return event % 2; }});
  const Captured ran = run({"--output.report", folder / "report"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(metric("events"), 30);
  EXPECT_TRUE(metric("summary/jet_response_iqr_over_median").is_null() ||
              value("summary/jet_response_iqr_over_median") > 0);
  dataset({.events = 3, .length = [](std::uint64_t) { return 0; }});
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(metric("events"), 3);
}

TEST_F(Evaluate, HitsHaveNoBaselineOfTheirOwn) {
  network("hits");
  dataset({.events = 40, .elements = events::Elements::hits});
  const Captured ran = run({"--output.report", folder / "report"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(metric("elements_confusion/baseline/3/3"), 0);
  EXPECT_GT(metric("elements_confusion/ours/3/3").to_number<int>(), 0);
  EXPECT_EQ(value("particles/baseline/photon/inclusive/efficiency"), 1);
}

TEST_F(Evaluate, LeavesOutEventsWithFeaturesThatAreNoNumbers) {
  DatasetOptions options{.events = 50};
  options.spoil = [](std::uint64_t event, std::vector<float>& features) {
    if (event == 7 || event == 9) features[3] = std::numeric_limits<float>::quiet_NaN();
  };
  dataset(options);
  const Captured ran = run();
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(metric("events"), 48);
  EXPECT_EQ(metric("skipped/a feature is no number"), 2);
  EXPECT_NE(ran.err.find("a feature is no number"), std::string::npos) << ran.err;
  EXPECT_EQ(run({"--strict"}).exit_code, 65);
}

TEST_F(Evaluate, OfANetworkThatGivesNoNumbersSaysSo) {
  dataset({.events = 5});
  network("nan");
  Captured ran = run();
  EXPECT_EQ(ran.exit_code, 65);
  EXPECT_NE(ran.err.find("not one event could be used: skipped 5: 5 x the network gives what is no number"),
            std::string::npos)
      << ran.err;
  network("unknown-class");
  ran = run();
  EXPECT_EQ(ran.exit_code, 65);
  EXPECT_NE(ran.err.find("5 x the network names an unknown class"), std::string::npos) << ran.err;
  EXPECT_FALSE(RealDisk().stat(folder / "metrics.json")->exists());
}

TEST_F(Evaluate, AnEmptySplitIsAnError) {
  dataset({.events = 0});
  const Captured ran = run();
  EXPECT_EQ(ran.exit_code, 65);
  EXPECT_EQ(ran.err, "sluice-evaluate: " + (folder / "dataset/test.h5") +
                         ": this split has no events\n  give it a larger share when the dataset is made: "
                         "sluice-preprocess --test 0.2\n");
}

TEST_F(Evaluate, ANetworkForOtherElementsIsAnError) {
  dataset({.events = 5});
  network("hits");
  const Captured ran = run();
  EXPECT_EQ(ran.exit_code, 65);
  EXPECT_NE(ran.err.find("the network was trained with other features than this dataset has"),
            std::string::npos)
      << ran.err;
}

TEST_F(Evaluate, ASplitThatIsNotThereIsAnError) {
  dataset({.events = 5});
  const Captured ran = run({"--split", "validation"});
  EXPECT_NE(ran.exit_code, 0);
  EXPECT_NE(ran.err.find("validation.h5"), std::string::npos) << ran.err;
}

TEST_F(Evaluate, EdgesOfBinsHaveToAscend) {
  dataset({.events = 5});
  const Captured ran = run({"--jet_pt_edges", "10", "5"});
  EXPECT_EQ(ran.exit_code, 64);
  EXPECT_NE(ran.err.find("--jet_pt_edges: edges of bins have to ascend, and be two at least"),
            std::string::npos)
      << ran.err;
}

TEST_F(Evaluate, OntoAFullDiskSaysSoAndLeavesNothing) {
  dataset({.events = 100});
  std::vector<std::string> words = {"/bin/bash", "-c", "trap '' XFSZ; ulimit -f 20; exec \"$@\"", "-"};
  for (const std::string& word : argv({"--output.report", folder / "report"})) words.push_back(word);
  const Captured ran = *RealProcesses().capture(words, 60);
  EXPECT_EQ(ran.exit_code, 74) << ran.err;
  EXPECT_FALSE(RealDisk().stat(folder / "metrics.json")->exists());
  EXPECT_FALSE(RealDisk().stat(folder / "report")->exists());
  const auto entries = RealDisk().list(folder.path());
  for (const FolderEntry& entry : *entries)
    EXPECT_EQ(entry.name.find(".part-"), std::string::npos) << entry.name;
}

TEST_F(Evaluate, WithoutGnuplotThereAreStillMetrics) {
  dataset({.events = 20});
  std::vector<std::string> words = {"/usr/bin/env", "PATH=/nonexistent"};
  for (const std::string& word : argv({})) words.push_back(word);
  EXPECT_EQ(RealProcesses().capture(words, 60)->exit_code, 0);
  words.insert(words.end(), {"--output.report", folder / "report"});
  const Captured ran = *RealProcesses().capture(words, 60);
  EXPECT_EQ(ran.exit_code, 74);
  EXPECT_NE(ran.err.find("install it (gnuplot-nox), or leave the report out"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace sluice::evaluate
