#include "engine/base/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/capture.h"
#include "engine/base/disk.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice {
namespace {

using tests::TemporaryFolder;

ProcessId named(pid_t pid) { return {host_name(), boot_id(), pid, process_start_ticks(pid)}; }

void put_program(const std::string& path, const std::string& text) {
  RealDisk disk;
  ASSERT_TRUE(disk.write(path, text, Sync::no));
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
}

class ProcessTest : public ::testing::Test {
 protected:
  RealProcesses processes;
};

TEST_F(ProcessTest, IsNamedByHostBootPidAndStart) {
  const ProcessId self = processes.self();
  EXPECT_EQ(self.host, host_name());
  EXPECT_EQ(self.boot_id.size(), 36U);
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_GT(self.start_ticks, 0U);
  EXPECT_EQ(self, processes.self());
  EXPECT_EQ(processes.liveness(self), Liveness::alive);
}

TEST_F(ProcessTest, IsAliveUntilItIsKilledAndDeadEvenAsAZombie) {
  const pid_t pid = ::fork();
  if (pid == 0)
    while (true) ::pause();
  const ProcessId child = named(pid);
  EXPECT_EQ(processes.liveness(child), Liveness::alive);
  ::kill(pid, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(processes.liveness(child), Liveness::dead) << "a zombie";
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(processes.liveness(child), Liveness::dead);
}

TEST_F(ProcessTest, ThatGotThePidOfADeadOneIsAnother) {
  ProcessId old = processes.self();
  --old.start_ticks;
  EXPECT_EQ(processes.liveness(old), Liveness::dead);
}

TEST_F(ProcessTest, OfAnEarlierBootIsDead) {
  ProcessId old = processes.self();
  old.boot_id = "00000000-0000-0000-0000-000000000000";
  EXPECT_EQ(processes.liveness(old), Liveness::dead);
}

TEST_F(ProcessTest, OfAnotherHostCannotBeJudged) {
  ProcessId other = processes.self();
  other.host = "another-host";
  EXPECT_EQ(processes.liveness(other), Liveness::unknown);
}

TEST_F(ProcessTest, MayHaveANameThatLooksLikeTheNumbersBehindIt) {
  const TemporaryFolder folder;
  const std::string path = folder / "a) R 1 1 1 1";
  RealDisk disk;
  ASSERT_TRUE(disk.copy_file("/bin/sleep", path, true));
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl(path.c_str(), path.c_str(), "60", nullptr);
    ::_exit(127);
  }
  const std::string name = "/proc/" + std::to_string(pid) + "/comm";
  EXPECT_TRUE(tests::eventually([&] { return disk.read(name).value_or("") == "a) R 1 1 1 1\n"; }));
  EXPECT_GE(process_start_ticks(pid), process_start_ticks(::getpid()));
  EXPECT_EQ(processes.liveness(named(pid)), Liveness::alive);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

// ---- short helper programs ----

TEST_F(ProcessTest, IsRunToItsEndWithWhatItSaid) {
  const auto captured = processes.capture({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, 60);
  ASSERT_TRUE(captured) << to_string(captured.error());
  EXPECT_EQ(captured->exit_code, 3);
  EXPECT_EQ(captured->out, "out\n");
  EXPECT_EQ(captured->err, "err\n");
}

TEST_F(ProcessTest, MaySayMuchOnBothSidesWithoutAHang) {
  const auto captured =
      processes.capture({"/bin/sh", "-c", "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero"}, 60);
  ASSERT_TRUE(captured) << to_string(captured.error());
  EXPECT_EQ(captured->out.size(), 1'000'000U);
  EXPECT_EQ(captured->err.size(), 1'000'000U);
}

TEST_F(ProcessTest, ReadsNothingFromOurTerminal) {
  const auto captured = processes.capture({"/bin/cat"}, 60);
  ASSERT_TRUE(captured);
  EXPECT_EQ(captured->out, "");
}

TEST_F(ProcessTest, KilledBySignalEndsWithItsNumber) {
  EXPECT_EQ(processes.capture({"/bin/sh", "-c", "kill -9 $$"}, 60)->exit_code, 137);
}

TEST_F(ProcessTest, ThatCannotBeStartedIsAnError) {
  const auto captured = processes.capture({"/no/such/program"}, 60);
  ASSERT_FALSE(captured);
  EXPECT_EQ(to_string(captured.error()), "/no/such/program: can't start it: No such file or directory");
}

TEST_F(ProcessTest, ThatHangsIsKilledWithAllItStarted) {
  const TemporaryFolder folder;
  const auto captured =
      processes.capture({"/bin/sh", "-c", "sleep 1000 & echo $! > " + folder / "grandchild" + "; wait"}, 1);
  ASSERT_FALSE(captured);
  EXPECT_EQ(to_string(captured.error()),
            "/bin/sh: no answer within 1 s\n  run it by hand to see what it does");
  const pid_t grandchild = std::stoi(*RealDisk().read(folder / "grandchild"));
  EXPECT_TRUE(tests::eventually([&] { return process_start_ticks(grandchild) == 0; }));
}

TEST_F(ProcessTest, IsToldThatItTakesLongAndMayTakeItsTime) {
  int told = 0;
  const auto captured =
      capture({"/bin/sh", "-c", "sleep 0.2; echo done"},
              Patience{.wall_s = 60, .cpu_s = 50, .tell_after_s = 0.05, .tell = [&] { ++told; }});
  ASSERT_TRUE(captured) << to_string(captured.error());
  EXPECT_EQ(captured->out, "done\n");
  EXPECT_EQ(told, 1);
}

TEST_F(ProcessTest, ThatComputesForTooLongIsKilled) {
  const auto captured = capture({"/bin/sh", "-c", "while :; do :; done"},
                                Patience{.wall_s = 3600, .cpu_s = 0.1, .tell_after_s = 0, .tell = {}});
  ASSERT_FALSE(captured);
  EXPECT_EQ(to_string(captured.error()),
            "/bin/sh: no answer after 0.1 s of computing\n  run it by hand to see what it does");
}

TEST(Capture, BothOutputsArriveWhenThisProcessHasNoStandardDescriptors) {
  EXPECT_EXIT(
      {
        for (const int fd : {0, 1, 2}) ::close(fd);
        const auto captured = RealProcesses().capture({"/bin/sh", "-c", "echo out; echo err >&2; wc -c"}, 30);
        ::_exit(captured && captured->out == "out\n0\n" && captured->err == "err\n" ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

// ---- finding programs ----

TEST(FindProgram, LooksAlongThePath) {
  const TemporaryFolder folder;
  RealDisk disk;
  ASSERT_TRUE(disk.make_folders(folder / "one"));
  ASSERT_TRUE(disk.make_folders(folder / "two/tool"));
  ASSERT_TRUE(disk.make_folders(folder / "three"));
  ASSERT_TRUE(disk.write(folder / "one/tool", "not executable", Sync::no));
  put_program(folder / "three/tool", "");
  const std::string path =
      folder / "none" + ":" + folder / "one" + ":" + folder / "two" + ":" + folder / "three";
  EXPECT_EQ(find_program("tool", path), folder / "three/tool");
  EXPECT_EQ(find_program("nothing", path), "");
  EXPECT_EQ(find_program("tool", ""), "");
  EXPECT_EQ(find_program(folder / "three/tool", ""), folder / "three/tool");
  EXPECT_EQ(find_program(folder / "one/tool", ""), "");
}

TEST(ShellWord, IsQuotedOnlyWhereItMustBe) {
  EXPECT_EQ(shell_word("--events=200"), "--events=200");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("simulate[shard=3]"), "'simulate[shard=3]'");
  EXPECT_EQ(shell_word("$(rm)"), "'$(rm)'");
}

}  // namespace
}  // namespace sluice
