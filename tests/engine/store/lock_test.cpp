#include "engine/store/lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <map>

#include "engine/store/transaction.h"
#include "tests/engine/store/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace sluice::store {
namespace {

using tests::TemporaryFolder;

class FakeClock final : public Clock {
 public:
  std::int64_t wall_ns() override { return 1'000'000 * ns_per_s + now; }
  std::int64_t mono_ns() override { return now; }
  void advance(double seconds) { now += static_cast<std::int64_t>(seconds * ns_per_s); }
  std::int64_t now = 0;
};

/// A world of processes on several hosts; `me` is who asks.
class FakeProcesses final : public Processes {
 public:
  explicit FakeProcesses(ProcessId me_) : me(std::move(me_)) {}
  ProcessId self() override { return me; }
  Liveness liveness(const ProcessId& process) override {
    if (process.host != me.host) return Liveness::unknown;
    return dead.contains(process.pid) || process.boot_id != me.boot_id ? Liveness::dead : Liveness::alive;
  }
  Result<Captured> capture(const std::vector<std::string>&, int) override { return Captured{}; }

  ProcessId me;
  std::map<std::int64_t, bool> dead;
};

/// A driver on some host, with a lock that is only the row in the store: file locks do not reach other hosts.
struct Driver {
  Driver(const std::string& path_, ProcessId me, FakeClock& clock)
      : path(path_), processes(std::move(me)), lock("", processes, clock) {}

  /// "taken", "taken from HOST pid N" or what to_error says.
  std::string take() {
    auto answer = lock.take(path);
    if (!answer) return to_string(answer.error());
    if (auto* busy = std::get_if<Busy>(&*answer)) return to_string(to_error(*busy, "/run"));
    auto& taken = std::get<Taken>(*answer);
    store = std::move(taken.store);
    if (!taken.dead) return "taken";
    return "taken from " + taken.dead->process.host + " pid " + std::to_string(taken.dead->process.pid);
  }
  Status write() {
    Transaction transaction(*store);
    transaction.event(1, 0, 0, "hello");
    return transaction.commit();
  }

