#include "engine/store/store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/engine/store/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

using tests::TemporaryFolder;

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::string& path) { return RealDisk().read(path).value_or("unreadable"); }

void execute(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  sqlite3_close(database);
}

std::vector<std::string> task_names(Store& store) {
  std::vector<std::string> names;
  EXPECT_TRUE(store.load_tasks([&](const Task& task) { names.emplace_back(task.name); }));
  return names;
}

TEST(Store, RemembersFromOneLifeToTheNext) {
  const TemporaryFolder folder;
  succeed(*must_open(folder / "store.db"), "simulate");
  EXPECT_EQ(task_names(*must_open(folder / "store.db")), std::vector<std::string>{"simulate"});
}

TEST(Store, KeepsItsNameForEver) {
  const TemporaryFolder folder;
  std::string uid;
  {
    auto store = Store::open(folder / "store.db");
    ASSERT_TRUE(store);
    uid = (*store)->uid();
  }
  EXPECT_EQ(uid.size(), 32U);
  EXPECT_EQ(must_open(folder / "store.db")->uid(), uid);
}

TEST(Store, GivesEveryRunANameOfItsOwn) {
  const TemporaryFolder folder;
  auto store = must_open(folder / "store.db");
  Transaction transaction(*store);
  const std::string first = transaction.begin_run(a_run());
  const std::string second = transaction.begin_run(a_run());
  EXPECT_EQ(first.size(), 8U);
  EXPECT_NE(first, second);
}

TEST(Store, ReadingWhereNothingRanSaysSo) {
  const TemporaryFolder folder;
  StoreOptions options;
  options.access = Access::read;
  const auto store = Store::open(folder / "store.db", options);
  ASSERT_FALSE(store);
  EXPECT_EQ(to_string(store.error()),
            folder / "store.db" +
                ": nothing has run here yet\n"
                "  go to the folder of the run, name it with --dir, or start with: sluice run");
  EXPECT_FALSE(RealDisk().stat(folder / "store.db")->exists());
}

TEST(Store, AnEmptyFileIsANewStore) {  // a driver killed while it made the file
  const TemporaryFolder folder;
  write_file(folder / "store.db", "");
  succeed(*must_open(folder / "store.db"), "simulate");
  EXPECT_EQ(task_names(*must_open(folder / "store.db")), std::vector<std::string>{"simulate"});
}

/// What a driver leaves behind that is killed while it makes its store: half of it in the file, and SQLite's
/// journal beside it.
void die_while_making(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    std::string sql = "PRAGMA cache_size = 1; BEGIN; PRAGMA application_id = 1399616867;";  // schema.h
    for (int i = 0; i < 200; ++i) sql += "CREATE TABLE t" + std::to_string(i) + " (x TEXT);";
    sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
}

TEST(Store, IsMadeAnewAfterItsMakingWasKilled) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  die_while_making(path);
  ASSERT_TRUE(RealDisk().stat(path + "-journal")->exists());
  EXPECT_EQ(task_names(*must_open(path)), std::vector<std::string>{});
}

TEST(Store, IsMadeInADatabaseThatHoldsNothing) {
  for (const char* mark : {"PRAGMA application_id = 1399616867;", ""}) {
    const TemporaryFolder folder;
    const std::string path = folder / "store.db";
    execute(path, (std::string(mark) + "CREATE TABLE t (x TEXT); DROP TABLE t").c_str());
    succeed(*must_open(path), "simulate");
    EXPECT_EQ(task_names(*must_open(path)), std::vector<std::string>{"simulate"});
  }
}

TEST(Store, LeavesAFileOfSomebodyElseAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  for (const std::string& bytes : {std::string("my shopping list\n"), std::string(5000, 'x')}) {
    write_file(path, bytes);
    const auto store = Store::open(path);
    ASSERT_FALSE(store);
    EXPECT_EQ(to_string(store.error()), path +
                                            ": this file is not a store of Sluice, and was left alone\n"
                                            "  move it away if nobody needs it here, then run again");
    EXPECT_FALSE(is_damaged(store.error()));
    EXPECT_EQ(read_file(path), bytes);
  }
}

TEST(Store, LeavesADatabaseOfSomebodyElseAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  execute(path, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
  const std::string before = read_file(path);
  const auto store = Store::open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().what, "this file is not a store of Sluice, and was left alone");
  EXPECT_EQ(read_file(path), before);
}

TEST(Store, RefusesAFormatOfTheFuture) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  (void)must_open(path);
  execute(path, "PRAGMA user_version = 99");
  const auto store = Store::open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(to_string(store.error()), path +
                                          ": it was written by a newer Sluice (format 99, known here: 1)\n"
                                          "  use that version of Sluice, or another run folder");
}

TEST(Store, SaysThatAFileWhichIsCutShortIsDamaged) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  {
    auto store = must_open(path);
    for (int i = 0; i < 100; ++i) succeed(*store, "task" + std::to_string(i));
  }
  const std::string whole = read_file(path);
  write_file(path, whole.substr(0, whole.size() / 2));
  const auto store = Store::open(path);
  ASSERT_FALSE(store);
  EXPECT_TRUE(is_damaged(store.error()));
  EXPECT_EQ(to_string(store.error()),
            path +
                ": the store is damaged (database disk image is malformed)\n"
                "  sluice run moves it aside, saves what can be read of it, and goes on");
}

