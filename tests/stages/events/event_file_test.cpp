// Event files: what is appended comes back, at any place, and damage is noticed.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "stages/events/chunk.h"
#include "stages/events/reader.h"
#include "stages/events/writer.h"
#include "tests/stages/events/samples.h"
#include "tests/support/temporary_folder.h"

namespace sluice::events {
namespace {

using events::tests::small_block;
using events::tests::small_spec;

class EventFile : public testing::Test {
 protected:
  /// `events` events, appended in blocks of 10.
  std::string write(const std::string& name, std::uint64_t events, WriterOptions options = {}) {
    const std::string path = folder / name;
    auto writer = EventWriter::create(path, small_spec(), options);
    EXPECT_TRUE(writer.ok()) << to_string(writer.error());
    for (std::uint64_t first = 0; first < events; first += 10)
      EXPECT_TRUE(writer->append(small_block(first, std::min(events, first + 10))).ok());
    const Status closed =
        writer->close({{"sample", std::string("qq")}, {"names", std::vector<std::string>{"a", ""}}});
    EXPECT_TRUE(closed.ok());
    return path;
  }
  std::string bytes(const std::string& path) { return RealDisk().read(path).value_or("(none)"); }

  sluice::tests::TemporaryFolder folder;
};

template <typename T>
std::vector<T> rows(const EventReader& reader, std::string_view collection, std::string_view matrix,
                    std::uint64_t event) {
  const auto id = find_matrix(reader.spec(), collection, matrix);
  std::vector<T> values;
  EXPECT_TRUE(reader.read(*id, reader.rows(id->collection, event), values).ok());
  return values;
}

TEST_F(EventFile, GivesBackEveryEventInAnyOrder) {
  WriterOptions options;
  options.chunk_bytes = 1000;  // many chunks, and events that lie across them
  const auto reader = EventReader::open(write("events.h5", 123, options));
  ASSERT_TRUE(reader.ok()) << to_string(reader.error());
  ASSERT_EQ(reader->events(), 123U);
  for (std::uint64_t i = 0; i < 123; ++i) {
    const std::uint64_t event = i * 50 % 123;
    EXPECT_EQ(rows<std::uint64_t>(*reader, "events", "id", event), (std::vector{event, event * event}));
    EXPECT_EQ(rows<double>(*reader, "events", "energy", event),
              (std::vector{0.1 * static_cast<double>(event)}));
    const auto labels = rows<std::int32_t>(*reader, "tracks", "labels", event);
    ASSERT_EQ(labels.size(), event % 7);
    for (std::size_t k = 0; k < labels.size(); ++k) EXPECT_EQ(labels[k], -static_cast<int>(k));
    const auto hits = rows<float>(*reader, "hits", "features", event);
    ASSERT_EQ(hits.size(), 50 + event % 11);
    EXPECT_EQ(hits[7], static_cast<float>(events::tests::random_bits(event, 7) % 1000));
  }
}

TEST_F(EventFile, KeepsItsAttributesAndColumns) {
  const auto reader = EventReader::open(write("events.h5", 3));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*find_attribute(reader->attributes(), "sample"), AttributeValue{std::string("qq")});
  EXPECT_EQ(*find_attribute(reader->attributes(), "names"),
            (AttributeValue{std::vector<std::string>{"a", ""}}));
  const auto id = find_matrix(reader->spec(), "tracks", "features");
  EXPECT_EQ(reader->spec().collections[id->collection].matrices[id->matrix].columns,
            (std::vector<std::string>{"x", "y", "z"}));
}

TEST_F(EventFile, WithoutEventsIsAFileToo) {
  const auto reader = EventReader::open(write("none.h5", 0));
  ASSERT_TRUE(reader.ok()) << to_string(reader.error());
  EXPECT_EQ(reader->events(), 0U);
}

TEST_F(EventFile, HasTheSameBytesWhateverTheThreads) {
  WriterOptions three;
  three.threads = 3;
  EXPECT_EQ(bytes(write("one.h5", 100)), bytes(write("three.h5", 100, three)));
}

TEST_F(EventFile, CompressionChangesTheSizeOnly) {
  WriterOptions plain;
  plain.compression = 0;
  const std::string compressed = write("compressed.h5", 300);
  const std::string uncompressed = write("plain.h5", 300, plain);
  EXPECT_LT(bytes(compressed).size(), bytes(uncompressed).size());
  const auto a = EventReader::open(compressed);
  const auto b = EventReader::open(uncompressed);
  for (const std::uint64_t event : {0U, 17U, 299U})
    EXPECT_EQ(rows<float>(*a, "hits", "features", event), rows<float>(*b, "hits", "features", event));
}

TEST_F(EventFile, AFlippedBitIsNoticed) {
  WriterOptions plain;
  plain.compression = 0;
  const std::string path = write("events.h5", 200, plain);
  std::string content = bytes(path);
  const float seen = rows<float>(*EventReader::open(path), "hits", "features", 0)[0];
  const std::string needle(reinterpret_cast<const char*>(&seen), sizeof seen);
  std::size_t flipped = 0;
  for (std::size_t at = content.find(needle); at != std::string::npos && flipped == 0;
       at = content.find(needle, at + 1))
    if (at > 4096) content[flipped = at] ^= 1;
  ASSERT_NE(flipped, 0U);
  std::ofstream(path, std::ios::binary) << content;
  const auto reader = EventReader::open(path);
  std::string said;
  if (!reader) said = reader.error().what;
  for (std::size_t i = 0; reader && said.empty() && i < reader->spec().collections.size(); ++i)
    for (std::size_t j = 0; j < reader->spec().collections[i].matrices.size(); ++j) {
      const MatrixSpec& spec = reader->spec().collections[i].matrices[j];
      const RowRange all = reader->rows(i, 0, reader->events());
      std::vector<std::byte> raw(all.size() * spec.row_bytes());
      if (const auto read = reader->read_bytes({i, j}, all, spec.number, raw); !read)
        said = read.error().what;
    }
  EXPECT_NE(said.find("can't be read"), std::string::npos) << said;
}

TEST_F(EventFile, TruncatedAnywhereIsAnErrorAndNoCrash) {
  const std::string content = bytes(write("events.h5", 40));
  for (std::size_t size = 0; size < content.size(); size += 1000) {
    std::ofstream(folder / "cut.h5", std::ios::binary) << content.substr(0, size);
    EXPECT_FALSE(EventReader::open(folder / "cut.h5").ok()) << size;
  }
}

TEST_F(EventFile, OtherFilesAreRefusedWithAWord) {
  std::ofstream(folder / "text") << "no HDF5 at all";
  EXPECT_EQ(EventReader::open(folder / "text").error().what, "this is no event file: HDF5 can't open it");
  EXPECT_EQ(to_string(EventReader::open(folder / "missing").error()),
            (folder / "missing") + ": there is no such file");
}

TEST_F(EventFile, NoRoomIsAnIoError) {
  const auto writer = EventWriter::create("/proc/events.h5", small_spec());
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::io);
}

TEST(Chunk, ShufflePutsEqualBytesTogether) {
  const std::array<std::byte, 6> raw = {std::byte{1}, std::byte{2}, std::byte{3},
                                        std::byte{4}, std::byte{5}, std::byte{6}};
  std::array<std::byte, 6> mixed{};
  shuffle(raw, 2, mixed);
  EXPECT_EQ(mixed, (std::array<std::byte, 6>{std::byte{1}, std::byte{3}, std::byte{5}, std::byte{2},
                                             std::byte{4}, std::byte{6}}));
}

}  // namespace
}  // namespace sluice::events
