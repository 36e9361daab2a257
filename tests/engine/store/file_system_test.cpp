#include "engine/store/file_system.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

TEST(FileSystem, ALocalFolderIsNotOnTheNetwork) {
  const tests::TemporaryFolder folder;
  EXPECT_FALSE(on_network_file_system(folder.path()));
  EXPECT_FALSE(on_network_file_system(folder / "not/there/yet"));
  EXPECT_FALSE(on_network_file_system("/proc"));
  EXPECT_FALSE(on_network_file_system(""));
}

TEST(FileSystem, TheMagicNumbersAreThoseOfTheKernel) {
  EXPECT_TRUE(is_network_magic(0x6969)) << "NFS";
  EXPECT_TRUE(is_network_magic(0x0bd00bd0)) << "Lustre";
  EXPECT_TRUE(is_network_magic(0xff534d42)) << "CIFS";
  EXPECT_TRUE(is_network_magic(0x65735546)) << "FUSE";
  EXPECT_FALSE(is_network_magic(0xef53)) << "ext4";
  EXPECT_FALSE(is_network_magic(0x58465342)) << "XFS";
  EXPECT_FALSE(is_network_magic(0x01021994)) << "tmpfs";
}

}  // namespace
}  // namespace sluice::store
