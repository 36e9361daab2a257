#include "executors/slurm/subprocess.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "tests/support/temporary_folder.h"

namespace sluice::executors::slurm {
namespace {

class SlurmSubprocess : public testing::Test {
 protected:
  CommandResult run(const std::string& script, double timeout_s = 30) {
    Command command;
    command.id = 1;
    command.argv = {"bash", "-c", script};
    command.timeout_s = timeout_s;
    return run(command);
  }
  CommandResult run(const Command& command) {
    std::optional<CommandResult> result;
    Subprocesses processes(loop_, {"PATH=/usr/bin:/bin", "COLOUR=blue"}, folder_.path());
    processes.run(command, [&](CommandResult answer) { result = std::move(answer); });
    EXPECT_FALSE(result) << "the answer comes from the loop, not from the call";
    loop_.restart();
    loop_.run();
    return result.value_or(CommandResult{});
  }

  boost::asio::io_context loop_;
  tests::TemporaryFolder folder_;
};

TEST_F(SlurmSubprocess, BothOutputsAndTheExitCodeArrive) {
  const auto result = run("echo out; echo err >&2; exit 7");
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_FALSE(result.ok());
}

TEST_F(SlurmSubprocess, RunsInItsFolderWithItsEnvironmentAndNothingOnStdin) {
  const auto result = run("pwd; echo $COLOUR $HOME; wc -c");
  EXPECT_EQ(result.out, folder_.path() + "\nblue\n0\n");
  EXPECT_TRUE(result.ok());
}

/// In a process that was started without these: the pipes would get their numbers.
[[noreturn]] void run_without(const std::vector<int>& descriptors, const std::string& folder) {
  boost::asio::io_context loop;
  for (const int fd : descriptors) ::close(fd);
  Subprocesses processes(loop, {"PATH=/usr/bin:/bin"}, folder);
  Command command;
  command.argv = {"bash", "-c", "echo out; echo err >&2; wc -c"};
  command.timeout_s = 30;
  CommandResult result;
  processes.run(command, [&](CommandResult answer) { result = std::move(answer); });
  loop.run();
  ::_exit(result.out == "out\n0\n" && result.err == "err\n" ? 0 : 1);
}

TEST_F(SlurmSubprocess, BothOutputsArriveWhenTheDriverHasNoStandardDescriptors) {
  const std::vector<int> all{0, 1, 2};
  EXPECT_EXIT(run_without(all, folder_.path()), testing::ExitedWithCode(0), "");
}

TEST_F(SlurmSubprocess, BothOutputsArriveWhenTheDriverHasNoStandardInput) {
  const std::vector<int> input{0};
  EXPECT_EXIT(run_without(input, folder_.path()), testing::ExitedWithCode(0), "");
}

TEST_F(SlurmSubprocess, HasAProcessGroupOfItsOwnSoThatCtrlCDoesNotReachIt) {
  const auto result = run("ps -o pgid= -p $$ | tr -d ' '");
  EXPECT_NE(result.out, std::to_string(::getpgrp()) + "\n");
}

TEST_F(SlurmSubprocess, MegabytesOfOutputDoNotStall) {
  const auto result =
      run("head -c 20000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero | tr '\\0' y >&2");
  EXPECT_EQ(result.out.size(), 20'000'000U);
  EXPECT_EQ(result.err.size(), 1'000'000U);
}

TEST_F(SlurmSubprocess, ASilentOneIsKilledWithAllItStarted) {
  const auto result = run("echo begun; sleep 1000 & sleep 1000", 0.2);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.out, "begun\n");
  EXPECT_FALSE(result.ok());
}

TEST_F(SlurmSubprocess, AWrapperThatLeavesSomethingBehindIsNotWaitedFor) {
  const auto result = run("echo 123; sleep 2 &", 30);
  EXPECT_EQ(result.out, "123\n");
  EXPECT_TRUE(result.ok());
}

TEST_F(SlurmSubprocess, AMissingProgramIsAnAnswer) {
  Command command;
  command.argv = {"no-such-sbatch"};
  const auto result = run(command);
  EXPECT_FALSE(result.started);
  EXPECT_EQ(result.err, "No such file or directory");
}

TEST_F(SlurmSubprocess, AKilledOneSaysBySignal) { EXPECT_EQ(run("kill -9 $$").exit_code, 137); }

TEST_F(SlurmSubprocess, WhenItGoesAnSbatchIsLeftToFinishAndTheRestIsNot) {
  for (const auto kind : {CommandKind::submit, CommandKind::queue}) {
    const std::string mark = folder_ / (kind == CommandKind::submit ? "submitted" : "looked");
    Command command;
    command.kind = kind;
    command.argv = {"bash", "-c", "sleep 0.3; touch " + mark};
    {
      Subprocesses processes(loop_, {"PATH=/usr/bin:/bin"}, folder_.path());
      processes.run(command, [](CommandResult) { FAIL() << "nobody is there to hear it"; });
      loop_.restart();
      loop_.poll();
    }
    loop_.restart();
    loop_.run();
    ::usleep(700'000);
    EXPECT_EQ(::access(mark.c_str(), F_OK) == 0, kind == CommandKind::submit);
  }
}

}  // namespace
}  // namespace sluice::executors::slurm