  std::string path;
  FakeProcesses processes;
  Lock lock;
  std::unique_ptr<Store> store;
};

class LockRow : public ::testing::Test {
 protected:
  MemoryStore memory;
  FakeClock clock;
  Driver first{memory.path(), {"worker7", "boot-a", 100, 5}, clock};
  Driver beside{memory.path(), {"worker7", "boot-a", 200, 6}, clock};
  Driver elsewhere{memory.path(), {"login1", "boot-z", 300, 7}, clock};
};

TEST_F(LockRow, BelongsToWhoComesFirst) {
  EXPECT_EQ(first.take(), "taken");
  EXPECT_EQ(beside.take(),
            "/run: a sluice run is at work here: worker7 pid 100, heartbeat 0 s ago\n"
            "  follow it with: sluice status; or stop it with Ctrl-C where it runs");
}

TEST_F(LockRow, IsFreeAfterItsReleaseAndNobodyHasDied) {
  ASSERT_EQ(first.take(), "taken");
  ASSERT_TRUE(first.lock.release(*first.store));
  EXPECT_EQ(beside.take(), "taken");
}

TEST_F(LockRow, IsTakenFromADeadProcessAtOnce) {
  ASSERT_EQ(first.take(), "taken");
  beside.processes.dead[100] = true;
  EXPECT_EQ(beside.take(), "taken from worker7 pid 100");
}

TEST_F(LockRow, IsTakenFromAnEarlierBootAtOnce) {
  ASSERT_EQ(first.take(), "taken");
  beside.processes.me.boot_id = "boot-b";
  EXPECT_EQ(beside.take(), "taken from worker7 pid 100");
}

TEST_F(LockRow, IsNeverTakenFromALivingProcessHoweverSilent) {
  ASSERT_EQ(first.take(), "taken");
  for (int hours = 0; hours < 48; ++hours) {
    EXPECT_NE(beside.take().substr(0, 5), "taken");
    clock.advance(3600);
  }
}

TEST_F(LockRow, OnAnotherHostSilenceMustBeWatchedForFiveMinutes) {
  ASSERT_EQ(first.take(), "taken");
  clock.advance(4000);  // however old the heartbeat is: clocks of two hosts can't be compared
  EXPECT_EQ(elsewhere.take(),
            "/run: a sluice run is at work here: worker7 pid 100, heartbeat 1 h 06 min ago\n"
            "  if it is dead, it will be taken over after 5 min 00 s without a heartbeat; nothing is to be "
            "unlocked");
  clock.advance(299);
  EXPECT_NE(elsewhere.take().substr(0, 5), "taken");
  clock.advance(1);
  EXPECT_EQ(elsewhere.take(), "taken from worker7 pid 100");
}

TEST_F(LockRow, OnAnotherHostAHeartbeatStartsTheWatchAgain) {
  ASSERT_EQ(first.take(), "taken");
  EXPECT_NE(elsewhere.take().substr(0, 5), "taken");
  clock.advance(299);
  ASSERT_TRUE(first.lock.beat(*first.store));
  clock.advance(2);
  EXPECT_EQ(elsewhere.take(),
            "/run: a sluice run is at work here: worker7 pid 100, heartbeat 2 s ago\n"
            "  if it is dead, it will be taken over after 5 min 00 s without a heartbeat; nothing is to be "
            "unlocked");
  clock.advance(300);
  EXPECT_EQ(elsewhere.take(), "taken from worker7 pid 100");
}

TEST_F(LockRow, OneOfTwoThatWatchGetsIt) {
  ASSERT_EQ(first.take(), "taken");
  Driver third{memory.path(), {"login2", "boot-y", 400, 8}, clock};
  EXPECT_NE(elsewhere.take().substr(0, 5), "taken");
  EXPECT_NE(third.take().substr(0, 5), "taken");
  clock.advance(301);
  EXPECT_EQ(elsewhere.take(), "taken from worker7 pid 100");
  EXPECT_NE(third.take().substr(0, 5), "taken");
}

TEST_F(LockRow, WhoWasTakenForDeadCannotWriteAnyMore) {
  ASSERT_EQ(first.take(), "taken");
  EXPECT_TRUE(first.write());
  (void)elsewhere.take();
  clock.advance(301);
  ASSERT_EQ(elsewhere.take(), "taken from worker7 pid 100");
  const auto written = first.write();
  ASSERT_FALSE(written);
  EXPECT_TRUE(is_fenced_off(written.error()));
  EXPECT_EQ(to_string(written.error()), memory.path() +
                                            ": another sluice run has taken over this run folder\n"
                                            "  this one stops; follow the other with: sluice status");
  EXPECT_TRUE(is_fenced_off(first.lock.beat(*first.store).error()));
  EXPECT_TRUE(elsewhere.write());
  EXPECT_EQ(elsewhere.store->last_events(10)->size(), 2U);
}

TEST_F(LockRow, AReleaseThatComesTooLateFreesNothing) {
  ASSERT_EQ(first.take(), "taken");
  (void)elsewhere.take();
  clock.advance(301);
  ASSERT_EQ(elsewhere.take(), "taken from worker7 pid 100");
  (void)first.lock.release(*first.store);
  ASSERT_EQ(Lock::owner(*elsewhere.store)->value().process.pid, 300);
}

TEST_F(LockRow, AStoreWithoutTheLockCannotWrite) {
  ASSERT_EQ(first.take(), "taken");
  auto sneaky = must_open(memory.path());
  Transaction transaction(*sneaky);
  transaction.task("simulate");
  EXPECT_TRUE(is_fenced_off(transaction.commit().error()));
}

TEST_F(LockRow, TellsReadersWhoOwnsIt) {
  auto reader = must_open(memory.path());
  EXPECT_EQ(*Lock::owner(*reader), std::nullopt);
  ASSERT_EQ(first.take(), "taken");
  clock.advance(20);
  ASSERT_TRUE(first.lock.beat(*first.store));
  const auto owner = **Lock::owner(*reader);
  EXPECT_EQ(owner.process, (ProcessId{"worker7", "boot-a", 100, 5}));
  EXPECT_EQ(owner.beats, 1U);
  EXPECT_EQ(owner.heartbeat_ns - owner.since_ns, 20 * ns_per_s);
}

// ---- real processes ----

/// A lock_holder, and the line it says.
class Holder {
 public:
  explicit Holder(const std::string& folder) {
    const std::string program = std::string(SLUICE_BIN_DIR) + "/tests/lock_holder";
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    std::string arguments[] = {program, folder};
    char* argv[] = {arguments[0].data(), arguments[1].data(), nullptr};
    if (::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv, environ) != 0)
      throw std::runtime_error(program);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    kill();
    ::close(from_);
  }

