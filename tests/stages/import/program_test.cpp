// sluice-import as a whole program, on real files and on bad ones.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "stages/events/reader.h"
#include "stages/events/schema.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::import {
namespace {

namespace table = events::table;
using events::EventReader;
using events::MatrixId;

const std::string program = SLUICE_BIN_DIR "/sluice-import";
const std::string shared = SLUICE_SOURCE_DIR "/../shared/edm4hep/";
const std::string sample = SLUICE_SOURCE_DIR "/tests/stages/golden/sluice-import/sample/events.root";

class Import : public testing::Test {
 protected:
  Captured run(const std::string& input, const std::vector<std::string>& flags = {}) {
    std::vector<std::string> argv = {program, "--input.events", input, "--output.events", output};
    argv.insert(argv.end(), flags.begin(), flags.end());
    return *RealProcesses().capture(argv, 120);
  }
  std::string content(const std::string& path) { return RealDisk().read(path).value_or("(none)"); }

  sluice::tests::TemporaryFolder folder;
  std::string output = folder / "events.h5";
};

/// All rows of a table that the importer writes.
template <typename T>
std::vector<T> rows(const EventReader& reader, MatrixId id) {
  const auto spec = events::event_file_spec().collections[id.collection];
  const auto found = *find_matrix(reader.spec(), spec.name, spec.matrices[id.matrix].name);
  std::vector<T> values;
  EXPECT_TRUE(reader.read(found, reader.rows(found.collection, 0, reader.events()), values).ok());
  return values;
}

bool absent(const std::string& path) { return !RealDisk().stat(path)->exists(); }

TEST_F(Import, OfTheRealPhotonsOfClicGivesTheirKnownNumbers) {
  const std::string file = shared + "clic_gamma_10GeV_reco.root";
  if (absent(file)) GTEST_SKIP() << file << " is not there";
  ASSERT_EQ(run(file).exit_code, 0);
  const auto reader = EventReader::open(output);
  ASSERT_TRUE(reader.ok()) << to_string(reader.error());
  ASSERT_EQ(reader->events(), 3U);
  const auto clusters = rows<float>(*reader, table::clusters);
  const auto particles = rows<float>(*reader, table::particles);
  const auto targets = rows<float>(*reader, table::targets);
  namespace cluster = events::cluster;
  const std::array<float, 3> photon = {3.7395F, 9.9825F, 5.7647F};
  const std::array<float, 3> left = {3.7778F, 9.7469F, 5.7118F};
  const std::array<float, 3> energy = {3.7624F, 9.7838F, 5.7408F};
  const std::array<float, 3> hits = {122, 302, 157};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(clusters[i * cluster::columns + cluster::energy], energy[i], 1e-4);
    EXPECT_EQ(clusters[i * cluster::columns + cluster::num_hits], hits[i]);
    EXPECT_NEAR(particles[i * events::particle::columns + events::momentum::energy], photon[i], 1e-4);
    EXPECT_NEAR(particles[i * events::particle::columns + events::particle::hit_energy], left[i], 1e-4);
    // The cluster's direction is the photon's to a few mrad; by its shape's axis it would miss by up to 200.
    EXPECT_NEAR(clusters[i * cluster::columns + cluster::eta], targets[i * events::target::columns + 1],
                0.005);
    EXPECT_NEAR(clusters[i * cluster::columns + cluster::sin_phi], targets[i * events::target::columns + 2],
                0.005);
  }
}

