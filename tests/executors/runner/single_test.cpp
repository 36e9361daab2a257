// The runner as a batch job starts it: one attempt, real processes, and what it leaves behind.
#include "executors/runner/single.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "executors/attempt_files.h"
#include "executors/runner/process_table.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

constexpr const char* runner_program = SLUICE_BIN_DIR "/sluice-runner";

class SingleAttempt : public testing::Test {
 protected:
  SingleAttempt() {
    file.attempt.token =
        "r/" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "/1";
    file.attempt.folder = folder / "attempt";
    file.attempt.log = folder / "log";
    file.attempt.grace_s = 5;
    EXPECT_TRUE(disk.make_folders(file.attempt.folder));
  }

  void script(const std::string& text) { file.attempt.argv = {"/bin/sh", "-c", text}; }

  tests::ChildProcess start(const std::string& job = "7", int restart = 0) {
    EXPECT_TRUE(disk.write(folder / "spec.json", encode_attempt_file(file), Sync::no));
    return tests::ChildProcess({runner_program, "--attempt", folder / "spec.json", "--job", job, "--restart",
                                std::to_string(restart)},
                               environment);
  }
  ExitRecord record(const std::string& job = "7") {
    const auto found = find_exit_record(disk, file.attempt.folder, job);
    if (!found.ok() || !found->has_value()) {
      ADD_FAILURE() << "no exit record";
      return {};
    }
    return **found;
  }
  ExitRecord run() {
    exit_code = start().wait();
    return record();
  }
  bool wrote(const std::string& name) { return disk.stat(file.attempt.folder + "/" + name)->exists(); }
  std::string text_of(const std::string& name) {
    return disk.read(file.attempt.folder + "/" + name).value_or("");
  }
  std::string log() { return disk.read(file.attempt.log).value_or("(no log)"); }
  /// The pid that a script wrote down.
  pid_t pid_in(const std::string& name) {
    EXPECT_TRUE(tests::eventually([&] { return text_of(name).ends_with("\n"); }));
    return static_cast<pid_t>(std::atoi(text_of(name).c_str()));
  }
  static bool lives(pid_t pid) { return process_start_ticks(pid) != 0; }

  RealDisk disk;
  tests::TemporaryFolder folder;
  AttemptFile file;
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "HOME=/home/me", "SECRET=x"};
  int exit_code = -1;
};

TEST_F(SingleAttempt, LeavesItsEvidence) {
  script("echo hello; sleep 0.01; exit 3");
  const ExitRecord end = run();
  EXPECT_EQ(exit_code, 3);
  EXPECT_EQ(end.token, file.attempt.token);
  EXPECT_EQ(end.job, "7");
  EXPECT_EQ(end.restart, 0);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(end.cause, Cause::none);
  EXPECT_EQ(end.message, "");
  EXPECT_EQ(end.node, host_name());
  EXPECT_GE(end.ended_ns - end.started_ns, 10'000'000);
  EXPECT_GT(end.usage.peak_rss_bytes, 100'000U);
  EXPECT_EQ(log(), "hello\n");
  EXPECT_TRUE(wrote("claim"));
  EXPECT_EQ(text_of("beat.7.0"), "1\n");
  EXPECT_FALSE(wrote("exit.7.0.json.reserve"));
}

TEST_F(SingleAttempt, ASignalIsRecordedAsSuch) {
  script("kill -SEGV $$");
  const ExitRecord end = run();
  EXPECT_EQ(exit_code, 128 + SIGSEGV);
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.signal, SIGSEGV);
  EXPECT_EQ(end.cause, Cause::none);
}

