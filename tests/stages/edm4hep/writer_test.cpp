#include "stages/edm4hep/writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <functional>
#include <map>
#include <stdexcept>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "stages/edm4hep/class_info.h"
#include "stages/edm4hep/reader.h"
#include "stages/edm4hep/relation.h"
#include "tests/support/edm4hep/sample.h"
#include "tests/support/temporary_folder.h"

namespace sluice::edm4hep {
namespace {

class WriterTest : public testing::Test {
 protected:
  std::string written(const std::string& name, std::uint32_t events, WriterOptions options = {}) {
    const auto done = write_sample(folder / name, events, options);
    EXPECT_TRUE(done.ok()) << (done ? "" : to_string(done.error()));
    return folder / name;
  }
  std::string content(const std::string& path) { return *RealDisk().read(path); }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    const auto entries = RealDisk().list(folder.path());
    for (const FolderEntry& entry : *entries) names.push_back(entry.name);
    return names;
  }

  tests::TemporaryFolder folder;
};

Columns read(const Reader& reader, const std::vector<Request>& requests) {
  auto columns = reader.read(requests, {0, reader.entries()});
  if (!columns) throw std::runtime_error(to_string(columns.error()));
  return std::move(*columns);
}

/// Every field of a block in every event, against the columns called prefix + field.
void expect_fields(const Reader& reader, const std::string& prefix, std::span<const Block* const> events) {
  for (std::size_t i = 0; i < events[0]->fields().size(); ++i) {
    const std::string& field = events[0]->fields()[i].name;
    const std::string name = field.empty() ? prefix : prefix + "." + field;
    const Columns columns = read(reader, {{name, {}}});
    ASSERT_FALSE(columns[0].missing()) << name;
    with_type(columns[0].type(), [&](auto zero) {
      using T = decltype(zero);
      for (std::size_t event = 0; event < events.size(); ++event) {
        const auto stored = std::as_bytes(columns[0].of<T>(event));
        const auto& given = events[event]->fields()[i].bytes;
        ASSERT_EQ(events[event]->fields()[i].number, columns[0].type()) << name;
        EXPECT_TRUE(std::equal(stored.begin(), stored.end(), given.begin(), given.end()))
            << name << ", " << event;
      }
    });
  }
}

void expect_relations(const Reader& reader, const std::string& collection,
                      std::span<const Block* const> events) {
  for (std::size_t i = 0; i < events[0]->relations().size(); ++i) {
    const std::string name = collection + "." + events[0]->relations()[i].name;
    const Columns columns = read(reader, relation_requests(name));
    const Relation stored(columns, name);
    EXPECT_EQ(stored.to_many(), events[0]->relations()[i].many) << name;
    for (std::size_t event = 0; event < events.size(); ++event) {
      const Block::References& given = events[event]->relations()[i];
      ASSERT_EQ(stored.size(event), given.refs.size()) << name;
      for (std::size_t k = 0; k < given.refs.size(); ++k)
        EXPECT_EQ(stored.at(event, k), given.refs[k]) << name;
      for (std::size_t object = 0; object < events[event]->size(); ++object) {
        const auto elements = stored.elements(event, object);
        ASSERT_TRUE(elements.has_value()) << name;
        EXPECT_EQ(elements->first, given.many ? given.offsets[object] : object) << name;
        EXPECT_EQ(elements->last, given.many ? given.offsets[object + 1] : object + 1) << name;
      }
    }
  }
}

TEST_F(WriterTest, OurReaderFindsEverythingThatWasGiven) {
  constexpr std::uint32_t count = 12;
  const auto reader = Reader::open(written("sample.root", count, {4000, 1}));
  ASSERT_TRUE(reader.ok()) << to_string(reader.error());
  ASSERT_EQ(reader->entries(), count);
  EXPECT_EQ(reader->written_by(), "podio 1.7.0, EDM4hep 1.0.0");
  const FileSchema schema = sample_schema();
  std::vector<Event> events;
  for (std::uint32_t n = 0; n < count; ++n) events.push_back(SampleEvents(schema).make(n));
  for (const FileSchema::Entry& entry : schema.entries()) {
    const Collection* found = reader->collection(entry.name);
    ASSERT_NE(found, nullptr) << entry.name;
    EXPECT_EQ(found->type, entry.type->name);
    EXPECT_EQ(found->id, entry.id);
    std::vector<const Block*> blocks;
    for (Event& event : events) blocks.push_back(&event[entry.name]);
    expect_fields(*reader, entry.name, blocks);
    expect_relations(*reader, entry.name, blocks);
    for (std::size_t i = 0; i < blocks[0]->vectors().size(); ++i) {
      std::vector<const Block*> elements;
      for (const Block* block : blocks) elements.push_back(&block->vectors()[i].elements);
      expect_fields(*reader, entry.name + "." + blocks[0]->vectors()[i].name, elements);
    }
  }
}

TEST_F(WriterTest, UprootFindsWhatOurReaderFinds) {
  const std::string python = SLUICE_SOURCE_DIR "/.deps/python";
  if (!RealDisk().stat(python + "/uproot")->exists())
    GTEST_SKIP() << "uproot is not there: cmake/bootstrap check";
  const std::string path = written("sample.root", 30, {20'000, 1});
  const Captured theirs =
      *RealProcesses().capture({"env", "PYTHONPATH=" + python, "PYTHONDONTWRITEBYTECODE=1", "python3",
                                SLUICE_SOURCE_DIR "/tests/stages/edm4hep/uproot_sums.py", path},
                               120);
  ASSERT_EQ(theirs.exit_code, 0) << theirs.err;
  const Captured ours = *RealProcesses().capture({SLUICE_BIN_DIR "/sluice-import", "--sums", path}, 60);
  ASSERT_EQ(ours.exit_code, 0) << ours.err;
  const json::value their_sums = *parse_json(theirs.out, "uproot");
  const json::value our_sums = *parse_json(ours.out, "sluice-import");
  EXPECT_EQ(their_sums.at("entries"), 30);
  EXPECT_EQ(their_sums.at("columns").as_object().size(), our_sums.at("columns").as_object().size());
  for (const auto& [name, sums] : our_sums.at("columns").as_object()) {
    const json::object& other = their_sums.at("columns").at(name).as_object();
    for (const char* what : {"n", "per_event"}) EXPECT_EQ(sums.at(what), other.at(what)) << name;
    EXPECT_EQ(sums.at("sum").to_number<double>(), other.at("sum").to_number<double>()) << name;
    EXPECT_EQ(sums.at("first").as_array().size(), other.at("first").as_array().size()) << name;
  }
}

// Numbers that ROOT 6.38 gave these classes, in a file that podio 1.7 wrote.
TEST(ClassInfo, ChecksumsAreThoseOfRoot) {
  const std::map<std::string, std::uint32_t> known = {{"edm4hep::CaloHitContributionData", 1229432166},
                                                      {"edm4hep::CalorimeterHitData", 3990589019},
                                                      {"edm4hep::ClusterData", 92875483},
                                                      {"edm4hep::EventHeaderData", 1804335160},
                                                      {"edm4hep::MCParticleData", 2530628165},
                                                      {"edm4hep::ParticleIDData", 351130683},
                                                      {"edm4hep::RecDqdxData", 1912205733},
                                                      {"edm4hep::ReconstructedParticleData", 2906535786},
                                                      {"edm4hep::SimCalorimeterHitData", 594089340},
                                                      {"edm4hep::SimTrackerHitData", 583879448},
                                                      {"edm4hep::TrackData", 3597268196},
                                                      {"edm4hep::TrackerHit3DData", 4115342715},
                                                      {"edm4hep::TrackerHitPlaneData", 301232042},
                                                      {"edm4hep::VertexData", 1081912136},
                                                      {"podio::LinkData", 3373051061}};
  for (const DataType& type : all_types()) {
    const ClassInfo info = class_of(type);
    ASSERT_TRUE(known.contains(info.name)) << info.name;
    EXPECT_EQ(info.checksum(), known.at(info.name)) << info.name;
  }
  EXPECT_EQ(object_id_class().checksum(), 3249584655);
  EXPECT_EQ(name_checksum("vector<edm4hep::MCParticleData>"), 1181325552);
}

TEST_F(WriterTest, TheSameEventsGiveTheSameBytes) {
  const std::string first = content(written("first.root", 20, {4000, 1}));
  EXPECT_EQ(content(written("second.root", 20, {4000, 1})), first);
  EXPECT_EQ(content(written("threads.root", 20, {4000, 3})), first);
}

TEST_F(WriterTest, AFileWithoutEventsIsAFile) {
  const auto reader = Reader::open(written("empty.root", 0));
  ASSERT_TRUE(reader.ok()) << to_string(reader.error());
  EXPECT_EQ(reader->entries(), 0U);
  EXPECT_EQ(reader->collections().size(), all_types().size());
}

TEST_F(WriterTest, LeavesNothingBehindWhenItIsNotClosed) {
  {
    const FileSchema schema = sample_schema();
    auto writer = Writer::create(folder / "open.root", schema);
    ASSERT_TRUE(writer->write(SampleEvents(schema).make(1)).ok());
    EXPECT_EQ(files().size(), 1U);
  }
  EXPECT_EQ(files(), std::vector<std::string>{});
}

TEST_F(WriterTest, AFullDiskIsAnErrorAndLeavesNothing) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto done = write_sample(folder / "full.root", 100, {20'000, 1});
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::io);
  EXPECT_EQ(done.error().where, folder / "full.root");
  EXPECT_EQ(files(), std::vector<std::string>{});
}

TEST_F(WriterTest, AFolderThatIsMissingIsAnError) {
  const auto writer = Writer::create(folder / "missing/a.root", sample_schema());
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::io);
}

std::string misuse(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "(allowed)";
}

TEST(Event, SaysWhatWouldBeRight) {
  FileSchema schema;
  (void)schema.add("Hits", "edm4hep::CalorimeterHit");
  (void)schema.add("Clusters", "edm4hep::Cluster");
  EXPECT_EQ(misuse([&] { (void)schema.add("Hits", "edm4hep::Cluster"); }),
            "collection Hits is there already");
  EXPECT_EQ(misuse([&] { (void)schema.add("More", "edm4hep::Hit"); }),
            "collection More: there is no type edm4hep::Hit");
  EXPECT_EQ(misuse([&] { (void)schema.add("_a.b", "edm4hep::Cluster"); }),
            "'_a.b' is not the name of a collection");
  Event event(schema);
  EXPECT_EQ(misuse([&] { (void)event["Tracks"]; }), "the file has no collection Tracks");
  Block& hits = event["Hits"];
  hits.resize(2);
  EXPECT_EQ(misuse([&] { hits.set<float>("energy", std::vector<float>(3)); }),
            "edm4hep::CalorimeterHit.energy takes 2 numbers, not 3");
  EXPECT_EQ(misuse([&] { (void)hits.column<double>("energy"); }),
            "edm4hep::CalorimeterHit.energy is a float, not a double");
  EXPECT_EQ(misuse([&] { (void)hits.column<float>("Energy"); }),
            "edm4hep::CalorimeterHit has no member Energy");
  Block& clusters = event["Clusters"];
  clusters.resize(1);
  EXPECT_EQ(misuse([&] { clusters.set_relation("hits", std::vector<ObjectRef>(1)); }),
            "edm4hep::Cluster.hits is a relation to many: it takes offsets");
  EXPECT_EQ(misuse([&] { clusters.set_relation("hits", std::vector<std::uint32_t>{0}, {}); }),
            "edm4hep::Cluster.hits takes 2 offsets that begin with 0 and never fall");
  EXPECT_EQ(misuse([&] {
              clusters.set_relation("hits", std::vector<std::uint32_t>{0, 2}, {});
            }),
            "edm4hep::Cluster.hits: the last offset is not the number of references");
}

}  // namespace
}  // namespace sluice::edm4hep