TEST_F(Import, OfAFastSimulationGoesThroughItsCandidates) {
  const std::string file = shared + "fcc_idea_ee_WW_240.root";
  if (absent(file)) GTEST_SKIP() << file << " is not there";
  const Captured result = run(file, {"--detector", "idea"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("333 clusters have neither a position nor hits with energy"), std::string::npos)
      << result.err;
  const auto reader = EventReader::open(output);
  EXPECT_EQ(rows<float>(*reader, table::tracks).size(), 287U * events::track::columns);
  const auto labels = rows<std::int32_t>(*reader, table::track_labels);
  for (std::size_t i = 0; i < labels.size(); i += events::label::columns) EXPECT_GT(labels[i], 0);
  for (const double energy : rows<double>(*reader, table::energies)) EXPECT_TRUE(std::isfinite(energy));
}

TEST_F(Import, OfSimulatedHitsAloneLetsHitsCarryTheTargets) {
  const std::string file = shared + "odd_pion_sim_10ev.root";
  if (absent(file)) GTEST_SKIP() << file << " is not there";
  ASSERT_EQ(run(file, {"--detector", "odd"}).exit_code, 0);
  const auto reader = EventReader::open(output);
  EXPECT_EQ(rows<float>(*reader, table::hits).size() / events::hit::columns, 2525U + 3003U + 17U + 1U + 4U);
  const auto labels = rows<std::int32_t>(*reader, table::target_labels);
  ASSERT_EQ(labels.size(), 10U * events::target::label::columns);
  for (std::size_t i = 0; i < labels.size(); i += events::target::label::columns)
    EXPECT_GE(labels[i + events::target::label::hit], 0);
}

TEST_F(Import, KeepsItsBooksInEveryRealFile) {
  for (const auto& [name, detector] : {std::pair{"clic_gamma_10GeV_reco", "clic"},
                                       {"fcc_idea_ee_WW_240", "idea"},
                                       {"fcc_idea_spring2021_ZH", "idea"},
                                       {"odd_pion_sim_10ev", "odd"}}) {
    const std::string file = shared + name + ".root";
    if (absent(file)) GTEST_SKIP() << file << " is not there";
    ASSERT_EQ(run(file, {"--detector", detector}).exit_code, 0) << name;
    const auto reader = EventReader::open(output);
    const auto energies = rows<double>(*reader, table::energies);
    const auto targets = rows<float>(*reader, table::targets);
    const auto group = *find_collection(reader->spec(), "targets");
    namespace energy = events::event::energy;
    for (std::uint64_t event = 0; event < reader->events(); ++event) {
      const double* row = energies.data() + event * energy::columns;
      EXPECT_NEAR(row[energy::visible],
                  row[energy::targets] + row[energy::no_element] + row[energy::element_taken],
                  1e-6 * row[energy::visible]);
      double sum = 0;
      for (std::uint64_t i = reader->rows(group, event).first; i < reader->rows(group, event).last; ++i)
        sum += static_cast<double>(targets[i * events::target::columns + events::momentum::energy]);
      EXPECT_NEAR(sum, row[energy::targets], 1e-6 * row[energy::visible]);
    }
  }
}

TEST_F(Import, HasTheSameBytesWhateverTheThreads) {
  ASSERT_EQ(run(sample, {"--threads", "1"}).exit_code, 0);
  const std::string one = content(output);
  ASSERT_EQ(run(sample, {"--threads", "5"}).exit_code, 0);
  EXPECT_EQ(one, content(output));
}

TEST_F(Import, PutsSeveralFilesIntoOne) {
  std::vector<std::string> argv = {program, "--output.events", output, "--hits",
                                   "false", "--input.events",  sample, sample};
  ASSERT_EQ(RealProcesses().capture(argv, 60)->exit_code, 0);
  const auto reader = EventReader::open(output);
  ASSERT_EQ(reader->events(), 6U);
  const auto ids = rows<std::uint64_t>(*reader, table::id);
  EXPECT_EQ(ids[5 * events::event::id::columns + events::event::id::source], 1U);
  EXPECT_EQ(ids[5 * events::event::id::columns + events::event::id::entry], 2U);
  EXPECT_TRUE(rows<float>(*reader, table::hits).empty());
}

TEST_F(Import, OfAFileOfAnotherDetectorSaysWhatIsThere) {
  const Captured result = run(sample, {"--detector", "idea"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_EQ(result.err.substr(0, result.err.find('\n')),
            "sluice-import: " + sample + ": the file has no collection Particle, as the preset idea expects");
  EXPECT_TRUE(absent(output));
}

TEST_F(Import, OfWhatIsNoRootFileIsAnError) {
  std::ofstream(folder / "text.root") << "no ROOT at all";
  EXPECT_EQ(run(folder / "text.root").exit_code, 65);
  EXPECT_EQ(run(folder / "missing.root").exit_code, 65);
}

TEST_F(Import, OfTruncatedFilesEndsInOrder) {
  const std::string bytes = content(sample);
  for (std::size_t size = 0; size < bytes.size(); size += 3000) {
    std::ofstream(folder / "cut.root", std::ios::binary) << bytes.substr(0, size);
    EXPECT_EQ(run(folder / "cut.root").exit_code, 65) << size;
  }
}

TEST_F(Import, OfFlippedBitsEndsInOrder) {
  const std::string bytes = content(sample);
  for (std::size_t at = 100; at < bytes.size(); at += 1999) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    std::ofstream(folder / "flipped.root", std::ios::binary) << flipped;
    const int code = run(folder / "flipped.root").exit_code;
    EXPECT_TRUE(code == 0 || code == 65) << at << ": " << code;
  }
}

TEST_F(Import, OntoAFullDiskSaysSoAndLeavesNothing) {
  const Captured result =
      *RealProcesses().capture({"/bin/bash", "-c", "trap '' XFSZ; ulimit -f 20; exec \"$@\"", "-", program,
                                "--input.events", sample, "--output.events", output, "--compression", "0"},
                               60);
  EXPECT_EQ(result.exit_code, 74) << result.err;
  EXPECT_NE(result.err.find("free some space, or write elsewhere, and run again"), std::string::npos)
      << result.err;
  EXPECT_TRUE(absent(output));
}

TEST_F(Import, TwiceToOneOutputAtTheSameTimeLeavesAWholeFile) {
  ASSERT_EQ(run(sample).exit_code, 0);
  const std::string alone = content(output);
  const std::vector<std::string> argv = {program, "--input.events", sample, "--output.events", output};
  sluice::tests::ChildProcess first(argv, {});
  sluice::tests::ChildProcess second(argv, {});
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  EXPECT_EQ(content(output), alone);
}

TEST_F(Import, StrictStopsAtTheFirstBadEvent) {
  const std::string file = shared + "clic_gamma_10GeV_reco.root";
  if (absent(file)) GTEST_SKIP() << file << " is not there";
  std::ofstream(folder / "blind.toml") << "sluice_import = 1\nfield_t = 4\nparticles = \"MCParticles\"\n"
                                          "clusters = [\"PandoraClusters\"]\n";
  EXPECT_EQ(run(file, {"--detector", folder / "blind.toml"}).exit_code, 0);
  const Captured strict = run(file, {"--detector", folder / "blind.toml", "--strict"});
  EXPECT_EQ(strict.exit_code, 65);
  EXPECT_NE(strict.err.find("no visible particle"), std::string::npos) << strict.err;
}

}  // namespace
}  // namespace sluice::import