TEST_F(SingleAttempt, WhatCantBeStartedSaysWhy) {
  const auto message = [&](const std::string& program) {
    file.attempt.argv = {program};
    EXPECT_TRUE(disk.remove_tree(file.attempt.folder));
    EXPECT_TRUE(disk.make_folders(file.attempt.folder));
    const ExitRecord end = run();
    EXPECT_EQ(end.cause, Cause::start_failed);
    return std::to_string(end.exit_code) + " " + end.message;
  };
  EXPECT_TRUE(disk.write(folder / "data", "text", Sync::no));
  EXPECT_TRUE(disk.write(folder / "lost", "#!/nowhere/interpreter\n", Sync::no));
  EXPECT_TRUE(disk.write(folder / "bare", "echo no first line\n", Sync::no));
  ASSERT_EQ(::chmod((folder / "lost").c_str(), 0755), 0);
  ASSERT_EQ(::chmod((folder / "bare").c_str(), 0755), 0);
  EXPECT_EQ(message("/no/such"), "127 can't start '/no/such': there is no such program");
  EXPECT_EQ(message("no-such"), "127 can't start 'no-such': no folder of PATH holds such a program");
  EXPECT_EQ(message(folder / "data"),
            "126 can't start '" + (folder / "data") + "': no permission to run it (chmod +x?)");
  EXPECT_EQ(message(folder.path()), "126 can't start '" + folder.path() + "': it is a folder");
  EXPECT_EQ(message(folder / "lost"),
            "127 can't start '" + (folder / "lost") +
                "': the interpreter in its first line (or its loader) is not there");
  EXPECT_EQ(message(folder / "bare"),
            "126 can't start '" + (folder / "bare") +
                "': neither a program of this machine nor a script that begins with #!");
  EXPECT_EQ(exit_code, 126);
}

TEST_F(SingleAttempt, ProgramsAreFoundInThePathOfTheTask) {
  file.attempt.argv = {"true"};
  EXPECT_EQ(run().exit_code, 0);
}

TEST_F(SingleAttempt, SeesOnlyTheVariablesItMay) {
  file.attempt.argv = {"env"};
  file.attempt.env = {{"COLOUR", "green"}};
  file.attempt.resources.cpus = 3;
  file.pass_env = {"JOB_*"};
  environment.emplace_back("JOB_ID=7");
  run();
  EXPECT_EQ(log(),
            "PATH=/usr/bin:/bin\nHOME=/home/me\nJOB_ID=7\nOMP_NUM_THREADS=3\nSLUICE_CPUS=3\nCOLOUR=green\n"
            "SLUICE_ATTEMPT=r/SeesOnlyTheVariablesItMay/1\n");
}

/// The number behind `key` in hexadecimal, of the signals that a program may change.
std::uint64_t signals_in(const std::string& text, const std::string& key) {
  constexpr std::uint64_t ordinary = 0x7fffffff;
  return std::strtoull(text.substr(text.find(key) + key.size()).c_str(), nullptr, 16) & ordinary;
}

TEST_F(SingleAttempt, StartsWithNothingInheritedButItsLog) {
  file.attempt.argv = {"python3", "-c",
                       "import os\n"
                       "print(sorted(os.listdir('/proc/self/fd')), os.readlink('/proc/self/fd/0'))\n"
                       "print(open('/proc/self/status').read())\n"
                       "print('leads', os.getsid(0) == os.getpid() == os.getpgrp(), os.getcwd())"};
  const int leaked = ::open("/dev/null", O_RDONLY);
  ::signal(SIGHUP, SIG_IGN);
  run();
  ::signal(SIGHUP, SIG_DFL);
  ::close(leaked);
  const std::string text = log();
  EXPECT_TRUE(text.starts_with("['0', '1', '2', '3'] /dev/null\n")) << text << "3 is the folder being listed";
  EXPECT_EQ(signals_in(text, "SigBlk:"), 0U);
  EXPECT_EQ(signals_in(text, "SigIgn:") & ~(1U << (SIGPIPE - 1)) & ~(1U << (SIGXFSZ - 1)), 0U)
      << "Python ignores two";
  EXPECT_TRUE(text.ends_with("leads True " + file.attempt.folder + "\n")) << text;
}

TEST_F(SingleAttempt, OutputsAreSurveyedAfter0And75Only) {
  file.attempt.outputs = {{"file", "a"}, {"folder", "b"}, {"missing", "c"}};
  const std::string write = "printf 12345 > a; mkdir -p b; printf x > b/x; ";
  for (const int code : {0, 75, 1}) {
    EXPECT_TRUE(disk.remove_tree(file.attempt.folder));
    EXPECT_TRUE(disk.make_folders(file.attempt.folder));
    script(write + "exit " + std::to_string(code));
    const ExitRecord end = run();
    if (code == 1) {
      EXPECT_TRUE(end.outputs.empty());
      continue;
    }
    ASSERT_EQ(end.outputs.size(), 3U);
    EXPECT_EQ(end.outputs[0].content, *digest(disk, file.attempt.folder + "/a"));
    EXPECT_EQ(end.outputs[0].content.size, 5U);
    EXPECT_EQ(end.outputs[1].content, *digest(disk, file.attempt.folder + "/b"));
    EXPECT_EQ(end.outputs[2].content.kind, FileKind::missing);
  }
}

