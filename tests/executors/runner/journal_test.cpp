#include "executors/runner/journal.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "engine/base/disk.h"
#include "engine/base/record_line.h"
#include "executors/runner/journal_lines.h"
#include "executors/runner/ledger.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

ExitRecord record_of(const Token& token, int exit_code) {
  ExitRecord record;
  record.token = token;
  record.exit_code = exit_code;
  record.node = "here";
  return record;
}

std::string whole_journal() {
  std::string bytes;
  bytes += seal_line(opened_line("r1", {"host", "boot", 17, 99}));
  bytes += seal_line(accepted_line({"a", "b", "c"}));
  bytes += seal_line(claim_line("a"));
  bytes += seal_line(started_line({"a", 100, 5, "/log/a", 2, 4}));
  bytes += seal_line(claim_line("b"));
  bytes += seal_line(finished_line(record_of("a", 3)));
  bytes += seal_line(dropped_line("c"));
  bytes += seal_line(closed_line());
  return bytes;
}

TEST(JournalState, SaysHowFarEachAttemptHasCome) {
  JournalState state;
  state.feed(whole_journal());
  EXPECT_EQ(state.runner(), "r1");
  EXPECT_EQ(state.process(), (ProcessId{"host", "boot", 17, 99}));
  EXPECT_EQ(state.find("a")->progress, Progress::finished);
  EXPECT_EQ(state.find("a")->number, 1U);
  EXPECT_EQ(state.find("a")->start.pid, 100);
  EXPECT_EQ(state.find("a")->start.log, "/log/a");
  EXPECT_EQ(state.find("a")->start.ranks, 4);
  EXPECT_EQ(state.record_of(*state.find("a"))->exit_code, 3);
  EXPECT_EQ(state.find("b")->progress, Progress::claimed);
  EXPECT_EQ(state.find("c")->progress, Progress::dropped);
  EXPECT_EQ(state.find("d"), nullptr);
  EXPECT_TRUE(state.has_unfinished());
  EXPECT_TRUE(state.closed());
  EXPECT_EQ(state.damaged(), 0U);
}

// A killed runner or a full disk may leave a journal of any length: what is whole counts, the torn line does
// not, and what is written behind it later is read.
TEST(JournalState, IsReadAtEveryLength) {
  const std::string bytes = whole_journal();
  std::size_t finished_at = bytes.find("finished");
  finished_at = bytes.find('\n', finished_at) + 1;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    JournalState state;
    state.feed(bytes.substr(0, length));
    const auto* a = state.find("a");
    if (length < finished_at) {
      EXPECT_TRUE(a == nullptr || !a->ended()) << length;
    } else {
      ASSERT_NE(a, nullptr);
      EXPECT_EQ(state.record_of(*a)->exit_code, 3) << length;
    }
    state.feed("\n" + seal_line(finished_line(record_of("b", 9))));
    ASSERT_NE(state.find("b"), nullptr) << length;
    EXPECT_EQ(state.record_of(*state.find("b"))->exit_code, 9) << length;
  }
}

TEST(JournalState, GrowsByAnyPieces) {
  const std::string bytes = whole_journal();
  JournalState state;
  for (const char byte : bytes) state.feed({&byte, 1});
  EXPECT_EQ(state.find("a")->progress, Progress::finished);
  EXPECT_EQ(state.record_of(*state.find("a"))->exit_code, 3);
  EXPECT_TRUE(state.closed());
}

TEST(JournalState, DamageIsCountedAndSkipped) {
  std::string bytes = whole_journal();
  bytes[bytes.find("claim\":\"b")] = '?';
  bytes += std::string(4096, '\0') + "\n";
  bytes += seal_line("not json");
  JournalState state;
  state.feed(bytes);
  EXPECT_EQ(state.find("b")->progress, Progress::accepted);
  EXPECT_EQ(state.damaged(), 3U);
}

TEST(JournalState, TheRunnersOwnWordComesFirst) {
  JournalState state;
  state.feed(whole_journal());
  state.feed(seal_line(finished_line(record_of("a", 99))));
  EXPECT_EQ(state.record_of(*state.find("a"))->exit_code, 3);
}

