// Flat files and datasets: read where they lie, checked against their sums.
#include "stages/events/dataset.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/disk.h"
#include "tests/stages/events/samples.h"
#include "tests/support/temporary_folder.h"

namespace sluice::events {
namespace {

using events::tests::small_block;
using events::tests::small_spec;

class FlatFiles : public testing::Test {
 protected:
  std::string write(std::uint64_t events) {
    const Block block = small_block(0, events);
    std::vector<std::uint64_t> rows = {events};
    for (std::size_t i = 1; i < 3; ++i) rows.push_back(events == 0 ? 0 : block.ends(i).back());
    const std::string path = folder / "flat.h5";
    auto writer = FlatWriter::create(path, small_spec(), events, rows, {{"split", std::string("train")}});
    EXPECT_TRUE(writer.ok());
    EXPECT_TRUE(writer->append(small_block(0, events / 2)).ok());
    EXPECT_TRUE(writer->append(small_block(events / 2, events)).ok());
    EXPECT_TRUE(writer->close().ok());
    return path;
  }
  sluice::tests::TemporaryFolder folder;
};

TEST_F(FlatFiles, GiveEveryEventWithoutACopy) {
  const auto file = FlatFile::open(write(5000));
  ASSERT_TRUE(file.ok()) << to_string(file.error());
  const auto id = *find_matrix(file->reader().spec(), "events", "id");
  const auto hits = *find_matrix(file->reader().spec(), "hits", "features");
  for (const std::uint64_t event : {0U, 1U, 2499U, 2500U, 4999U}) {
    EXPECT_EQ(file->rows<std::uint64_t>(id, event)[1], event * event);
    const auto energies = file->rows<float>(hits, event);
    ASSERT_EQ(energies.size(), 50 + event % 11);
    EXPECT_EQ(energies[3], static_cast<float>(events::tests::random_bits(event, 3) % 1000));
  }
  EXPECT_TRUE(file->verify().ok());
}

TEST_F(FlatFiles, WithoutEventsAreFilesToo) {
  const auto file = FlatFile::open(write(0));
  ASSERT_TRUE(file.ok()) << to_string(file.error());
  EXPECT_EQ(file->reader().events(), 0U);
  EXPECT_TRUE(file->verify().ok());
}

TEST_F(FlatFiles, SayWhereTheyDifferFromTheirChecksums) {
  const std::string path = write(5000);
  const auto file = FlatFile::open(path);
  const auto hits = *find_matrix(file->reader().spec(), "hits", "features");
  const auto position = static_cast<std::streamoff>(*file->reader().position(hits));
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(position + (1 << 20) + 5)
      .put('\x55');
  const auto verified = file->verify();
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().what, "hits/features differs from its checksum in bytes 1048576 to 1099940");
}

TEST_F(FlatFiles, ThatEndTooEarlyAreRefused) {
  const std::string path = write(500);
  const std::string bytes = *RealDisk().read(path);
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() - 1000);
  EXPECT_FALSE(FlatFile::open(path).ok());
}

DatasetInfo small_info() {
  DatasetInfo info;
  info.feature_names = dataset_spec(Elements::tracks_and_clusters).collections[1].matrices[0].columns;
  info.normalisation = {{1, 5, std::vector<float>(17, 0.5F), std::vector<float>(17, 2)}};
  info.class_counts = {7, 1, 2, 3, 4, 5};
  return info;
}

TEST_F(FlatFiles, ADatasetIsReadByEventAndByLength) {
  const FileSpec spec = dataset_spec(Elements::tracks_and_clusters);
  Block block(spec);
  for (std::uint64_t event = 0; event < 3; ++event) {
    const std::size_t elements = 3 - event;
    block.rows(dataset_table::id).append(std::vector<std::uint64_t>{event, event, 0, event});
    block.rows(dataset_table::energies).append(std::vector<double>(event::energy::columns, 1));
    block.rows(dataset_table::weight).append(std::vector<float>{static_cast<float>(event) + 1});
    block.rows(dataset_table::by_length).append(std::vector<std::uint64_t>{2 - event});
    block.rows(dataset_table::features).append(std::vector<float>(17 * elements, static_cast<float>(event)));
    block.rows(dataset_table::targets).append(std::vector<float>(target::columns * elements, 4));
    block.rows(dataset_table::labels).append(std::vector<std::int32_t>(label::columns * elements, -1));
    block.end_event();
  }
  auto writer = FlatWriter::create(folder / "train.h5", spec, 3, {3, 6, 0, 0, 0, 0}, {});
  ASSERT_TRUE(writer.ok() && writer->append(block).ok() && writer->close().ok());
  std::ofstream(folder / "dataset.json") << dataset_info_text(small_info());

  const auto dataset = Dataset::open(folder.path(), Split::train);
  ASSERT_TRUE(dataset.ok()) << to_string(dataset.error());
  EXPECT_EQ(dataset->features(), 17U);
  EXPECT_EQ(dataset->info().normalisation.front().standard_deviation, std::vector<float>(17, 2));
  EXPECT_EQ(dataset->info().class_counts, (std::array<std::uint64_t, 6>{7, 1, 2, 3, 4, 5}));
  EXPECT_EQ((std::vector<std::uint64_t>(dataset->by_length().begin(), dataset->by_length().end())),
            (std::vector<std::uint64_t>{2, 1, 0}));
  const EventView view = dataset->event(1);
  EXPECT_EQ(view.elements, 2U);
  EXPECT_EQ(view.features.size(), 34U);
  EXPECT_EQ(view.features[33], 1.0F);
  EXPECT_EQ(view.targets.size(), 2 * element_target::columns);
  EXPECT_EQ(view.labels.size(), 2 * label::columns);
  EXPECT_EQ(view.weight, 2.0F);
}

TEST_F(FlatFiles, AnEventFileIsNoDataset) {
  std::ofstream(folder / "dataset.json") << dataset_info_text(small_info());
  RealDisk().rename(write(10), folder / "test.h5").ok();
  const auto dataset = Dataset::open(folder.path(), Split::test);
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(to_string(dataset.error()), (folder / "test.h5") +
                                            ": this file is no split of a dataset of this version of Sluice\n"
                                            "  make the dataset again with sluice-preprocess");
}

}  // namespace
}  // namespace sluice::events