TEST_F(SingleAttempt, LargeOutputsAndForbiddenOnesAreTold) {
  file.attempt.outputs = {{"large", "large"}, {"linked", "b"}};
  script("head -c 5000000 /dev/zero > large; mkdir b; ln -s /etc/passwd b/link");
  const ExitRecord end = run();
  ASSERT_EQ(end.outputs.size(), 2U);
  EXPECT_EQ(end.outputs[0].content, *digest(disk, file.attempt.folder + "/large"));
  EXPECT_EQ(end.outputs[1].content.kind, FileKind::missing);
  EXPECT_EQ(end.message,
            "output 'linked': " + file.attempt.folder +
                "/b/link: a folder that is an output may hold files and folders only, not a link or a "
                "special file\n  copy the file in instead of linking it");
}

TEST_F(SingleAttempt, TenMegabytesOnStderrDoNotStallIt) {
  script("head -c 10000000 /dev/zero | tr '\\0' x >&2");
  EXPECT_EQ(run().exit_code, 0);
  EXPECT_EQ(disk.stat(file.attempt.log)->size, 10'000'000U);
}

TEST_F(SingleAttempt, AtItsTimeLimitItIsAskedToEnd) {
  file.attempt.resources.time_s = 1;
  script("trap 'echo saved > state; exit 75' TERM; while :; do sleep 0.05; done");
  const ExitRecord end = run();
  EXPECT_EQ(end.exit_code, 75);
  EXPECT_EQ(end.cause, Cause::timeout);
  EXPECT_EQ(end.message, "ran longer than its limit of 1 s");
  EXPECT_TRUE(wrote("state"));
}

TEST_F(SingleAttempt, WhoIgnoresTermIsKilledAfterItsGrace) {
  file.attempt.resources.time_s = 1;
  file.attempt.grace_s = 0.3;
  script("trap '' TERM; while :; do sleep 0.05; done");
  const ExitRecord end = run();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_EQ(end.cause, Cause::timeout);
  EXPECT_GE(end.ended_ns - end.started_ns, 1'300'000'000);
}

TEST_F(SingleAttempt, AStoppedProgramCanBeEndedToo) {
  file.attempt.resources.time_s = 0.3;
  script("kill -STOP $$; echo never");
  const ExitRecord end = run();
  EXPECT_EQ(end.signal, SIGTERM);
  EXPECT_EQ(end.cause, Cause::timeout);
}

TEST_F(SingleAttempt, BeyondItsMemoryLimitItIsKilled) {
  file.attempt.resources.memory_bytes = 100'000'000;
  file.attempt.argv = {"python3", "-c", "import time\nx = bytearray(300_000_000)\ntime.sleep(60)"};
  const ExitRecord end = run();
  EXPECT_EQ(end.cause, Cause::oom);
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_GT(end.usage.peak_rss_bytes, 100'000'000U);
  EXPECT_NE(end.message.find("memory limit of 100 MB"), std::string::npos) << end.message;
}

TEST_F(SingleAttempt, MemoryIsThatOfAllItsProcesses) {
  file.attempt.resources.memory_bytes = 150'000'000;
  script(
      "for i in 1 2 3; do python3 -c 'import time\nx = bytearray(80_000_000)\ntime.sleep(60)' & done; wait");
  const ExitRecord end = run();
  EXPECT_EQ(end.cause, Cause::oom) << end.message;
}

TEST_F(SingleAttempt, SharedMemoryCountsOnce) {
  file.attempt.resources.memory_bytes = 250'000'000;
  file.attempt.argv = {"python3", "-c",
                       "import os, time\n"
                       "x = bytearray(120_000_000)\n"
                       "children = [os.fork() for i in range(2)]\n"
                       "time.sleep(1.2)\n"};
  const ExitRecord end = run();
  EXPECT_EQ(end.cause, Cause::none) << end.message;
  EXPECT_EQ(end.exit_code, 0);
}

TEST_F(SingleAttempt, WhatItLeavesBehindIsEnded) {
  script("sleep 1000 & echo $! > child; exit 0");
  const ExitRecord end = run();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.message, "left 1 process behind, ended by the runner");
  EXPECT_FALSE(lives(pid_in("child")));
}

