#include "engine/base/disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "tests/support/memory_disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice {
namespace {

using tests::MemoryDisk;
using tests::TemporaryFolder;

/// What every disk promises: the real one, and the one that tests and the simulator use in its place.
class AnyDisk : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override { ASSERT_TRUE(disk.make_folders(root)); }
  void put(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(disk.make_folders(parent_path(path)));
    ASSERT_TRUE(disk.write(path, bytes, Sync::no));
  }
  std::string names(const std::string& of) {
    std::string text;
    const auto entries = *disk.list(of);
    for (const auto& entry : entries)
      text += (text.empty() ? "" : " ") + entry.name + (entry.kind == FileKind::folder ? "/" : "");
    return text;
  }

  TemporaryFolder folder;
  RealDisk real;
  MemoryDisk memory;
  Disk& disk = GetParam() ? static_cast<Disk&>(real) : static_cast<Disk&>(memory);
  std::string root = folder.path();
};

TEST_P(AnyDisk, ReadsWhatWasWritten) {
  const std::string bytes("with\0zero\n", 10);
  put(root + "/a", bytes);
  EXPECT_EQ(*disk.read(root + "/a"), bytes);
  EXPECT_EQ(*disk.hash_file(root + "/a"), hash_bytes(bytes));
  const auto stat = *disk.stat(root + "/a");
  EXPECT_EQ(stat.kind, FileKind::file);
  EXPECT_EQ(stat.size, 10U);
  EXPECT_FALSE(stat.executable);
}

TEST_P(AnyDisk, ReplacesAFileWholeAndLeavesNothingBeside) {
  put(root + "/a", "one");
  const auto before = *disk.stat(root + "/a");
  ASSERT_TRUE(disk.write(root + "/a", "two", Sync::yes));
  EXPECT_EQ(*disk.read(root + "/a"), "two");
  EXPECT_NE(disk.stat(root + "/a")->inode, before.inode);
  EXPECT_EQ(names(root), "a");
}

TEST_P(AnyDisk, TakesAMissingFileAsAValueWhenAskedForItsKindOnly) {
  EXPECT_EQ(disk.stat(root + "/none")->kind, FileKind::missing);
  EXPECT_FALSE(disk.stat(root + "/none")->exists());
  EXPECT_EQ(disk.stat(root + "/none/below")->kind, FileKind::missing);
  EXPECT_FALSE(disk.read(root + "/none"));
  EXPECT_FALSE(disk.hash_file(root + "/none"));
  EXPECT_FALSE(disk.list(root + "/none"));
  EXPECT_EQ(disk.read(root + "/none").error().number, ENOENT);
}

TEST_P(AnyDisk, WritesOnlyIntoAFolderThatIsThere) {
  const auto written = disk.write(root + "/none/a", "x", Sync::no);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().number, ENOENT);
  EXPECT_EQ(to_string(written.error()), root + "/none/a: can't create it: No such file or directory");
}

TEST_P(AnyDisk, MakesFoldersWithTheirParentsAndAgain) {
  ASSERT_TRUE(disk.make_folders(root + "/a/b/c"));
  ASSERT_TRUE(disk.make_folders(root + "/a/b/c"));
  EXPECT_EQ(disk.stat(root + "/a/b/c")->kind, FileKind::folder);
}

TEST_P(AnyDisk, MakesNoFolderWhereAFileIs) {
  put(root + "/a", "x");
  EXPECT_FALSE(disk.make_folders(root + "/a"));
  EXPECT_EQ(*disk.read(root + "/a"), "x");
}

TEST_P(AnyDisk, MovesFilesAndFolders) {
  put(root + "/from/x", "1");
  put(root + "/from/deep/y", "2");
  put(root + "/file", "old");
  ASSERT_TRUE(disk.rename(root + "/from", root + "/to"));
  EXPECT_EQ(*disk.read(root + "/to/deep/y"), "2");
  EXPECT_FALSE(disk.stat(root + "/from")->exists());
  const auto before = *disk.stat(root + "/to/x");
  ASSERT_TRUE(disk.rename(root + "/to/x", root + "/file"));
  EXPECT_EQ(*disk.read(root + "/file"), "1");
  EXPECT_EQ(file_signature(*disk.stat(root + "/file")), file_signature(before))
      << "moving a file is not changing it";
}

