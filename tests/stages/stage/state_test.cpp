#include "stages/stage/state.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/memory_disk.h"

namespace sluice::stage {
namespace {

constexpr const char* zombie_token = "run/train/1";
constexpr const char* heir_token = "run/train/2";

class StateTest : public testing::Test {
 protected:
  State open(const std::string& token) { return *open_state(disk, "/state", {"/fence", token}); }
  void own(const std::string& token) { disk.put("/fence", token + "\n"); }
  std::string content(const std::string& name) { return disk.read("/state/" + name).value_or("(none)"); }

  tests::MemoryDisk disk;
};

TEST_F(StateTest, ReadsWhatWasCommitted) {
  own(zombie_token);
  State state = open(zombie_token);
  EXPECT_EQ(*state.read("epoch"), std::nullopt);
  EXPECT_TRUE(state.commit("epoch", "1").ok());
  EXPECT_TRUE(state.commit("epoch", "2").ok());
  EXPECT_EQ(*state.read("epoch"), "2");
  EXPECT_EQ(*open(zombie_token).read("epoch"), "2");
  EXPECT_EQ(state.commits(), 2);
}

TEST_F(StateTest, AZombieCannotOverwriteItsSuccessor) {
  own(zombie_token);
  State zombie = open(zombie_token);
  EXPECT_TRUE(zombie.commit("epoch", "1").ok());
  own(heir_token);
  State heir = open(heir_token);
  EXPECT_TRUE(heir.commit("epoch", "2").ok());

  const Status late = zombie.commit("epoch", "late");
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(to_string(late.error()),
            "/fence: another attempt of this task owns the state folder now, so this one ends\n"
            "  nothing is lost: the attempt that took over goes on");
  EXPECT_EQ(exit_code(late.error().kind), 74);
  EXPECT_EQ(content("epoch"), "2");
  EXPECT_EQ(disk.files("/state"), std::vector<std::string>{"/state/epoch"});
}

TEST_F(StateTest, TheFenceIsCheckedAfterTheBytesAreSafe) {
  own(zombie_token);
  State zombie = open(zombie_token);
  disk.before_change = [&](const std::string& operation, const std::string&) {
    if (operation == "write") {
      disk.before_change = nullptr;
      own(heir_token);  // the takeover comes while the checkpoint is being written
    }
    return 0;
  };
  EXPECT_FALSE(zombie.commit("epoch", "late").ok());
  EXPECT_EQ(content("epoch"), "(none)");
}

TEST_F(StateTest, AFenceThatCannotBeReadIsNotPassed) {
  own(zombie_token);
  State state = open(zombie_token);
  ASSERT_TRUE(disk.remove_tree("/fence").ok());
  EXPECT_FALSE(state.commit("epoch", "1").ok());
  EXPECT_EQ(content("epoch"), "(none)");
}

TEST_F(StateTest, ByHandThereIsNoFence) {
  State state = *open_state(disk, "/state", {});
  EXPECT_TRUE(state.commit("epoch", "1").ok());
  EXPECT_EQ(content("epoch"), "1");
}

TEST_F(StateTest, AFullDiskKeepsTheOldCheckpoint) {
  own(zombie_token);
  State state = open(zombie_token);
  EXPECT_TRUE(state.commit("epoch", "1").ok());
  disk.before_change = [](const std::string& operation, const std::string&) {
    return operation == "write" ? ENOSPC : 0;
  };
  EXPECT_EQ(state.commit("epoch", "2").error().kind, ErrorKind::io);
  EXPECT_EQ(content("epoch"), "1");
}

TEST_F(StateTest, HalfWrittenCheckpointsAreSweptAway) {
  own(zombie_token);
  disk.put("/state/epoch", "1");
  disk.put("/state/epoch.next-0123456789abcdef", "ha");
  (void)open(zombie_token);
  EXPECT_EQ(disk.files("/state"), std::vector<std::string>{"/state/epoch"});
}

}  // namespace
}  // namespace sluice::stage