TEST_F(SingleAttempt, SoIsWhatLeftItsSession) {
  file.attempt.grace_s = 0.3;
  script(
      "setsid sh -c 'trap \"\" TERM; echo $$ > daemon; (setsid sleep 1000 & echo $! > deeper); while :; do "
      "sleep "
      "0.05; done' & while ! test -s deeper; do sleep 0.01; done; exit 0");
  const ExitRecord end = run();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_FALSE(lives(pid_in("daemon")));
  EXPECT_FALSE(lives(pid_in("deeper")));
  EXPECT_NE(end.message.find("processes behind, ended by the runner"), std::string::npos) << end.message;
}

TEST_F(SingleAttempt, SoIsWhatHidItsMark) {
  script(
      "env -i setsid sh -c 'echo $$ > daemon; exec sleep 1000' & while ! test -s daemon; do sleep 0.01; "
      "done; exit 0");
  EXPECT_EQ(run().message, "left 1 process behind, ended by the runner");
  EXPECT_FALSE(lives(pid_in("daemon")));
}

TEST_F(SingleAttempt, TheOutputsAreReadWhenNobodyWritesAnyMore) {
  file.attempt.outputs = {{"out", "out"}};
  script(
      "(trap 'echo last >> out; exit' TERM; echo ready > ready; while :; do sleep 0.02; done) & "
      "while ! test -e ready; do sleep 0.01; done; echo first > out");
  const ExitRecord end = run();
  EXPECT_EQ(text_of("out"), "first\nlast\n");
  ASSERT_EQ(end.outputs.size(), 1U);
  EXPECT_EQ(end.outputs[0].content, *digest(disk, file.attempt.folder + "/out"));
}

TEST_F(SingleAttempt, OfAKilledProgramNothingStays) {
  file.attempt.resources.time_s = 1.5;
  file.attempt.grace_s = 0.2;
  script(
      "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > daemon; while :; do sleep 0.05; done' & "
      "while :; do sleep 0.05; done");
  const ExitRecord end = run();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_FALSE(lives(pid_in("daemon")));
}

TEST_F(SingleAttempt, RanksRunUnderTheLauncher) {
  file.attempt.resources.ranks = 4;
  file.attempt.resources.cpus = 8;
  file.launcher = {"/bin/sh", "-c", "echo launch \"$@\" cores=$OMP_NUM_THREADS", "launcher", "-n", "{ranks}"};
  file.attempt.argv = {"train", "--epochs", "2"};
  EXPECT_EQ(run().exit_code, 0);
  EXPECT_EQ(log(), "launch -n 4 train --epochs 2 cores=2\n");
}

TEST_F(SingleAttempt, AtTheLimitTheLauncherGetsUsr2AndOnlyTheLauncher) {
  file.attempt.resources.ranks = 2;
  file.attempt.resources.time_s = 1.5;
  ASSERT_TRUE(
      disk.write(folder / "launcher",
                 "#!/bin/sh\ntrap 'echo launcher-usr2 >> signals' USR2\ntrap 'echo launcher-term >> signals' "
                 "TERM\n\"$@\" &\nrank=$!\nwait $rank\nkill -USR2 $rank\nwait $rank\nexit $?\n",
                 Sync::no));
  ASSERT_EQ(::chmod((folder / "launcher").c_str(), 0755), 0);
  file.launcher = {folder / "launcher"};
  script("trap 'echo rank-usr2 >> signals; exit 75' USR2; while :; do sleep 0.02; done");
  const ExitRecord end = run();
  EXPECT_EQ(text_of("signals"), "launcher-usr2\nrank-usr2\n");
  EXPECT_EQ(end.exit_code, 75);
  EXPECT_EQ(end.cause, Cause::timeout);
}

TEST_F(SingleAttempt, TermFromTheBatchSystemIsAPreemption) {
  script("trap 'exit 75' TERM; echo $$ > begun; while :; do sleep 0.02; done");
  auto job = start();
  pid_in("begun");
  job.signal(SIGTERM);
  EXPECT_EQ(job.wait(), 75);
  EXPECT_EQ(record().cause, Cause::preempted);
  EXPECT_EQ(record().message, "the batch system ended the job");
}