TEST(Store, WithACheckAlsoFindsDamageInside) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  {
    auto store = must_open(path);
    for (int i = 0; i < 100; ++i) succeed(*store, "task" + std::to_string(i));
  }
  std::string bytes = read_file(path);
  bytes.replace(bytes.size() / 2, 600, 600, '\xff');
  write_file(path, bytes);
  StoreOptions options;
  options.check = true;
  const auto store = Store::open(path, options);
  ASSERT_FALSE(store);
  EXPECT_TRUE(is_damaged(store.error())) << to_string(store.error());
}

TEST(Store, SaysWhenItMayNotBeOpened) {
  const auto store = Store::open("/proc/store.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(to_string(store.error()),
            "/proc/store.db: can't open the store: unable to open database file\n"
            "  check the permissions of this file and of its folder");
}

TEST(Store, LooksWhereTheRunFolderLies) {
  const TemporaryFolder folder;
  EXPECT_EQ(must_open(folder / "store.db")->journal(), Journal::wal);
}

/// On a network file system there must be no shared memory file, and the mode has to change when a folder
/// moves there.
TEST(Store, KeepsTransactionsWithoutSharedMemoryOnANetworkFileSystem) {
  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  succeed(*must_open(path), "one");
  StoreOptions options;
  options.journal = Journal::truncate;
  auto store = must_open(path, options);
  EXPECT_EQ(store->journal(), Journal::truncate);
  succeed(*store, "two");
  EXPECT_FALSE(RealDisk().stat(path + "-wal")->exists());
  EXPECT_FALSE(RealDisk().stat(path + "-shm")->exists());
  EXPECT_EQ(task_names(*store), (std::vector<std::string>{"one", "two"}));
}

TEST(Store, CanBeReadWhileADriverWrites) {
  const TemporaryFolder folder;
  for (const Journal journal : {Journal::wal, Journal::truncate}) {
    const std::string path = folder / (journal == Journal::wal ? "wal.db" : "truncate.db");
    StoreOptions options;
    options.journal = journal;
    auto driver = must_open(path, options);
    succeed(*driver, "one");
    options.access = Access::read;
    auto reader = must_open(path, options);
    EXPECT_EQ(task_names(*reader), std::vector<std::string>{"one"});
    succeed(*driver, "two");
    EXPECT_EQ(task_names(*reader), (std::vector<std::string>{"one", "two"}));
  }
}

TEST(Store, ASnapshotIsOfOneMoment) {
  const TemporaryFolder folder;
  auto driver = must_open(folder / "store.db");
  succeed(*driver, "one");
  StoreOptions options;
  options.access = Access::read;
  auto reader = must_open(folder / "store.db", options);
  {
    const Store::Snapshot moment(*reader);
    EXPECT_EQ(task_names(*reader).size(), 1U);
    succeed(*driver, "two");
    EXPECT_EQ(task_names(*reader).size(), 1U);
  }
  EXPECT_EQ(task_names(*reader).size(), 2U);
}

TEST(Store, CanBeReadInAFolderWhereNothingCanBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  const TemporaryFolder folder;
  (void)RealDisk().make_folders(folder / "what? 100% #1");
  const std::string path = folder / "what? 100% #1/store.db";
  succeed(*must_open(path), "simulate");
  ASSERT_EQ(::chmod(parent_path(path).c_str(), 0555), 0);
  StoreOptions options;
  options.access = Access::read;
  EXPECT_EQ(task_names(*must_open(path, options)), std::vector<std::string>{"simulate"});
  ASSERT_EQ(::chmod(parent_path(path).c_str(), 0755), 0);
}

TEST(Store, AReaderCannotWrite) {
  const TemporaryFolder folder;
  (void)must_open(folder / "store.db");
  StoreOptions options;
  options.access = Access::read;
  auto reader = must_open(folder / "store.db", options);
  Transaction transaction(*reader);
  transaction.event(1, 0, 0, "hello");
  EXPECT_FALSE(transaction.commit());
}

TEST(MemoryStore, OutlivesTheStoresThatAreOpenedOnIt) {
  const MemoryStore memory;
  succeed(*must_open(memory.path()), "simulate");
  EXPECT_EQ(task_names(*must_open(memory.path())), std::vector<std::string>{"simulate"});
}

TEST(MemoryStore, IsOneOfItsOwn) {
  const MemoryStore one, other;
  succeed(*must_open(one.path()), "simulate");
  EXPECT_TRUE(task_names(*must_open(other.path())).empty());
}

TEST(MemoryStore, ForgetsWhatACrashInterrupted) {
  struct Crash {};
  const MemoryStore memory;
  succeed(*must_open(memory.path()), "one");
  StoreOptions options;
  options.at_commit = [](CommitPoint point) {
    if (point == CommitPoint::before) throw Crash{};
  };
  EXPECT_THROW(succeed(*must_open(memory.path(), options), "two"), Crash);
  EXPECT_EQ(task_names(*must_open(memory.path())), std::vector<std::string>{"one"});
  options.at_commit = [](CommitPoint point) {
    if (point == CommitPoint::after) throw Crash{};
  };
  EXPECT_THROW(succeed(*must_open(memory.path(), options), "three"), Crash);
  EXPECT_EQ(task_names(*must_open(memory.path())), (std::vector<std::string>{"one", "three"}));
}

}  // namespace
}  // namespace sluice::store
