// A small file system that is really full. Needs the right to mount one (a user namespace will do); where
// that is not given, the tests are skipped and say so.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/store/lock.h"
#include "tests/engine/store/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

using tests::TemporaryFolder;

/// A tmpfs of a few megabytes, mounted for one test.
class SmallDisk {
 public:
  explicit SmallDisk(const char* size) {
    mounted_ =
        ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  std::string operator/(const std::string& name) const { return folder_ / name; }
  void fill() const {
    std::ofstream file(folder_ / "filler", std::ios::binary | std::ios::app);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() const { ::unlink((folder_ / "filler").c_str()); }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

std::size_t results(Store& store) {
  std::size_t count = 0;
  EXPECT_TRUE(store.load_tasks([&](const Task& task) { count += task.fingerprint.is_zero() ? 0 : 1; }));
  return count;
}

/// A transaction of about 100 kB.
void add_many(Transaction& transaction, int first) {
  const Artifact artifact{"events", "sim/1.root", a_file()};
  for (int i = first; i < first + 100; ++i) {
    const TaskId task = transaction.task("simulate[shard=" + std::to_string(i) + "]");
    transaction.succeeded(task, 1, {1, 1}, {&artifact, 1}, std::string(800, 'r'));
  }
}

class FullDisk : public ::testing::TestWithParam<Journal> {
 protected:
  void SetUp() override {
    if (!disk.mounted()) GTEST_SKIP() << "may not mount a file system here";
  }
  StoreOptions options() const {
    StoreOptions options;
    options.journal = GetParam();
    return options;
  }
  SmallDisk disk{"4m"};
};

TEST_P(FullDisk, IsSaidWithWhatToDo) {
  auto store = must_open(disk / "store.db", options());
  disk.fill();
  Transaction transaction(*store);
  add_many(transaction, 0);
  const auto committed = transaction.commit();
  ASSERT_FALSE(committed);
  EXPECT_TRUE(is_disk_full(committed.error()));
  EXPECT_FALSE(is_damaged(committed.error()));
  EXPECT_EQ(committed.error().hint, "free some space, then run the same command again");
  EXPECT_EQ(committed.error().where, disk / "store.db");
}

TEST_P(FullDisk, LosesNothingThatWasOrIsToBeCommitted) {
  auto store = must_open(disk / "store.db", options());
  Transaction transaction(*store);
  add_many(transaction, 0);
  must_commit(transaction);
  disk.fill();
  add_many(transaction, 100);
  ASSERT_FALSE(transaction.commit());
  ASSERT_FALSE(transaction.commit()) << "still full";
  EXPECT_EQ(results(*store), 100U);
  disk.make_room();
  EXPECT_TRUE(transaction.commit());
  EXPECT_EQ(results(*store), 200U);
  store.reset();
  auto check = options();
  check.check = true;
  EXPECT_EQ(results(*must_open(disk / "store.db", check)), 200U);
}

TEST_P(FullDisk, GivesUpItsBallastForTheLastWords) {
  auto with_ballast = options();
  with_ballast.ballast = disk / "ballast";
  auto store = must_open(disk / "store.db", with_ballast);
  ASSERT_EQ(RealDisk().stat(disk / "ballast")->size, 1U << 20U);
  disk.fill();
  EXPECT_FALSE(store->on_ballast());
  Transaction transaction(*store);
  add_many(transaction, 0);
  const auto committed = transaction.commit();
  EXPECT_TRUE(committed) << to_string(committed.error());
  EXPECT_TRUE(store->on_ballast());
  EXPECT_EQ(results(*store), 100U);
}

TEST_P(FullDisk, LetsAKilledDriverContinueWhenThereIsRoomAgain) {
  {
    auto store = must_open(disk / "store.db", options());
    Transaction transaction(*store);
    add_many(transaction, 0);
    must_commit(transaction);
    disk.fill();
    add_many(transaction, 100);
    ASSERT_FALSE(transaction.commit());
  }
  disk.make_room();
  auto check = options();
  check.check = true;
  EXPECT_EQ(results(*must_open(disk / "store.db", check)), 100U);
}

TEST_P(FullDisk, CanBeLookedAt) {
  {
    auto store = must_open(disk / "store.db", options());
    Transaction transaction(*store);
    add_many(transaction, 0);
    must_commit(transaction);
  }
  disk.fill();
  auto reader = options();
  reader.access = Access::read;
  EXPECT_EQ(results(*must_open(disk / "store.db", reader)), 100U);
}

TEST_P(FullDisk, AtTheFirstStartLeavesNothingHalfMade) {
  disk.fill();
  const auto store = Store::open(disk / "store.db", options());
  ASSERT_FALSE(store);
  EXPECT_TRUE(is_disk_full(store.error())) << to_string(store.error());
  disk.make_room();
  EXPECT_TRUE(Store::open(disk / "store.db", options()));
}

std::string journal_name(const ::testing::TestParamInfo<Journal>& parameter) {
  return parameter.param == Journal::wal ? "Wal" : "Truncate";
}

INSTANTIATE_TEST_SUITE_P(Journals, FullDisk, ::testing::Values(Journal::wal, Journal::truncate),
                         journal_name);

}  // namespace
}  // namespace sluice::store