TEST_P(AnyDisk, SaysWhatItCouldNotMove) {
  const auto moved = disk.rename(root + "/none", root + "/to");
  ASSERT_FALSE(moved);
  EXPECT_EQ(to_string(moved.error()),
            root + "/none: can't move it to " + root + "/to: No such file or directory");
}

TEST_P(AnyDisk, CopiesAFile) {
  put(root + "/a", "bytes");
  ASSERT_TRUE(disk.copy_file(root + "/a", root + "/b", true));
  EXPECT_EQ(*disk.read(root + "/b"), "bytes");
  EXPECT_TRUE(disk.stat(root + "/b")->executable);
  ASSERT_TRUE(disk.write(root + "/a", "more", Sync::no));
  ASSERT_TRUE(disk.copy_file(root + "/a", root + "/b", false));
  EXPECT_EQ(*disk.read(root + "/b"), "more");
}

TEST_P(AnyDisk, CopiesATree) {
  put(root + "/from/x", "1");
  put(root + "/from/deep/y", "2");
  ASSERT_TRUE(disk.make_folders(root + "/from/empty"));
  ASSERT_TRUE(copy_tree(disk, root + "/from", root + "/to"));
  EXPECT_EQ(names(root + "/to"), "deep/ empty/ x");
  EXPECT_EQ(digest(disk, root + "/to")->hash, digest(disk, root + "/from")->hash);
}

TEST_P(AnyDisk, RemovesATreeAndTakesAMissingOneAsDone) {
  put(root + "/a/b/c", "x");
  put(root + "/ab", "stays");
  ASSERT_TRUE(disk.remove_tree(root + "/a"));
  ASSERT_TRUE(disk.remove_tree(root + "/a"));
  EXPECT_EQ(names(root), "ab");
  ASSERT_TRUE(disk.remove_tree(root + "/ab"));
  EXPECT_EQ(names(root), "");
}

TEST_P(AnyDisk, RemovesAFolderOnlyIfItIsEmpty) {
  put(root + "/full/x", "x");
  ASSERT_TRUE(disk.make_folders(root + "/empty"));
  EXPECT_TRUE(*disk.remove_empty_folder(root + "/empty"));
  EXPECT_FALSE(*disk.remove_empty_folder(root + "/full"));
  EXPECT_TRUE(*disk.remove_empty_folder(root + "/none")) << "it is not there: that is what was wanted";
  EXPECT_EQ(names(root), "full/");
}

TEST_P(AnyDisk, ListsByName) {
  for (const char* name : {"b", "a", "c", "B", "10", "9"}) put(root + "/" + name, "");
  ASSERT_TRUE(disk.make_folders(root + "/folder"));
  EXPECT_EQ(names(root), "10 9 B a b c folder/");
}

// ---- content ----

TEST_P(AnyDisk, TheContentOfAFileIsItsBytes) {
  put(root + "/a", "bytes");
  put(root + "/b", "bytes");
  const auto a = *digest(disk, root + "/a"), b = *digest(disk, root + "/b");
  EXPECT_EQ(a.kind, FileKind::file);
  EXPECT_EQ(a.size, 5U);
  EXPECT_EQ(a.hash, hash_bytes("bytes"));
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_NE(a.signature, b.signature);
  EXPECT_EQ(survey(disk, root + "/a")->signature, a.signature);
  EXPECT_TRUE(survey(disk, root + "/a")->hash.is_zero()) << "a survey reads nothing";
}

TEST_P(AnyDisk, TheContentOfAFolderIsNamesBytesAndShape) {
  const auto hash = [&](const std::string& name) { return digest(disk, root + "/" + name)->hash; };
  put(root + "/one/x", "1");
  put(root + "/one/deep/y", "2");
  put(root + "/two/deep/y", "2");
  put(root + "/two/x", "1");
  EXPECT_EQ(hash("one"), hash("two"));
  EXPECT_EQ(digest(disk, root + "/one")->size, 2U);
  std::set<Hash128> different = {hash("one")};
  put(root + "/two/x", "3");
  EXPECT_TRUE(different.insert(hash("two")).second) << "bytes";
  put(root + "/two/x", "1");
  ASSERT_TRUE(disk.rename(root + "/two/x", root + "/two/z"));
  EXPECT_TRUE(different.insert(hash("two")).second) << "a name";
  ASSERT_TRUE(disk.rename(root + "/two/z", root + "/two/deep/x"));
  EXPECT_TRUE(different.insert(hash("two")).second) << "a place";
  ASSERT_TRUE(disk.rename(root + "/two/deep/x", root + "/two/x"));
  EXPECT_EQ(hash("one"), hash("two"));
  ASSERT_TRUE(disk.make_folders(root + "/two/empty"));
  EXPECT_TRUE(different.insert(hash("two")).second) << "an empty folder";
  ASSERT_TRUE(disk.remove_tree(root + "/two/empty"));
  ASSERT_TRUE(disk.copy_file(root + "/one/x", root + "/two/x", true));
  EXPECT_TRUE(different.insert(hash("two")).second) << "an executable bit";
}

