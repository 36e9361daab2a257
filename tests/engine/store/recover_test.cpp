#include "engine/store/recover.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/store/lock.h"
#include "tests/engine/store/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

using tests::TemporaryFolder;

constexpr int tasks = 400;
constexpr std::size_t page = 4096;

std::string task_name(int i) { return "simulate[shard=" + std::to_string(i) + "]"; }

std::string bytes_of(const std::string& path) { return *RealDisk().read(path); }
void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Results in a store that its driver did not close properly: what a node leaves that lost its power.
class Recover : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = must_open(path);
    Transaction transaction(*store);
    run = transaction.begin_run(a_run());
    must_commit(transaction);
    for (int i = 0; i < tasks; ++i) succeed(*store, task_name(i), static_cast<std::uint64_t>(i) + 1);
    const TaskId live = transaction.task("train");
    transaction.submitting(an_attempt(live));
    must_commit(transaction);
  }

  /// The results that a store knows; fails the test if it knows a wrong one.
  static std::set<int> results(Store& store) {
    std::set<int> known;
    const auto loaded = store.load_tasks([&](const Task& task) {
      if (task.fingerprint.is_zero()) return;
      const int number = static_cast<int>(task.fingerprint.high) - 1;
      EXPECT_EQ(task.name, task_name(number));
      if (task.artifacts.size() == 1 && task.artifacts[0].content == a_file(task.fingerprint.high))
        known.insert(number);
    });
    EXPECT_TRUE(loaded);
    return known;
  }

  std::set<int> recovered_results() {
    const auto recovered = recover(path);
    EXPECT_TRUE(recovered) << to_string(recovered.error());
    if (!recovered) return {};
    StoreOptions options;
    options.check = true;
    return results(*must_open(path, options));
  }

  const TemporaryFolder folder;
  const std::string path = folder / "store.db";
  std::string run;
};

TEST_F(Recover, SavesEverythingOfAStoreThatIsSound) {
  const auto recovered = recover(path);
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->note(),
            "the store was damaged: it lies in " + path +
                ".damaged-1 now, and what could be read of it was saved (results of 400 tasks, 400 "
                "attempts, 1 that may still run); what is missing is run again");
  auto store = must_open(path);
  EXPECT_EQ(results(*store).size(), 400U);
  EXPECT_EQ(store->live_attempts()->at(0).token(), run + "/train/1");
  EXPECT_EQ(store->attempts_in(run)->size(), 401U);
  EXPECT_EQ(store->last_events(1000)->size(), 400U);
  EXPECT_EQ((*store->last_run())->info.workflow_text, "sluice = 1\n");
  EXPECT_EQ(recipe_of(*store, 1), "program simulate results 1\n\n");
}

TEST_F(Recover, NeverChangesTheDamagedFile) {
  const std::string before = bytes_of(path).substr(0, 30 * page);
  put_bytes(path, before);
  ASSERT_TRUE(recover(path));
  EXPECT_EQ(bytes_of(path + ".damaged-1"), before);
  put_bytes(path, before);
  ASSERT_TRUE(recover(path));
  EXPECT_EQ(bytes_of(path + ".damaged-2"), before);
}

TEST_F(Recover, LeavesNoTemporaryFiles) {
  ASSERT_TRUE(recover(path));
  std::vector<std::string> names;
  const auto entries = *RealDisk().list(folder.path());
  for (const auto& entry : entries) names.push_back(entry.name);
  EXPECT_EQ(names, (std::vector<std::string>{"store.db", "store.db.damaged-1"}));
}

TEST_F(Recover, OfAFileCutShortSavesWhatIsLeft) {
  const std::string whole = bytes_of(path);
  std::size_t last = 0;
  std::mt19937 random(7);
  for (int step = 0; step <= 20; ++step) {
    // Any length, not only whole pages.
    const std::size_t jitter = step == 20 ? 0 : random() % page;
    const std::size_t length =
        std::min(whole.size(), whole.size() * static_cast<std::size_t>(step) / 20 + jitter);
    if (length == 0) continue;
    put_bytes(path, whole.substr(0, length));
    const std::size_t saved = recovered_results().size();
    EXPECT_GE(saved + 20, last) << "of " << length << " bytes";
    last = saved;
  }
  EXPECT_EQ(last, 400U);
}

TEST_F(Recover, OfOneDamagedPageLosesThatPageOnly) {
  const std::string whole = bytes_of(path);
  int costly = 0, harmless = 0;
  for (std::size_t at = page; at < whole.size(); at += page) {
    std::string damaged = whole;
    damaged.replace(at, page, page, '\x5a');
    put_bytes(path, damaged);
    const std::size_t saved = recovered_results().size();
    costly += saved < 300 ? 1 : 0;
    harmless += saved == 400 ? 1 : 0;
  }
  EXPECT_LE(costly, 8)
      << "only pages that stand above others in their table may cost more than what they hold";
  EXPECT_GT(harmless, 30) << "indices, history, events";
}

