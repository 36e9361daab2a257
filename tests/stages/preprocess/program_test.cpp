// sluice-preprocess as a whole program: event files in, a dataset out.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "stages/events/dataset.h"
#include "stages/events/tables.h"
#include "tests/stages/import/sample/sample.h"
#include "tests/support/temporary_folder.h"

namespace sluice::preprocess {
namespace {

using events::Dataset;
using events::Split;

constexpr std::array splits = {Split::train, Split::validation, Split::test};

class Preprocess : public testing::Test {
 protected:
  /// An event file of that many events; other seeds, other events.
  std::string make(const std::string& name, std::uint64_t seed, int events, const std::string& sample) {
    import::tests::SampleOptions options;
    options.seed = seed;
    options.events = events;
    options.particles = 12;
    options.hits_of_particle = 6;
    EXPECT_TRUE(import::tests::write_sample(folder / (name + ".root"), options).ok());
    const Captured ran = *RealProcesses().capture(
        {SLUICE_BIN_DIR "/sluice-import", "--input.events", folder / (name + ".root"), "--sample", sample,
         "--output.events", folder / (name + ".h5")},
        60);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return folder / (name + ".h5");
  }
  Captured run(const std::vector<std::string>& files, const std::string& dataset,
               const std::vector<std::string>& flags = {}) {
    std::vector<std::string> argv = {SLUICE_BIN_DIR "/sluice-preprocess", "--output.dataset",
                                     folder / dataset, "--input.events"};
    argv.insert(argv.end(), files.begin(), files.end());
    argv.insert(argv.end(), flags.begin(), flags.end());
    return *RealProcesses().capture(argv, 120);
  }
  std::map<std::uint64_t, Split> where_events_went(const std::string& dataset) {
    std::map<std::uint64_t, Split> went;
    for (const Split split : splits) {
      const auto opened = Dataset::open(folder / dataset, split);
      EXPECT_TRUE(opened.ok()) << to_string(opened.error());
      const auto id = *find_matrix(opened->file().reader().spec(), "events", "id");
      for (std::uint64_t event = 0; event < opened->events(); ++event) {
        const std::uint64_t hash =
            opened->file().rows<std::uint64_t>(id, event)[events::event::id::generator];
        EXPECT_TRUE(went.emplace(hash, split).second) << "an event is there twice";
      }
    }
    return went;
  }

