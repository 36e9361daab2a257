// HepMC3 files: Pythia's, whose sums are known, and broken ones, of which the line is named.
#include "stages/simulate/hepmc/reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "tests/support/temporary_folder.h"

namespace sluice::simulate {
namespace {

const std::string shared_folder = SLUICE_SOURCE_DIR "/../shared/hepmc3";

const std::string start = "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\nW Default\n";
/// A pi0 that decays 3 mm from where it was made.
const std::string event =
    "E 7 1 3\nU GEV MM\nW 2.5\n"
    "P 1 0 111 0 0 10 10.000911 0.13498 2\n"
    "V -1 0 [1] @ 0 0 3 3\n"
    "P 2 -1 22 0.05 0 4 4.000312 0 1\n"
    "P 3 -1 22 -0.05 0 6 6.000208 0 1\n";
const std::string end = "HepMC::Asciiv3-END_EVENT_LISTING\n";

class HepMcReaderTest : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    std::ofstream(folder / "events.hepmc") << text;
    return folder / "events.hepmc";
  }
  /// The first error met while reading all events, with the path as FILE.
  std::string error_of(const std::string& text) {
    const std::string path = file(text);
    auto reader = HepMcReader::open(path);
    std::string message = "(no error)";
    if (!reader) message = to_string(reader.error());
    while (reader) {
      auto next = reader->next();
      if (!next) message = to_string(next.error());
      if (!next || !*next) break;
    }
    if (const auto at = message.find(path); at != std::string::npos) message.replace(at, path.size(), "FILE");
    return message;
  }

  tests::TemporaryFolder folder;
};

TEST_F(HepMcReaderTest, ReadsParticlesTheirPlacesAndParents) {
  auto reader = HepMcReader::open(file(start + event + end));
  ASSERT_TRUE(reader);
  auto read = reader->next();
  ASSERT_TRUE(read && *read);
  const GeneratedEvent& got = (*read)->event;
  EXPECT_EQ(got.number, 7);
  EXPECT_EQ(got.weight, 2.5);
  EXPECT_EQ((*read)->line, 4U);
  EXPECT_EQ((*read)->problem, "");
  ASSERT_EQ(got.particles.size(), 3U);
  EXPECT_EQ(got.particles[0].pdg, 111);
  EXPECT_EQ(got.particles[0].status, status_decayed);
  EXPECT_EQ(got.particles[1].parents, std::vector<int>{0});
  EXPECT_EQ(got.particles[1].vertex, (Vec3{0, 0, 3}));
  EXPECT_NEAR(got.particles[1].time_ns, 0.0100069, 1e-7);
  EXPECT_FALSE(reader->next()->has_value());
}

TEST_F(HepMcReaderTest, ReadsOtherUnits) {
  std::string text = start + event + end;
  text.replace(text.find("GEV MM"), 6, "MEV CM");
  auto reader = HepMcReader::open(file(text));
  auto read = reader->next();
  ASSERT_TRUE(read && *read);
  EXPECT_NEAR((*read)->event.particles[1].momentum.z, 0.004, 1e-9);
  EXPECT_NEAR((*read)->event.particles[1].vertex.z, 30, 1e-9);
}

TEST_F(HepMcReaderTest, PassesOverEvents) {
  std::string second = event;
  second.replace(0, 3, "E 8");
  auto reader = HepMcReader::open(file(start + event + second + end));
  EXPECT_TRUE(*reader->skip());
  EXPECT_EQ((**reader->next()).event.number, 8);
  EXPECT_FALSE(*reader->skip());
}

TEST_F(HepMcReaderTest, NamesTheLineOfABrokenParticle) {
  std::string text = start + event;
  text.replace(text.find("P 3 -1 22 -0.05"), 15, "P 3 -1 22 -0.0x");
  EXPECT_EQ(error_of(text),
            "FILE:10: this is not a particle of this event\n"
            "  is the file complete? make it again, or cut it before this event");
}

TEST_F(HepMcReaderTest, NamesTheLineOfAParticleFromNowhere) {
  std::string text = start + event;
  text.replace(text.find("P 3 -1"), 6, "P 3 -5");
  EXPECT_EQ(error_of(text),
            "FILE:10: this is not a particle of this event\n"
            "  is the file complete? make it again, or cut it before this event");
}