TEST_P(AnyDisk, TheSignatureOfAFolderSeesEveryChange) {
  const auto signature = [&] { return survey(disk, root + "/f")->signature; };
  put(root + "/f/x", "1");
  put(root + "/f/deep/y", "2");
  std::set<std::uint64_t> seen = {signature()};
  EXPECT_FALSE(seen.insert(signature()).second);
  put(root + "/f/deep/y", "3");
  EXPECT_TRUE(seen.insert(signature()).second);
  ASSERT_TRUE(disk.rename(root + "/f/x", root + "/f/z"));
  EXPECT_TRUE(seen.insert(signature()).second);
  ASSERT_TRUE(disk.make_folders(root + "/f/empty"));
  EXPECT_TRUE(seen.insert(signature()).second);
  ASSERT_TRUE(disk.remove_tree(root + "/f/deep/y"));
  EXPECT_TRUE(seen.insert(signature()).second);
}

TEST_P(AnyDisk, MovingAFolderKeepsItsSignature) {
  put(root + "/f/deep/y", "2");
  const auto before = survey(disk, root + "/f")->signature;
  ASSERT_TRUE(disk.rename(root + "/f", root + "/g"));
  EXPECT_EQ(survey(disk, root + "/g")->signature, before);
}

TEST_P(AnyDisk, NothingIsContentToo) {
  EXPECT_EQ(*digest(disk, root + "/none"), Content{});
  EXPECT_EQ(*survey(disk, root + "/none"), Content{});
}

TEST_P(AnyDisk, HashesThroughACacheIfTheCallerHasOne) {
  put(root + "/f/x", "1");
  put(root + "/f/y", "2");
  std::vector<std::string> asked;
  const HashFile cache = [&](const std::string& path, const FileStat& stat) -> Result<Hash128> {
    asked.push_back(path);
    EXPECT_EQ(stat.size, 1U);
    return disk.hash_file(path);
  };
  EXPECT_EQ(*digest(disk, root + "/f", cache), *digest(disk, root + "/f"));
  EXPECT_EQ(asked, (std::vector<std::string>{root + "/f/x", root + "/f/y"}));
}

std::string disk_name(const ::testing::TestParamInfo<bool>& parameter) {
  return parameter.param ? "Real" : "Memory";
}
INSTANTIATE_TEST_SUITE_P(Disks, AnyDisk, ::testing::Values(true, false), disk_name);

// ---- only a real disk has these ----

class RealDiskTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  RealDisk disk;
};

TEST_F(RealDiskTest, FollowsLinksWhenAskedTo) {
  ASSERT_TRUE(disk.write(folder / "file", "x", Sync::no));
  ASSERT_EQ(::symlink("file", (folder / "link").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", (folder / "broken").c_str()), 0);
  EXPECT_EQ(disk.stat(folder / "link")->kind, FileKind::file);
  EXPECT_EQ(disk.stat_link(folder / "link")->kind, FileKind::link);
  EXPECT_EQ(disk.stat(folder / "broken")->kind, FileKind::missing);
  EXPECT_EQ(disk.stat_link(folder / "broken")->kind, FileKind::link);
}

TEST_F(RealDiskTest, RemovesALinkAndNotWhatItPointsTo) {
  ASSERT_TRUE(disk.make_folders(folder / "keep"));
  ASSERT_TRUE(disk.write(folder / "keep/file", "x", Sync::no));
  ASSERT_TRUE(disk.make_folders(folder / "tree"));
  ASSERT_EQ(::symlink((folder / "keep").c_str(), (folder / "tree/link").c_str()), 0);
  ASSERT_TRUE(disk.remove_tree(folder / "tree"));
  EXPECT_EQ(*disk.read(folder / "keep/file"), "x");
}

TEST_F(RealDiskTest, RefusesLinksAndSpecialFilesInAFolderThatIsAnOutput) {
  ASSERT_TRUE(disk.make_folders(folder / "out"));
  ASSERT_EQ(::symlink("/etc/passwd", (folder / "out/link").c_str()), 0);
  const auto content = digest(disk, folder / "out");
  ASSERT_FALSE(content);
  EXPECT_EQ(to_string(content.error()),
            folder / "out/link" +
                ": a folder that is an output may hold files and folders only, not a link or a special file\n"
                "  copy the file in instead of linking it");
  EXPECT_FALSE(survey(disk, folder / "out"));
  ASSERT_TRUE(disk.remove_tree(folder / "out/link"));
  ASSERT_EQ(::mkfifo((folder / "out/pipe").c_str(), 0600), 0);
  EXPECT_FALSE(digest(disk, folder / "out"));
}

TEST_F(RealDiskTest, SeesAPipeAsNeitherFileNorFolder) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(disk.stat(folder / "pipe")->kind, FileKind::other);
  EXPECT_EQ(digest(disk, folder / "pipe")->kind, FileKind::other);
}

TEST_F(RealDiskTest, WritesIntoAPipeAndPutsNoFileInItsPlace) {
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0666), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_TRUE(disk.write(pipe, "page", Sync::yes));
  char text[8] = {};
  EXPECT_EQ(::read(reader, text, sizeof text), 4);
  EXPECT_EQ(std::string(text), "page");
  EXPECT_EQ(disk.stat(pipe)->kind, FileKind::other);
  ::close(reader);
}