  sluice::tests::TemporaryFolder folder;
};

TEST_F(Preprocess, SplitsEventsWhateverTheFilesAndTheirOrder) {
  const std::string a = make("a", 1, 60, "qq");
  const std::string b = make("b", 2, 40, "qq");
  ASSERT_EQ(run({a, b}, "ab").exit_code, 0);
  ASSERT_EQ(run({b, a}, "ba").exit_code, 0);
  ASSERT_EQ(run({b}, "b-alone").exit_code, 0);
  const auto went = where_events_went("ab");
  EXPECT_EQ(went.size(), 100U);
  std::set<Split> used;
  for (const auto& [hash, split] : went) used.insert(split);
  EXPECT_EQ(used.size(), 3U);
  for (const auto& [hash, split] : where_events_went("b-alone")) EXPECT_EQ(went.at(hash), split);
  RealDisk disk;
  EXPECT_EQ(digest(disk, folder / "ab")->hash, digest(disk, folder / "ba")->hash);
}

TEST_F(Preprocess, KeepsEveryElementWithItsTarget) {
  const std::string file = make("a", 3, 50, "qq");
  ASSERT_EQ(run({file}, "dataset").exit_code, 0);
  auto source = events::TablesReader::open(file);
  ASSERT_TRUE(source.ok() && source->read(0, 50, true).ok());
  const auto dataset = Dataset::open(folder / "dataset", Split::train);
  ASSERT_TRUE(dataset.ok()) << to_string(dataset.error());
  ASSERT_GT(dataset->events(), 20U);
  const auto id = *find_matrix(dataset->file().reader().spec(), "events", "id");
  for (std::uint64_t i = 0; i < dataset->events(); ++i) {
    const auto entry = dataset->file().rows<std::uint64_t>(id, i)[events::event::id::entry];
    const auto original = source->event(entry);
    const auto view = dataset->event(i);
    const std::size_t tracks = original.tracks.size() / events::track::columns;
    ASSERT_EQ(view.elements, tracks + original.clusters.size() / events::cluster::columns);
    for (std::size_t k = 0; k < tracks; ++k) {
      EXPECT_EQ(view.features[k * 17 + 1], original.tracks[k * events::track::columns + 1]);
      EXPECT_EQ(view.features[k * 17 + 16], 0);
    }
    EXPECT_TRUE(std::equal(original.clusters.begin(), original.clusters.end(),
                           view.features.begin() + static_cast<std::ptrdiff_t>(tracks * 17)));
    for (std::size_t k = 0; k < view.elements; ++k) {
      const std::int32_t* label = view.labels.data() + k * events::label::columns;
      const float energy = view.targets[k * events::element_target::columns + events::momentum::energy];
      if (label[events::label::of_class] == 0) {
        EXPECT_EQ(energy, 0);
      } else {
        EXPECT_EQ(energy, original.targets[static_cast<std::size_t>(label[events::label::target]) *
                                               events::target::columns +
                                           events::momentum::energy]);
      }
    }
  }
  std::uint64_t before = 0;
  for (const std::uint64_t event : dataset->by_length()) {
    EXPECT_GE(dataset->length(event), before);
    before = dataset->length(event);
  }
  EXPECT_TRUE(dataset->file().verify().ok());
}

TEST_F(Preprocess, FitsTheNormalisationOnTrainAlone) {
  const std::string file = make("a", 4, 80, "qq");
  ASSERT_EQ(run({file}, "dataset").exit_code, 0);
  const auto dataset = Dataset::open(folder / "dataset", Split::train);
  std::map<float, std::pair<double, double>> sums;
  for (std::uint64_t i = 0; i < dataset->events(); ++i) {
    const auto view = dataset->event(i);
    for (std::size_t k = 0; k < view.elements; ++k) {
      sums[view.features[k * 17]].first += 1;
      sums[view.features[k * 17]].second += static_cast<double>(view.features[k * 17 + 5]);
    }
  }
  ASSERT_EQ(dataset->info().normalisation.size(), 2U);
  for (const auto& type : dataset->info().normalisation) {
    EXPECT_EQ(static_cast<double>(type.elements), sums[type.elemtype].first);
    EXPECT_NEAR(static_cast<double>(type.mean[5]), sums[type.elemtype].second / sums[type.elemtype].first,
                1e-4);
  }
}

TEST_F(Preprocess, MakesDatasetsOfHitsToo) {
  const std::string file = make("a", 5, 30, "qq");
  ASSERT_EQ(run({file}, "dataset", {"--elements", "hits"}).exit_code, 0);
  const auto dataset = Dataset::open(folder / "dataset", Split::train);
  ASSERT_TRUE(dataset.ok()) << to_string(dataset.error());
  EXPECT_EQ(dataset->features(), 12U);
  EXPECT_EQ(dataset->event(0).elements, 72U);
  std::size_t carriers = 0;
  const auto labels = dataset->event(0).labels;
  for (std::size_t k = 0; k < labels.size(); k += events::label::columns) carriers += labels[k] != 0 ? 1 : 0;
  EXPECT_EQ(carriers, 12U);
}

TEST_F(Preprocess, LeavesDuplicatesOut) {
  const std::string file = make("a", 6, 20, "qq");
  const Captured result = run({file, file}, "dataset");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.err.find("20 x the event is there a second time"), std::string::npos) << result.err;
  EXPECT_EQ(where_events_went("dataset").size(), 20U);
}

TEST_F(Preprocess, WeighsSamples) {
  ASSERT_EQ(run({make("a", 7, 60, "qq"), make("b", 8, 20, "ttbar")}, "dataset").exit_code, 0);
  std::map<float, int> counts;
  for (const Split split : splits) {
    const auto dataset = Dataset::open(folder / "dataset", split);
    for (std::uint64_t i = 0; i < dataset->events(); ++i) ++counts[dataset->event(i).weight];
  }
  EXPECT_EQ(counts, (std::map<float, int>{{80.0F / 120, 60}, {2.0F, 20}}));
}

TEST_F(Preprocess, ReportsItsGates) {
  const std::string file = make("a", 9, 60, "qq");
  ASSERT_EQ(run({file}, "dataset", {"--output.report", folder / "report"}).exit_code, 0);
  const auto json = parse_json(*RealDisk().read(folder / "report/report.json"), "report.json");
  ASSERT_TRUE(json.ok());
  std::map<std::string, std::string> verdicts;
  for (const json::value& gate : *json_array(json->get_object(), "gates"))
    verdicts[*json_string(gate.get_object(), "name")] = *json_string(gate.get_object(), "verdict");
  EXPECT_EQ(verdicts.size(), 24U);
  for (const char* name : {"S1", "S4", "B1", "H1", "H4", "T2", "T3", "T4a", "T4b", "R1"})
    EXPECT_EQ(verdicts[name], "pass") << name;
  EXPECT_EQ(verdicts["H3"], "skip");  // there are no tracker hits
  EXPECT_EQ(verdicts["H2"], "warn");
  const std::string page = *RealDisk().read(folder / "report/report.html");
  EXPECT_NE(page.find("<td class='pass'>pass</td>"), std::string::npos);
  EXPECT_NE(page.find("<figure><svg"), std::string::npos);
}

TEST_F(Preprocess, StrictlyRefusesWhatFailsAGate) {
  const std::string file = make("none", 1, 0, "qq");
  EXPECT_EQ(run({file}, "loose").exit_code, 0);
  const Captured strict = run({file}, "strict", {"--strict"});
  EXPECT_EQ(strict.exit_code, 65);
  EXPECT_EQ(strict.err,
            "sluice-preprocess: the dataset is not fit for training:\n"
            "  S1: one event or more (0 events)\n"
            "  without --strict it is made all the same, with a report\n");
  EXPECT_FALSE(RealDisk().stat(folder / "strict")->exists());
}

TEST_F(Preprocess, RefusesWhatLeavesNothingToTrainOn) {
  const std::string file = make("a", 1, 5, "qq");
  const Captured result = run({file}, "dataset", {"--validation", "0.5", "--test", "0.5"});
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_EQ(result.err,
            "sluice-preprocess: --validation, --test: nothing would be left to train on\n"
            "  their sum must be below 1\nsluice-preprocess --help says more\n");
}

TEST_F(Preprocess, RefusesOtherFiles) {
  const Captured result = run({SLUICE_SOURCE_DIR "/README.md"}, "dataset");
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_NE(result.err.find("this is no event file"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace sluice::preprocess