TEST_F(SingleAttempt, CloseToItsLimitTheSameSignalIsATimeout) {
  file.attempt.resources.time_s = 300;  // the last ten minutes count as late
  script("trap 'exit 75' TERM; echo $$ > begun; while :; do sleep 0.02; done");
  auto job = start();
  pid_in("begun");
  job.signal(SIGTERM);
  job.wait();
  EXPECT_EQ(record().cause, Cause::preempted);

  EXPECT_TRUE(disk.remove_tree(file.attempt.folder));
  EXPECT_TRUE(disk.make_folders(file.attempt.folder));
  file.attempt.resources.time_s = 1;
  script("trap 'exit 75' TERM; sleep 0.85; echo $$ > begun; while :; do sleep 0.02; done");
  auto late = start();
  pid_in("begun");
  late.signal(SIGTERM);
  late.wait();
  EXPECT_EQ(record().cause, Cause::timeout);
}

TEST_F(SingleAttempt, Usr2IsPassedOnAndACheckpointIsNoFailure) {
  script("trap 'echo saved > state; exit 75' USR2; echo $$ > begun; while :; do sleep 0.02; done");
  auto job = start();
  pid_in("begun");
  job.signal(SIGUSR2);
  EXPECT_EQ(job.wait(), 75);
  EXPECT_TRUE(wrote("state"));
  EXPECT_EQ(record().cause, Cause::preempted);
}

TEST_F(SingleAttempt, Usr2ThatIsNotHeardChangesNothing) {
  script("trap '' USR2; echo $$ > begun; while ! test -e go; do sleep 0.02; done; exit 4");
  auto job = start();
  pid_in("begun");
  job.signal(SIGUSR2);
  EXPECT_TRUE(disk.write(file.attempt.folder + "/go", "", Sync::no));
  EXPECT_EQ(job.wait(), 4);
  EXPECT_EQ(record().cause, Cause::none);
}

TEST_F(SingleAttempt, Usr2ThatKillsAProgramWhichDoesNotKnowItIsNotItsFault) {
  script("echo $$ > begun; exec sleep 1000");
  auto job = start();
  pid_in("begun");
  job.signal(SIGUSR2);
  EXPECT_EQ(job.wait(), 128 + SIGUSR2);
  EXPECT_EQ(record().signal, SIGUSR2);
  EXPECT_EQ(record().cause, Cause::preempted);
}

TEST_F(SingleAttempt, ASecondJobForTheSameAttemptStepsBack) {
  script("echo ran >> ran; while ! test -e go; do sleep 0.02; done");
  auto first = start("7");
  EXPECT_TRUE(tests::eventually([&] { return wrote("ran"); }));
  EXPECT_EQ(start("8").wait(), exit_claimed);
  EXPECT_TRUE(disk.write(file.attempt.folder + "/go", "", Sync::no));
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(start("9").wait(), exit_claimed);
  EXPECT_EQ(text_of("ran"), "ran\n");
  EXPECT_FALSE(find_exit_record(disk, file.attempt.folder, "8")->has_value());
}

TEST_F(SingleAttempt, ARequeuedJobGoesOnWithItsLogAndANewRecord) {
  script("echo run; exit 5");
  EXPECT_EQ(start("7", 0).wait(), 5);
  EXPECT_EQ(start("7", 1).wait(), 5);
  EXPECT_EQ(record().restart, 1);
  EXPECT_TRUE(wrote("exit.7.0.json"));
  EXPECT_EQ(log(), "run\nrun\n");
}

TEST_F(SingleAttempt, AFolderThatIsGoneIsNoMystery) {
  script("true");
  file.attempt.folder = folder / "nowhere";
  EXPECT_EQ(start().wait(), exit_io);
}

TEST_F(SingleAttempt, OnADiskThatItsTaskFillsItStillLeavesARecord) {
  if (::mount("none", file.attempt.folder.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "needs the right to mount a small file system";
  script("cat /dev/zero > big; exit 9");
  const ExitRecord end = run();
  EXPECT_EQ(end.exit_code, 9);
  ::umount2(file.attempt.folder.c_str(), MNT_DETACH);
}

TEST_F(SingleAttempt, TheLogCanBeFollowedWhileItRuns) {
  script("echo early; while ! test -e go; do sleep 0.02; done");
  auto job = start();
  EXPECT_TRUE(tests::eventually([&] { return log() == "early\n"; }));
  EXPECT_TRUE(disk.write(file.attempt.folder + "/go", "", Sync::no));
  EXPECT_EQ(job.wait(), 0);
}

}  // namespace
}  // namespace sluice::executors
