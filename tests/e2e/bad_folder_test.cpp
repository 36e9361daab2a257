// A run folder on its worst day: not writable, full, damaged, somebody else's.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/e2e/harness.h"

namespace sluice::tests {
namespace {

constexpr const char* three = R"(sluice = 1
name = "t"
[stage.a]
each = { i = "1..3" }
command = ["sh", "-c", 'echo a$0 >> @/ledger; head -c 400000 /dev/urandom > "$1"', "{i}", "{outputs.o}"]
outputs = { o = "out/{i}" }
)";

TEST(BadFolder, AFileInThePlaceOfTheRunFolder) {
  Place place;
  place.write_workflow(three);
  place.write("taken", "a file");
  const Answer answer = place.sluice({"run", "w.toml", "--dir", "taken"});
  EXPECT_EQ(answer.code, 74);
  EXPECT_EQ(answer.err, place.filled("sluice: @/taken/.sluice: can't make the folder: Not a directory\n"));
}

TEST(BadFolder, AFileInThePlaceOfAnOutputsFolder) {
  Place place;
  place.write_workflow(three);
  place.write("out", "a file");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(holds(answer.err, {"FAILED", place.filled("@/out")})) << answer.err;
  EXPECT_EQ(place.read("out"), "a file");
  place.remove("out");
  EXPECT_EQ(place.sluice({"run"}).code, 0);
}

/// A small disk of its own below a place; only root may have one.
class Mount {
 public:
  Mount(std::string path, const std::string& options, unsigned long flags = 0) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    mounted_ = ::mount("none", path_.c_str(), "tmpfs", flags, options.c_str()) == 0;
  }
  ~Mount() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  bool there() const { return mounted_; }
  bool make_read_only() { return ::mount("none", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0; }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST(BadFolder, OneThatCantBeWritten) {
  Place place;
  Mount disk(place.path("disk"), "size=3m");
  if (!disk.there() || !disk.make_read_only()) GTEST_SKIP() << "may not mount here";
  place.write_workflow(three);
  const Answer answer = place.sluice({"run", "w.toml", "--dir", "disk"});
  EXPECT_EQ(answer.code, 74);
  EXPECT_EQ(answer.err, place.filled("sluice: @/disk/.sluice: can't make the folder: Read-only file system\n"
                                     "  check the permissions of this path\n"));
  EXPECT_EQ(place.ledger(), "");
}

TEST(BadFolder, AFullDiskStopsTheRunAndFailsNothing) {
  Place place;
  Mount disk(place.path("disk"), "size=3m");
  if (!disk.there()) GTEST_SKIP() << "may not mount here";
  place.write_workflow(three);
  const std::string filler = place.path("disk/filler");
  ASSERT_EQ(std::system(("head -c 900000 /dev/zero > " + filler).c_str()), 0);
  const Answer full = place.sluice({"run", "w.toml", "--dir", "disk", "-j", "1"});
  EXPECT_EQ(full.code, 74) << full.err;
  EXPECT_TRUE(holds(
      full.err, {"free some space, then run the same command again: nothing that was finished is lost\n"}))
      << full.err;
  std::filesystem::remove(filler);
  const Answer again = place.sluice({"run", "--dir", "disk"});
  EXPECT_EQ(again.code, 0) << again.err;
  for (const std::string i : {"1", "2", "3"})
    EXPECT_EQ(std::filesystem::file_size(place.path("disk/out/" + i)), 400'000u);
  EXPECT_EQ(place.ran("a1"), 1);
}

class Store : public testing::Test {
 protected:
  Store() {
    place.write_workflow(three);
    EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 0);
    place.forget_ledger();
    store = place.path(".sluice/store.db");
  }
  Place place;
  std::string store;
};

TEST_F(Store, ATruncatedOneIsSavedAsFarAsItCanBeRead) {
  std::filesystem::resize_file(store, std::filesystem::file_size(store) / 2);
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_TRUE(holds(answer.err, {"sluice: the store was damaged: it lies in " + store + ".damaged-1 now"}))
      << answer.err;
  EXPECT_TRUE(place.has(".sluice/store.db.damaged-1"));
  EXPECT_EQ(place.sluice({"plan"}).out,
            "3 tasks: 0 to run, 0 to decide when their inputs are there, 3 up to date\n");
}

TEST_F(Store, AnEmptyOneIsAFreshStart) {
  std::filesystem::resize_file(store, 0);
  std::filesystem::remove(store + "-wal");
  std::filesystem::remove(store + "-shm");
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 0);
}

TEST_F(Store, AFileThatIsNoStoreIsLeftAlone) {
  std::filesystem::remove(store + "-wal");
  std::filesystem::remove(store + "-shm");
  place.write(".sluice/store.db",
              "Dear diary, this is not a database, and it is long enough to look like one.\n");
  const std::string before = place.read(".sluice/store.db");
  const Answer answer = place.sluice({"run", "w.toml"});
  EXPECT_EQ(answer.code, 65);
  EXPECT_EQ(
      answer.err,
      place.filled("sluice: @/.sluice/store.db: this file is not a store of Sluice, and was left alone\n"
                   "  move it away if nobody needs it here, then run again\n"));
  EXPECT_EQ(place.read(".sluice/store.db"), before);
  EXPECT_EQ(place.ledger(), "");
}

TEST_F(Store, WithoutOneTheOutputsAreMadeAgain) {
  place.remove(".sluice");
  EXPECT_EQ(place.sluice({"run", "w.toml"}).code, 0);
  EXPECT_EQ(place.ran("a1"), 1);
}

}  // namespace
}  // namespace sluice::tests
