#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/disk.h"
#include "tests/support/memory_disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice {
namespace {

void expect_reads_what_was_added(Disk& disk, const std::string& path) {
  EXPECT_EQ(*disk.read_from(path, 0), "onetwo");
  EXPECT_EQ(*disk.read_from(path, 3), "two");
  EXPECT_EQ(*disk.read_from(path, 6), "");
  EXPECT_EQ(*disk.read_from(path, 60), "");
  EXPECT_FALSE(disk.read_from(path + "-missing", 0).ok());
}

TEST(Disk, ReadsWhatAGrowingFileHasGot) {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "log") << "onetwo";
  RealDisk real;
  expect_reads_what_was_added(real, folder / "log");
  tests::MemoryDisk memory;
  memory.put("/log", "onetwo");
  expect_reads_what_was_added(memory, "/log");
}

}  // namespace
}  // namespace sluice