TEST_F(Recover, WithoutItsHeaderNobodyCanTellWhoseFileItIs) {
  std::string damaged = bytes_of(path);
  damaged.replace(0, page, page, '\x5a');
  put_bytes(path, damaged);
  EXPECT_EQ(Store::open(path).error().what, "this file is not a store of Sluice, and was left alone");
}

TEST_F(Recover, WithoutTheTableOfContentsLosesNothing) {
  std::string damaged = bytes_of(path);
  constexpr std::size_t header = 100;
  damaged.replace(header, page - header, page - header, '\x5a');
  put_bytes(path, damaged);
  EXPECT_EQ(recovered_results().size(), 400U);
}

TEST_F(Recover, OfFlippedBitsSavesNearlyAll) {
  const std::string whole = bytes_of(path);
  std::mt19937 random(11);
  for (int round = 0; round < 30; ++round) {
    std::string damaged = whole;
    for (int flips = 0; flips < 3; ++flips) {
      const std::size_t at = page + random() % (damaged.size() - page);
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    }
    put_bytes(path, damaged);
    const auto recovered = recover(path);
    ASSERT_TRUE(recovered) << to_string(recovered.error());
    StoreOptions options;
    options.check = true;
    EXPECT_TRUE(Store::open(path, options)) << "round " << round;
  }
}

TEST_F(Recover, TakesWithItWhatIsOnlyInTheLogOfTheLastCommits) {
  const std::string copy = folder / "copy.db";
  {
    auto store = must_open(path);
    succeed(*store, task_name(tasks), tasks + 1);
    put_bytes(copy + "-wal",
              bytes_of(path + "-wal"));  // as after a power failure: not yet in the file itself
    put_bytes(copy, bytes_of(path));
  }
  const auto recovered = recover(copy);
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->results, 401U);
  EXPECT_EQ(results(*must_open(copy)).size(), 401U);
  EXPECT_FALSE(RealDisk().stat(copy + "-wal.damaged-1")->exists());
  EXPECT_TRUE(RealDisk().stat(copy + ".damaged-1-wal")->exists());
}

TEST_F(Recover, NamesRunsAnew) {
  (void)recover(path);
  auto store = Store::open(path);
  ASSERT_TRUE(store);
  EXPECT_NE((*store)->uid(), "test") << "a lost run's name must not be given again";
}

TEST_F(Recover, HappensByItselfWhenADriverTakesTheLock) {
  put_bytes(path, bytes_of(path).substr(0, bytes_of(path).size() / 2));
  RealProcesses processes;
  RealClock clock;
  Lock lock(folder / "lock", processes, clock);
  auto answer = lock.take(path);
  ASSERT_TRUE(answer) << to_string(answer.error());
  auto& taken = std::get<Taken>(*answer);
  ASSERT_EQ(taken.notes.size(), 1U);
  EXPECT_TRUE(
      taken.notes[0].starts_with("the store was damaged: it lies in " + path + ".damaged-1 now, and "));
  EXPECT_GT(results(*taken.store).size(), 50U);
  EXPECT_TRUE(lock.release(*taken.store));
}

TEST_F(Recover, HappensByItselfAfterAnUncleanEndWithDamageInside) {
  RealProcesses processes;
  RealClock clock;
  {
    Lock lock("", processes, clock);
    auto answer = lock.take(path);
    ASSERT_TRUE(std::holds_alternative<Taken>(*answer));
  }
  std::string damaged = bytes_of(path);
  damaged.replace(damaged.size() / 2, 2 * page, 2 * page, '\x5a');
  put_bytes(path, damaged);

  class Later final : public Processes {  // the same machine after its reboot
   public:
    ProcessId self() override { return {host_name(), "after", 1, 1}; }
    Liveness liveness(const ProcessId&) override { return Liveness::dead; }
    Result<Captured> capture(const std::vector<std::string>&, int) override { return Captured{}; }
  } later;
  Lock lock(folder / "lock", later, clock);
  auto answer = lock.take(path);
  ASSERT_TRUE(answer) << to_string(answer.error());
  auto& taken = std::get<Taken>(*answer);
  EXPECT_EQ(taken.notes.size(), 1U);
  EXPECT_TRUE(taken.dead);
}

TEST_F(Recover, KeepsTheOwnerSoThatItsDeathIsNoticed) {
  RealProcesses processes;
  RealClock clock;
  {
    Lock lock("", processes, clock);
    ASSERT_TRUE(std::holds_alternative<Taken>(*lock.take(path)));
  }
  ASSERT_TRUE(recover(path));
  EXPECT_EQ((*Lock::owner(*must_open(path)))->process, processes.self());
}

}  // namespace
}  // namespace sluice::store