TEST_F(HepMcReaderTest, NamesTheLineOfAVertexOfNoParticles) {
  std::string text = start + event;
  text.replace(text.find("[1]"), 3, "[9]");
  EXPECT_EQ(error_of(text),
            "FILE:8: this is not a vertex of this event\n"
            "  is the file complete? make it again, or cut it before this event");
}

TEST_F(HepMcReaderTest, NoticesAnEventThatIsCutShort) {
  EXPECT_EQ(error_of((start + event).substr(0, (start + event).rfind("P 3"))),
            "FILE:4: the event that begins here should have 3 particles, but 2 follow\n"
            "  is the file complete? make it again, or cut it before this event");
}

TEST_F(HepMcReaderTest, RefusesWhatIsNoHepMc) {
  EXPECT_EQ(error_of("once upon a time\n"),
            "FILE: this is no HepMC3 text file: the line HepMC::Asciiv3-START_EVENT_LISTING is missing\n"
            "  see docs/simulation.md for what can be read");
  EXPECT_EQ(error_of("\nHepMC::Version 2.06.09\nHepMC::IO_GenEvent-START_EVENT_LISTING\n"),
            "FILE:3: this is HepMC2's format, which can't be read\n"
            "  let the generator write HepMC3's (Asciiv3)");
}

TEST_F(HepMcReaderTest, AnEventThatCannotBeSimulatedHasAProblem) {
  std::string text = start + event + end;
  text.replace(text.find("0.05 0 4"), 8, "0.05 0 nan");
  auto reader = HepMcReader::open(file(text));
  EXPECT_EQ((**reader->next()).problem, "a particle's momentum is not finite");
  const std::pair<std::string, std::string> others[] = {
      {"0.05 0 1e99", "a particle's energy is above 1 PeV"},
      {"0.05 0 4e6", "a particle's energy is above 1 PeV"},
  };
  for (const auto& [number, problem] : others) {
    text = start + event + end;
    text.replace(text.find("0.05 0 4"), 8, number);
    EXPECT_EQ((**HepMcReader::open(file(text))->next()).problem, problem);
  }
  text = start + event + end;
  text.replace(text.find("@ 0 0 3 3"), 9, "@ 0 0 3e90 3");
  EXPECT_EQ((**HepMcReader::open(file(text))->next()).problem, "a vertex is more than a kilometre away");
}

TEST_F(HepMcReaderTest, ATruncatedGzipFileIsNamed) {
  const std::string path = folder / "events.hepmc.gz";
  gzFile out = gzopen(path.c_str(), "wb");
  std::string text = start;
  for (int i = 0; i < 2000; ++i) text += event;
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  auto reader = HepMcReader::open(path);
  ASSERT_TRUE(reader);
  auto next = reader->next();
  while (next && *next) next = reader->next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().what, "the gzip file ends too early");
  EXPECT_TRUE(next.error().where.starts_with(path + ", after line ")) << next.error().where;
}

TEST_F(HepMcReaderTest, PythiasFilesHaveTheirKnownSums) {
  const auto text = RealDisk().read(shared_folder + "/golden.json");
  if (!text) GTEST_SKIP() << "needs " << shared_folder;
  const auto golden = parse_json(*text, "golden.json");
  for (const auto& [name, sample] : golden->get_object().at("samples").get_object()) {
    auto reader = HepMcReader::open(shared_folder + "/" + std::string(name) + ".hepmc3.gz");
    ASSERT_TRUE(reader);
    std::int64_t events = 0;
    std::int64_t particles = 0;
    std::int64_t stable = 0;
    std::int64_t charged = 0;
    for (auto next = reader->next(); next && *next; next = reader->next(), ++events)
      for (const Particle& particle : (**next).event.particles) {
        ++particles;
        if (particle.status != status_stable) continue;
        ++stable;
        if (particle.charge != 0) ++charged;
      }
    const auto& sums = sample.get_object();
    EXPECT_EQ(events, sums.at("events").as_int64()) << std::string(name);
    EXPECT_EQ(particles, sums.at("total_particles").as_int64()) << std::string(name);
    EXPECT_EQ(stable, sums.at("total_status1").as_int64()) << std::string(name);
    EXPECT_NEAR(static_cast<double>(charged) / static_cast<double>(events),
                sums.at("mean_charged_multiplicity").as_double(), 1e-9)
        << std::string(name);
  }
}

}  // namespace
}  // namespace sluice::simulate
