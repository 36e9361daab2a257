// Checkpoints on a disk that fills up.
#include "stages/train/checkpoint.h"

#include <gtest/gtest.h>

#include "tests/support/memory_disk.h"

namespace sluice::train {

namespace {

Checkpoint small_checkpoint(std::int64_t step) {
  Checkpoint checkpoint;
  checkpoint.model.config.layers = 1;
  checkpoint.model.config.width = 8;
  checkpoint.model.config.hidden = 8;
  checkpoint.model.normalisation = model::identity_normalisation(17);
  checkpoint.model.weights = model::starting_weights(
      model::build_network(checkpoint.model.config, checkpoint.model.normalisation), 1);
  checkpoint.optimiser["first_moment"] = {1, 2, 3};
  checkpoint.position.step = step;
  checkpoint.position.sums[2] = 0.1;
  checkpoint.position.history = {"{\"epoch\":1}"};
  return checkpoint;
}

TEST(Checkpoints, ComeBackAsTheyWere) {
  tests::MemoryDisk disk;
  auto state = stage::open_state(disk, "/state", {});
  ASSERT_TRUE(state);
  Checkpoints checkpoints(disk, *state, "id", 2, [](const std::string&) {});
  Checkpoint saved = small_checkpoint(12);
  saved.best = saved.model.weights;
  ASSERT_TRUE(checkpoints.save(saved));
  const auto loaded = checkpoints.load();
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ((*loaded)->model.weights, saved.model.weights);
  EXPECT_EQ((*loaded)->best, saved.best);
  EXPECT_EQ((*loaded)->optimiser, saved.optimiser);
  EXPECT_EQ((*loaded)->position.step, 12);
  EXPECT_EQ((*loaded)->position.sums[2], 0.1);
  EXPECT_EQ((*loaded)->position.history, saved.position.history);
}

TEST(Checkpoints, AFullDiskIsAnErrorAndTheLastOneStays) {
  tests::MemoryDisk disk;
  auto state = stage::open_state(disk, "/state", {});
  ASSERT_TRUE(state);
  std::vector<std::string> said;
  Checkpoints checkpoints(disk, *state, "id", 2, [&](const std::string& text) { said.push_back(text); });
  ASSERT_TRUE(checkpoints.save(small_checkpoint(5)));
  disk.capacity_bytes = disk.used_bytes() + 2000;
  const auto saved = checkpoints.save(small_checkpoint(6));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::io);
  const auto loaded = checkpoints.load();
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ((*loaded)->position.step, 5);
  EXPECT_EQ(said, std::vector<std::string>());
}

TEST(Checkpoints, AHalfWrittenOneIsNeverSeen) {
  // The process is gone between any two of its writes: what is there is always the one before, or the new
  // one.
  for (int survive = 0; survive < 40; ++survive) {
    tests::MemoryDisk disk;
    auto state = stage::open_state(disk, "/state", {});
    ASSERT_TRUE(state);
    Checkpoints checkpoints(disk, *state, "id", 2, [](const std::string&) {});
    ASSERT_TRUE(checkpoints.save(small_checkpoint(5)));
    int changes = 0;
    struct Gone {};
    disk.before_change = [&](const std::string&, const std::string&) -> int {
      if (changes++ == survive) throw Gone();
      return 0;
    };
    bool gone = false;
    try {
      (void)checkpoints.save(small_checkpoint(6));
    } catch (const Gone&) {
      gone = true;
    }
    disk.before_change = nullptr;
    auto reopened = stage::open_state(disk, "/state", {});
    ASSERT_TRUE(reopened);
    Checkpoints after(disk, *reopened, "id", 2, [](const std::string& text) { FAIL() << text; });
    const auto loaded = after.load();
    ASSERT_TRUE(loaded && *loaded);
    const std::int64_t step = (*loaded)->position.step;
    EXPECT_TRUE(step == 5 || step == 6) << step;
    if (!gone) {
      EXPECT_EQ(step, 6);
      return;
    }
  }
  FAIL() << "saving never came to its end";
}

}  // namespace

}  // namespace sluice::train
