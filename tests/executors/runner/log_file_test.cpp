#include "executors/runner/log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/disk.h"
#include "executors/runner/spawn.h"
#include "tests/support/temporary_folder.h"

namespace sluice::executors {
namespace {

void put(const LogFile& log, const std::string& text) {
  ASSERT_EQ(::write(log.fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

bool is_there(const std::string& path) { return RealDisk().stat(path)->exists(); }

TEST(LogFile, ExistsFromItsFirstByte) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  auto log = files.open(folder / "log");
  ASSERT_TRUE(log.ok());
  files.show(*log);
  EXPECT_FALSE(is_there(folder / "log"));
  put(*log, "a");
  files.show(*log);
  EXPECT_EQ(*RealDisk().read(folder / "log"), "a");
  put(*log, "b");
  EXPECT_TRUE(files.close(*log));
  EXPECT_EQ(*RealDisk().read(folder / "log"), "ab");
}

TEST(LogFile, OfASilentProgramNeverExists) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  for (int i = 0; i < 3; ++i) {
    auto log = files.open(folder / "log");
    ASSERT_TRUE(log.ok());
    EXPECT_TRUE(files.close(*log));
    EXPECT_FALSE(is_there(folder / "log"));
  }
  EXPECT_TRUE(RealDisk().list(folder.path())->empty());
}

TEST(LogFile, AnUnusedFileServesTheNextAttempt) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  auto first = files.open(folder / "1");
  const int fd = first->fd;
  ASSERT_TRUE(files.close(*first));
  auto second = files.open(folder / "2");
  EXPECT_EQ(second->fd, fd);
  put(*second, "second");
  ASSERT_TRUE(files.close(*second));
  auto third = files.open(folder / "3");
  put(*third, "third");
  ASSERT_TRUE(files.close(*third));
  EXPECT_EQ(*RealDisk().read(folder / "2"), "second");
  EXPECT_EQ(*RealDisk().read(folder / "3"), "third");
}

TEST(LogFile, ThatSomebodyMayStillHoldServesNobodyElse) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  auto first = files.open(folder / "1");
  const int held = ::dup(first->fd);
  ASSERT_TRUE(files.close(*first, false));
  auto second = files.open(folder / "2");
  ASSERT_EQ(::write(held, "stray", 5), 5);
  ASSERT_TRUE(files.close(*second));
  EXPECT_FALSE(is_there(folder / "2"));
  ::close(held);
}

TEST(LogFile, OfARequeuedJobIsContinued) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  ASSERT_TRUE(RealDisk().write(folder / "log", "before\n", Sync::no));
  auto log = files.open(folder / "log");
  put(*log, "after\n");
  ASSERT_TRUE(files.close(*log));
  EXPECT_EQ(*RealDisk().read(folder / "log"), "before\nafter\n");
}

TEST(LogFile, WhoseNameWasTakenMeanwhileIsAppended) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  auto log = files.open(folder / "log");
  ASSERT_TRUE(RealDisk().write(folder / "log", "theirs\n", Sync::no));
  put(*log, "ours\n");
  files.show(*log);
  ASSERT_TRUE(files.close(*log));
  EXPECT_EQ(*RealDisk().read(folder / "log"), "theirs\nours\n");
}

TEST(LogFile, WithoutAFolderIsAnErrorWithItsNumber) {
  const tests::TemporaryFolder folder;
  LogFiles files;
  const auto log = files.open(folder / "nowhere/log");
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(to_string(log.error()),
            folder.path() + "/nowhere: can't find the folder of the log: No such file or directory");
  EXPECT_EQ(files.last_error(), ENOENT);
}

TEST(LogFile, IsRescuedFromAProcessWhoseRunnerDied) {
  const tests::TemporaryFolder folder;
  pid_t pid = 0;
  int null_fd = ::open("/dev/null", O_RDONLY);
  {
    LogFiles files;
    auto log = files.open(folder / "log");
    Launch launching;
    launching.program = "/bin/sh";
    launching.argv = {"sh", "-c", "echo last words; exec sleep 100"};
    launching.env = {"PATH=/bin:/usr/bin"};
    launching.folder = folder.path();
    launching.log_fd = log->fd;
    launching.null_fd = null_fd;
    pid = launch(launching).pid;
    ASSERT_GT(pid, 0);
    while (::lseek(log->fd, 0, SEEK_END) == 0) ::usleep(1000);
    ::close(log->fd);  // as the death of the runner would
  }
  EXPECT_FALSE(is_there(folder / "log"));
  EXPECT_TRUE(rescue_log(pid, folder / "log"));
  EXPECT_EQ(*RealDisk().read(folder / "log"), "last words\n");
  EXPECT_TRUE(rescue_log(pid, folder / "log")) << "once is enough, twice does no harm";
  EXPECT_EQ(*RealDisk().read(folder / "log"), "last words\n");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(null_fd);
}

}  // namespace
}  // namespace sluice::executors