TEST(JournalFile, IsReadBackWhileItGrows) {
  const tests::TemporaryFolder folder;
  auto journal = Journal::create(folder.path());
  ASSERT_TRUE(journal.ok());
  const auto first = (*journal)->append("first");
  const auto second = (*journal)->append("second");
  EXPECT_EQ((*journal)->read(second, 6), "second");  // not written yet
  ASSERT_TRUE((*journal)->flush());
  EXPECT_EQ((*journal)->read(first, 5), "first");
  const auto third = (*journal)->append("third");
  EXPECT_EQ((*journal)->read(second, 6), "second");
  EXPECT_EQ((*journal)->read(third, 5), "third");
  journal->reset();
  EXPECT_EQ(*RealDisk().read(journal_path(folder.path())),
            seal_line("first") + seal_line("second") + seal_line("third"));
  EXPECT_FALSE(RealDisk().stat(folder / "reserve")->exists());
}

TEST(JournalFile, HasOneWriterInItsLife) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(Journal::create(folder.path()).ok());
  const auto again = Journal::create(folder.path());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(to_string(again.error()),
            folder.path() + "/journal: can't make the runner's journal: File exists");
}

/// A file system of four megabytes, for as long as the test lives.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = ::mount("none", folder_.path().c_str(), "tmpfs", 0, "size=4m") == 0; }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  const std::string& path() const { return folder_.path(); }
  void fill() const {
    RealDisk disk;
    for (std::size_t size = 1U << 20U; size >= 4096; size /= 2)
      while (disk.write(path() + "/fill" + std::to_string(counter_++), std::string(size, 'x'), Sync::no)) {
      }
  }
  void make_room() const {
    RealDisk disk;
    const auto entries = disk.list(path());
    for (const auto& entry : *entries)
      if (entry.name.starts_with("fill")) ::unlink((path() + "/" + entry.name).c_str());
  }

 private:
  tests::TemporaryFolder folder_;
  bool mounted_ = false;
  mutable int counter_ = 0;
};

TEST(JournalFile, OnAFullDiskEvidenceIsKept) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount a small file system";
  auto journal = Journal::create(disk.path());
  ASSERT_TRUE(journal.ok());
  disk.fill();
  std::string expected;
  const auto write_lines = [&](int count) {
    bool flushed = true;
    for (int i = 0; i < count; ++i) {
      const std::string text(1000, static_cast<char>('a' + i % 26));
      (*journal)->append(text);
      expected += seal_line(text);
      flushed = (*journal)->flush() && flushed;
    }
    return flushed;
  };
  EXPECT_TRUE(write_lines(500)) << "the reserve is there for this";
  EXPECT_FALSE(write_lines(2000)) << "the reserve is used up";
  EXPECT_EQ((*journal)->trouble(), disk.path() +
                                       "/journal: can't write the runner's journal: No space left on device\n"
                                       "  free some space, then run the same command again");
  disk.make_room();
  EXPECT_TRUE((*journal)->flush());
  EXPECT_EQ((*journal)->trouble(), "");
  EXPECT_EQ(*RealDisk().read(journal_path(disk.path())), expected) << "no line is lost, torn or doubled";
}

TEST(LedgerIndex, KnowsWhatWasTakenAndHowItEnded) {
  const tests::TemporaryFolder folder;
  auto journal = Journal::create(folder.path());
  Ledger ledger(std::move(*journal), "r7");
  EXPECT_FALSE(ledger.knows("a"));
  ledger.accept("a");
  ledger.accept("b");
  EXPECT_EQ(ledger.handle("a"), "r7/1");
  EXPECT_EQ(ledger.handle("b"), "r7/2");
  EXPECT_EQ(ledger.progress("a"), Progress::accepted);
  EXPECT_TRUE(ledger.claim("a"));
  ledger.started({"a", 1, 2, "/log", 3, 1});
  EXPECT_FALSE(ledger.record("a").has_value());
  ledger.finished(record_of("a", 5));
  ledger.dropped("b");
  EXPECT_EQ(ledger.record("a")->exit_code, 5);
  EXPECT_TRUE(ledger.flush());
  EXPECT_EQ(ledger.record("a")->exit_code, 5);
  EXPECT_EQ(ledger.progress("b"), Progress::dropped);
  JournalState state;
  state.feed(*RealDisk().read(journal_path(folder.path())));
  EXPECT_EQ(state.find("a")->number, 1U);
  EXPECT_EQ(state.find("b")->number, 2U);
  EXPECT_EQ(state.find("b")->progress, Progress::dropped);
  EXPECT_FALSE(state.has_unfinished());
}

}  // namespace
}  // namespace sluice::executors