  std::string said() {
    std::string line;
    char c = 0;
    while (::read(from_, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void release() {
    EXPECT_EQ(::write(to_, "release\n", 8), 8);
    wait();
  }
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }
  pid_t pid() const { return pid_; }

 private:
  void wait() {
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    if (to_ >= 0) ::close(to_);
    to_ = -1;
  }
  pid_t pid_ = 0;
  int to_ = -1;
  int from_ = -1;
};

TEST(LockBetweenProcesses, OneHasItAndTheOtherKnowsWho) {
  const TemporaryFolder folder;
  Holder first(folder.path());
  ASSERT_EQ(first.said(), "taken");
  Holder second(folder.path());
  EXPECT_EQ(second.said(), "busy " + std::to_string(first.pid()) + " alive 1");
}

TEST(LockBetweenProcesses, AKilledOwnerHoldsNothing) {
  const TemporaryFolder folder;
  Holder first(folder.path());
  ASSERT_EQ(first.said(), "taken");
  const pid_t pid = first.pid();
  first.kill();
  Holder second(folder.path());
  EXPECT_EQ(second.said(), "taken from " + std::to_string(pid));
}

TEST(LockBetweenProcesses, AReleasedLockIsFree) {
  const TemporaryFolder folder;
  Holder first(folder.path());
  ASSERT_EQ(first.said(), "taken");
  first.release();
  Holder second(folder.path());
  EXPECT_EQ(second.said(), "taken");
}

TEST(LockBetweenProcesses, OfManyThatComeAtOnceOneGetsIt) {
  const TemporaryFolder folder;
  std::vector<std::unique_ptr<Holder>> crowd;
  for (int i = 0; i < 8; ++i) crowd.push_back(std::make_unique<Holder>(folder.path()));
  int taken = 0, busy = 0;
  for (const auto& holder : crowd) {
    const std::string said = holder->said();
    taken += said == "taken" ? 1 : 0;
    busy += said.starts_with("busy ") ? 1 : 0;
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(busy, 7);
}

TEST(LockFile, InSomebodyElsesHandsKeepsUsOutWhateverTheRowSays) {
  const TemporaryFolder folder;
  Holder other(folder.path());
  ASSERT_EQ(other.said(), "taken");
  RealClock clock;
  FakeProcesses processes({host_name(), boot_id(), 7, 7});
  processes.dead[other.pid()] = true;  // as if its death were proven: its lock says that it lives
  Lock lock(folder / "lock", processes, clock);
  const auto answer = lock.take(folder / "store.db");
  ASSERT_TRUE(answer) << to_string(answer.error());
  ASSERT_TRUE(std::holds_alternative<Busy>(*answer));
  EXPECT_FALSE(std::get<Busy>(*answer).alive);
}

TEST(LockFile, WithoutANameYetMeansThatSomebodyIsJustStarting) {
  EXPECT_EQ(to_string(to_error(Busy{}, "/run")),
            "/run: another sluice run is just starting here\n  wait a moment, then run again");
}

}  // namespace
}  // namespace sluice::store
