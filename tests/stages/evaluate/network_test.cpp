// Exported networks: what is run, and what is refused.
#include "stages/evaluate/inference/network.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "stages/evaluate/inference/buckets.h"
#include "stages/events/dataset.h"
#include "tests/support/temporary_folder.h"

namespace sluice::evaluate {
namespace {

class Networks : public testing::Test {
 protected:
  std::string make(const std::string& kind) {
    const std::string path = folder / (kind + ".onnx");
    EXPECT_EQ(RealProcesses()
                  .capture({SLUICE_BIN_DIR "/tests/tiny-evaluation", "network", path, kind}, 60)
                  ->exit_code,
              0);
    return path;
  }
  static std::vector<std::string> features() {
    return events::dataset_spec(events::Elements::tracks_and_clusters).collections[1].matrices[0].columns;
  }
  std::string refusal(const std::string& path) {
    auto network = Network::open(path, features());
    EXPECT_FALSE(network.ok());
    return network.ok() ? "" : to_string(network.error());
  }
  sluice::tests::TemporaryFolder folder;
};

const std::string hint = "\n  give a file that sluice-export of this version of Sluice wrote";

TEST_F(Networks, SeeEveryElementAndNoPadding) {
  auto network = Network::open(make("identity"), features());
  ASSERT_TRUE(network.ok()) << to_string(network.error());
  Batch batch{2, 3, std::vector<float>(2 * 3 * 17, 0), {1, 1, 1, 1, 0, 0}};
  for (std::size_t i = 0; i < 4; ++i) {
    batch.features[i * 17] = i % 2 == 0 ? 1 : 2;
    batch.features[i * 17 + 1] = static_cast<float>(i) + 0.5F;
  }
  const auto seen = network->run(batch);
  ASSERT_TRUE(seen.ok()) << to_string(seen.error());
  EXPECT_EQ(seen->classes, (std::vector<std::int64_t>{1, 3, 1, 3, 0, 0}));
  ASSERT_EQ(seen->momentum.size(), 30U);
  EXPECT_EQ(seen->momentum[0], 0.5F);
  EXPECT_EQ(seen->momentum[15], 3.5F);
  EXPECT_EQ(seen->momentum[20], 0);
}

TEST_F(Networks, OfOneElementAreRun) {
  auto network = Network::open(make("identity"), features());
  ASSERT_TRUE(network.ok());
  Batch batch{1, 1, std::vector<float>(17, 2), {1}};
  EXPECT_EQ(network->run(batch)->classes, (std::vector<std::int64_t>{3}));
}

TEST_F(Networks, OfAnotherKindAreRefused) {
  const std::string path = make("stranger");
  EXPECT_EQ(refusal(path), path + ": this ONNX file holds another kind of model" + hint);
}

TEST_F(Networks, OfAnotherFormatAreRefused) {
  const std::string path = make("old");
  EXPECT_EQ(refusal(path),
            path + ": this network was exported in format 0, and this program knows format 1" + hint);
}

TEST_F(Networks, WithoutAnOutputAreRefused) {
  const std::string path = make("no-momentum");
  EXPECT_EQ(refusal(path),
            path + ": this network lacks an input or output, or has it in another form" + hint);
}

TEST_F(Networks, OfOtherFeaturesAreRefusedByName) {
  const std::string other = make("other-features");
  EXPECT_EQ(
      refusal(other),
      other +
          ": the network was trained with other features than this dataset has (feature 7 is chi3|position.x "
          "there "
          "and "
          "chi2|position.x here)\n  evaluate it on a dataset that was made as the one it was trained on");
  const std::string fewer = make("fewer-features");
  EXPECT_NE(refusal(fewer).find("(16 against 17)"), std::string::npos) << refusal(fewer);
}

TEST_F(Networks, ThatAreNoneAreRefused) {
  const std::string path = folder / "text.onnx";
  std::ofstream(path) << "not a network";
  const std::string said = refusal(path);
  EXPECT_EQ(said.find(path + ": ONNX Runtime can't read this file: "), 0U) << said;
  EXPECT_NE(said.find(hint), std::string::npos) << said;
  const std::string bytes = *RealDisk().read(make("identity"));
  std::ofstream(folder / "half.onnx", std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  EXPECT_NE(refusal(folder / "half.onnx").find("can't read this file"), std::string::npos);
}

TEST(Buckets, HoldNeighboursInLengthWithinTheBudget) {
  EXPECT_EQ(buckets_of(std::vector<std::uint64_t>{100, 100, 110, 120, 400}, 360),
            (std::vector<Bucket>{{0, 3}, {3, 4}, {4, 5}}));
  EXPECT_EQ(buckets_of(std::vector<std::uint64_t>{}, 100), (std::vector<Bucket>{}));
}

TEST(Buckets, HoldOneEventAtLeast) {
  EXPECT_EQ(buckets_of(std::vector<std::uint64_t>{0, 5000, 6000}, 100),
            (std::vector<Bucket>{{0, 1}, {1, 2}, {2, 3}}));
}

TEST(Buckets, WasteLittleOnPadding) {
  std::vector<std::uint64_t> lengths;
  for (std::uint64_t i = 0; i < 5000; ++i) lengths.push_back(i * i / 5000);
  std::size_t next = 0;
  for (const Bucket& bucket : buckets_of(lengths, 1 << 14)) {
    EXPECT_EQ(bucket.first, next);
    EXPECT_LT(bucket.first, bucket.last);
    EXPECT_LE(lengths[bucket.last - 1], 2 * lengths[bucket.first] + 16);
    EXPECT_LE(lengths[bucket.last - 1] * (bucket.last - bucket.first),
              std::max<std::uint64_t>(1 << 14, lengths[bucket.last - 1]));
    next = bucket.last;
  }
  EXPECT_EQ(next, lengths.size());
}

}  // namespace
}  // namespace sluice::evaluate
