#include "engine/store/watched_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

std::string make(const std::string& path) {
  RealDisk disk;
  EXPECT_TRUE(disk.make_folders(parent_path(path)));
  EXPECT_TRUE(disk.write(path, "x", Sync::no));
  return path;
}

TEST(WatchedFile, IsHereUntilSomebodyRemovesOrMovesIt) {
  tests::TemporaryFolder folder;
  const std::string path = make(folder / "run/store.db");
  const WatchedFile file(path);
  EXPECT_EQ(file.look(), Whereabouts::here);
  std::filesystem::rename(folder / "run", folder / "elsewhere");
  EXPECT_EQ(file.look(), Whereabouts::moved);
  std::filesystem::rename(folder / "elsewhere", folder / "run");
  EXPECT_EQ(file.look(), Whereabouts::here);
  std::filesystem::remove_all(folder / "run");
  EXPECT_EQ(file.look(), Whereabouts::removed);
}

TEST(WatchedFile, AnotherFileAtItsPathIsNotIt) {
  tests::TemporaryFolder folder;
  const std::string path = make(folder / "store.db");
  const WatchedFile file(path);
  std::filesystem::remove(path);
  make(path);
  EXPECT_EQ(file.look(), Whereabouts::removed);
}

TEST(WatchedFile, NothingToWatchIsHere) { EXPECT_EQ(WatchedFile().look(), Whereabouts::here); }

}  // namespace
}  // namespace sluice::store
