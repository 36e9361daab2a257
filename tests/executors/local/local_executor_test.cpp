#include "executors/local/local_executor.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <sstream>

#include "tests/executors/local/local_world.h"

namespace sluice::executors {
namespace {

using LocalExecutor = LocalWorld;

TEST_F(LocalExecutor, SaysWhatItHas) {
  config.gpu_slots = 2;
  config.memory_bytes = 4'000'000'000;
  auto session = driver();
  const auto capabilities = session.executor().hello();
  ASSERT_TRUE(capabilities.ok());
  EXPECT_EQ(capabilities->name, "local");
  EXPECT_EQ(capabilities->cpu_slots, 2);
  EXPECT_EQ(capabilities->gpu_slots, 2);
  EXPECT_EQ(capabilities->memory_bytes, 4'000'000'000U);
  EXPECT_TRUE(capabilities->survives_driver);
  EXPECT_TRUE(runners().empty()) << "nothing is started before there is something to do";
}

TEST_F(LocalExecutor, WithoutTheRunnersProgramThereIsNone) {
  config.runner_program = "/nowhere/sluice-runner";
  boost::asio::io_context io;
  const auto made = make_local(
      io, [](const std::vector<Event>&) {}, config);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(to_string(made.error()),
            "/nowhere/sluice-runner: the program that runs local tasks is not there\n"
            "  it is installed beside sluice: was only a part copied?");
}

TEST_F(LocalExecutor, WhenNoRunnerCanBeStartedAttemptsAreRefusedForNow) {
  ASSERT_TRUE(disk.write(config.runners_folder, "a file in the way", Sync::no));
  auto session = driver();
  const auto attempt = script("refused", "true");
  session.submit({attempt});
  session.wait("it is refused", [&] { return session.last<Rejected>(attempt.token) != nullptr; });
  EXPECT_FALSE(session.last<Rejected>(attempt.token)->permanent);
  EXPECT_EQ(session.last<Rejected>(attempt.token)->message,
            "no local runner could be started: " + config.runners_folder +
                ": a file is where a folder is needed\n  move the file away");
}

TEST_F(LocalExecutor, WhatCanNeverFitIsRefusedForGood) {
  auto session = driver();
  auto attempt = script("large", "true");
  attempt.resources.cpus = 3;
  session.submit({attempt});
  session.wait("it is refused", [&] { return session.last<Rejected>(attempt.token) != nullptr; });
  EXPECT_TRUE(session.last<Rejected>(attempt.token)->permanent);
  EXPECT_EQ(session.last<Rejected>(attempt.token)->message,
            "asks for 3 CPUs, but the local executor has 2 (raise -j, or ask for less)");
  session.leave();
}

TEST_F(LocalExecutor, NeverRunsMoreThanItsSlotsAndKeepsTheOrder) {
  auto session = driver();
  std::vector<AttemptSpec> attempts;
  const std::string all = folder / "order";
  for (int i = 0; i < 12; ++i)
    attempts.push_back(
        script("slot", "echo + " + std::to_string(i) + " >> " + all + "; sleep 0.03; echo - >> " + all));
  session.submit(attempts);
  session.wait_finished(attempts);
  int running = 0;
  int most = 0;
  int next = 0;
  std::istringstream lines(conformance::read_file(all));
  for (std::string line; std::getline(lines, line);) {
    running += line[0] == '+' ? 1 : -1;
    most = std::max(most, running);
    if (line[0] != '+') continue;
    const int number = std::atoi(line.c_str() + 2);
    next = std::max(next, number);
    EXPECT_LE(next - number, 1) << "started out of order";
  }
  EXPECT_EQ(most, 2);
  session.leave();
}

TEST_F(LocalExecutor, EachGpuHasOneUser) {
  ::setenv("CUDA_VISIBLE_DEVICES", "GPU-aa,GPU-bb,GPU-cc", 1);
  config.gpu_slots = 2;
  {
    auto session = driver();
    std::vector<AttemptSpec> attempts;
    for (int i = 0; i < 4; ++i) {
      attempts.push_back(script("gpu", "echo \"<$CUDA_VISIBLE_DEVICES>\"; sleep 0.1"));
      attempts.back().resources.gpus = i == 3 ? 0 : 1;
    }
    session.submit(attempts);
    session.wait_finished(attempts);
    EXPECT_EQ(conformance::read_file(attempts[0].log), "<GPU-aa>\n");
    EXPECT_EQ(conformance::read_file(attempts[1].log), "<GPU-bb>\n");
    EXPECT_EQ(conformance::read_file(attempts[3].log), "<>\n");
    EXPECT_EQ(session.record(attempts[0].token)->gpus, (std::vector<int>{0}));
    EXPECT_EQ(session.record(attempts[1].token)->gpus, (std::vector<int>{1}));
    EXPECT_EQ(session.record(attempts[2].token)->gpus.size(), 1U);
    EXPECT_TRUE(session.record(attempts[3].token)->gpus.empty());
    session.leave();
  }
  ::unsetenv("CUDA_VISIBLE_DEVICES");
}

TEST_F(LocalExecutor, TasksSeeTheLatestDriversEnvironment) {
  const auto first = script("before", "echo $LANG; while ! test -e go; do sleep 0.02; done");
  const auto second = script("after", "echo $LANG $HIDDEN");
  ::setenv("LANG", "first", 1);
  {
    auto session = driver();
    session.submit({first});
    session.wait("it runs", [&] { return session.is_running(first.token); });
    session.crash();
  }
  ::setenv("LANG", "second", 1);
  ::setenv("HIDDEN", "x", 1);
  auto session = driver();
  session.attach({first.token});
  session.submit({second});
  session.wait_finished({second});
  touch(first, "go");
  session.wait_finished({first});
  EXPECT_EQ(conformance::read_file(first.log), "first\n");
  EXPECT_EQ(conformance::read_file(second.log), "second\n");
  EXPECT_EQ(runners().size(), 1U);
  session.leave();
}

TEST_F(LocalExecutor, AdoptedAttemptsKeepTheirSlots) {
  const auto adopted = script("adopted", "echo > begun; while ! test -e go; do sleep 0.02; done");
  {
    auto session = driver();
    session.submit({adopted});
    session.wait("it runs", [&] { return wrote(adopted, "begun"); });
    session.crash();
  }
  config.cpu_slots = 1;
  auto session = driver();
  const auto next = script("next", "echo > begun");
  session.attach({adopted.token});
  session.submit({next});
  session.wait("it is accepted", [&] { return session.last<Accepted>(next.token) != nullptr; });
  session.idle(0.3);
  EXPECT_FALSE(wrote(next, "begun"));
  touch(adopted, "go");
  session.wait_finished({adopted, next});
  EXPECT_TRUE(wrote(next, "begun"));
  session.leave();
}

TEST_F(LocalExecutor, WhenAllIsRecordedTheRunnerLeavesNothingBehind) {
  auto session = driver();
  const auto attempt = script("one", "true");
  session.submit({attempt});
  session.wait_finished({attempt});
  const RunnerHello runner = only_runner();
  session.leave();
  EXPECT_TRUE(tests::eventually([&] { return !alive(runner); }));
  EXPECT_TRUE(tests::eventually([&] { return disk.list(config.runners_folder)->empty(); }));
}

TEST_F(LocalExecutor, ADriverThatComesWhileTheRunnerGoesLosesNothing) {
  for (int i = 0; i < 30; ++i) {
    const auto attempt = script("next", "echo ran >> ran; exit 4");
    auto session = driver();
    session.submit({attempt});
    if (!session.wait_finished({attempt})) return;
    ASSERT_TRUE(session.record(attempt.token)) << session.finished(attempt.token)->message;
    EXPECT_EQ(session.record(attempt.token)->exit_code, 4);
    EXPECT_EQ(conformance::lines_in(attempt.folder + "/ran"), 1U);
    session.leave();
  }
}

TEST_F(LocalExecutor, DetachedAttemptsGoOn) {
  const auto attempt = script("on", "echo > begun; while ! test -e go; do sleep 0.02; done; echo > ended");
  {
    auto session = driver();
    session.submit({attempt});
    session.wait("it runs", [&] { return wrote(attempt, "begun"); });
    session.leave();
  }
  touch(attempt, "go");
  EXPECT_TRUE(tests::eventually([&] { return wrote(attempt, "ended"); }));
  auto session = driver();
  session.attach({attempt.token});
  session.wait_finished({attempt});
  EXPECT_EQ(session.record(attempt.token)->exit_code, 0);
  session.leave();
}

TEST_F(LocalExecutor, AShutdownThatCancelsEndsEverything) {
  const auto running =
      script("running", "trap 'echo > saved; exit 75' TERM; echo > begun; while :; do sleep 0.02; done");
  const auto busy = script("busy", "exec sleep 1000");
  const auto waiting = script("waiting", "echo > begun");
  {
    auto session = driver();
    session.submit({running, busy, waiting});
    session.wait("it runs", [&] { return wrote(running, "begun") && session.is_running(busy.token); });
    session.executor().shutdown(ShutdownMode::cancel);
  }
  EXPECT_TRUE(tests::eventually([&] { return wrote(running, "saved"); }));
  auto session = driver();
  session.attach({running.token, busy.token, waiting.token});
  session.wait_finished({running, busy, waiting});
  EXPECT_EQ(session.record(running.token)->cause, Cause::cancelled);
  EXPECT_EQ(session.record(busy.token)->cause, Cause::cancelled);
  EXPECT_EQ(session.finished(waiting.token)->verdict, Verdict::never_started);
  EXPECT_FALSE(wrote(waiting, "begun"));
  session.leave();
}

TEST_F(LocalExecutor, AnIdleRunnerEndsAndItsJournalIsReadLater) {
  config.runner_idle_s = 0.5;
  const auto attempt = script("short", "sleep 0.2; exit 6");
  {
    auto session = driver();
    session.submit({attempt});
    session.wait("it runs", [&] { return session.is_running(attempt.token); });
    session.crash();
  }
  const RunnerHello runner = only_runner();
  EXPECT_TRUE(tests::eventually([&] { return !alive(runner); }));
  auto session = driver();
  session.attach({attempt.token});
  session.wait_finished({attempt});
  EXPECT_EQ(session.record(attempt.token)->exit_code, 6);
  const auto next = script("next", "true");
  session.submit({next, attempt});  // what is known is not started again by a new runner either
  session.wait_finished({next});
  session.wait("the old one is told again", [&] { return session.count_finished(attempt.token) == 2; });
  session.leave();
  EXPECT_TRUE(tests::eventually([&] { return disk.list(config.runners_folder)->empty(); }));
}

TEST_F(LocalExecutor, AFullDiskLosesNoEvidence) {
  const tests::TemporaryFolder small;
  if (::mount("none", small.path().c_str(), "tmpfs", 0, "size=8m") != 0)
    GTEST_SKIP() << "needs the right to mount a small file system";
  config.runners_folder = small / "runners";
  {
    auto session = driver();
    // Its journal has a megabyte in reserve; the tasks below need more than that once the disk is full.
    const auto greedy = script("greedy", "cat /dev/zero > " + (small / "big") + "; exit 1");
    session.submit({greedy});
    session.wait_finished({greedy});
    EXPECT_EQ(session.record(greedy.token)->exit_code, 1);
    std::vector<AttemptSpec> attempts;
    for (int i = 0; i < 40; ++i) {
      attempts.push_back(script("small", "exit 2"));
      attempts.back().token += std::string(20'000, 'x');
    }
    session.submit(attempts);
    const auto told = [&] {
      return std::any_of(session.events().begin(), session.events().end(), [](const Event& event) {
        const auto* log = std::get_if<Log>(&event);
        return log != nullptr && log->level == LogLevel::error &&
               log->message.find("No space left on device") != std::string::npos;
      });
    };
    session.wait("the trouble is told", told);
    ASSERT_EQ(::unlink((small / "big").c_str()), 0);
    session.wait_finished(attempts);
    for (const auto& attempt : attempts) EXPECT_EQ(session.record(attempt.token)->exit_code, 2);
    session.leave();
  }
  EXPECT_TRUE(tests::eventually([&] { return disk.list(config.runners_folder)->empty(); }));
  ::umount2(small.path().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace sluice::executors