TEST_F(RealDiskTest, HashesAFileLargerThanItsBuffer) {
  std::string bytes((1U << 20U) + 12345, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 1000);
  ASSERT_TRUE(disk.write(folder / "large", bytes, Sync::no));
  EXPECT_EQ(*disk.hash_file(folder / "large"), hash_bytes(bytes));
  EXPECT_EQ(*disk.read(folder / "large"), bytes);
}

TEST_F(RealDiskTest, TakesDeepTreesAndLongNames) {
  std::string path = folder.path();
  for (int i = 0; i < 100; ++i) path += "/folder";
  ASSERT_TRUE(disk.make_folders(path));
  ASSERT_TRUE(disk.write(path + "/" + std::string(200, 'n'), "x", Sync::no));
  ASSERT_TRUE(disk.remove_tree(folder / "folder"));
  EXPECT_TRUE(disk.list(folder.path())->empty());
}

TEST_F(RealDiskTest, SaysWhatToDoAboutPermissions) {
  EXPECT_EQ(to_string(io_error("can't open it", "/run/store.db", EACCES)),
            "/run/store.db: can't open it: Permission denied\n  check the permissions of this path");
  EXPECT_EQ(
      to_string(io_error("can't write it", "/run/x", ENOSPC)),
      "/run/x: can't write it: No space left on device\n  free some space, then run the same command again");
  EXPECT_EQ(io_error("can't write it", "/run/x", EDQUOT).number, EDQUOT);
}

TEST_F(RealDiskTest, SaysThatADiskIsFull) {
  ASSERT_TRUE(disk.write(folder / "a", "old", Sync::no));
  const auto copied = disk.copy_file(folder / "a", "/dev/full", false);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().number, ENOSPC);
}

TEST_F(RealDiskTest, KnowsHowMuchIsFree) { EXPECT_GT(*disk.free_bytes(folder.path()), 0U); }

// ---- paths ----

TEST(Path, Joins) {
  EXPECT_EQ(join_path("/run", "a/b"), "/run/a/b");
  EXPECT_EQ(join_path("/run/", "a"), "/run/a");
  EXPECT_EQ(join_path("", "a"), "a");
  EXPECT_EQ(join_path("/run", ""), "/run");
  EXPECT_EQ(join_path("/run", "/etc"), "/etc");
}

TEST(Path, TakesApart) {
  EXPECT_EQ(parent_path("/a/b"), "/a");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(parent_path("a"), "");
  EXPECT_EQ(file_name("/a/b"), "b");
  EXPECT_EQ(file_name("b"), "b");
  EXPECT_EQ(file_name("/a/"), "");
}

TEST(Path, BecomesAbsoluteAndNormal) {
  EXPECT_EQ(absolute_path("/a/./b//c/../d/"), "/a/b/d");
  EXPECT_EQ(absolute_path("/../.."), "/");
  EXPECT_EQ(absolute_path("/"), "/");
  EXPECT_EQ(absolute_path("x").front(), '/');
  EXPECT_TRUE(absolute_path("x").ends_with("/x"));
}

}  // namespace
}  // namespace sluice
