// The kernel's files are played by ordinary ones: a real control group with a memory controller is not to be
// had on every machine that runs the tests.
#include "executors/runner/cgroup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/base/disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

TEST(Cgroup, IsNotFoundWhereMemoryIsNotOurs) {
  const tests::TemporaryFolder mount;
  RealDisk disk;
  ASSERT_TRUE(disk.make_folders(mount / "user/session"));
  EXPECT_FALSE(CgroupRoot::find_below(mount.path(), "/user/session").has_value());
  EXPECT_FALSE(CgroupRoot::find_below("", "/").has_value());
  EXPECT_FALSE(CgroupRoot::find_below(mount.path(), "").has_value());
  EXPECT_TRUE(disk.list(mount / "user/session")->empty()) << "no trace of the attempt stays";
  EXPECT_TRUE(disk.list(mount / "user")->size() == 1) << "no trace of the attempt stays";
}

TEST(Cgroup, TellsWhatTheKernelCounted) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  ASSERT_TRUE(disk.write(folder / "memory.events",
                         "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n", Sync::no));
  ASSERT_TRUE(disk.write(folder / "memory.peak", "123456789\n", Sync::no));
  ASSERT_TRUE(disk.write(folder / "cgroup.procs", "", Sync::no));
  ASSERT_TRUE(disk.write(folder / "cgroup.kill", "", Sync::no));
  const Cgroup group(folder.path(), -1);
  EXPECT_EQ(group.oom_kills(), 2U);
  EXPECT_EQ(group.peak_bytes(), 123456789U);
  EXPECT_TRUE(group.empty());
  ASSERT_TRUE(disk.write(folder / "cgroup.procs", "17\n", Sync::no));
  EXPECT_FALSE(group.empty());
  group.kill_all();
  EXPECT_EQ(*disk.read(folder / "cgroup.kill"), "1");
}

}  // namespace
}  // namespace sluice::executors
