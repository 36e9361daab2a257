#include "executors/runner/process_table.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "engine/base/process.h"

namespace sluice::executors {
namespace {

ProcessEntry process(pid_t pid, pid_t parent, pid_t group, pid_t session) {
  ProcessEntry entry;
  entry.pid = pid;
  entry.parent = parent;
  entry.group = group;
  entry.session = session;
  return entry;
}

std::vector<pid_t> pids(const std::vector<ProcessEntry>& entries) {
  std::vector<pid_t> list;
  for (const auto& entry : entries) list.push_back(entry.pid);
  return list;
}

TEST(ProcessTable, KnowsThisProcess) {
  const auto self = look_at_process(::getpid());
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_EQ(self.parent, ::getppid());
  EXPECT_EQ(self.group, ::getpgrp());
  EXPECT_EQ(self.session, ::getsid(0));
  EXPECT_EQ(self.start_ticks, process_start_ticks(::getpid()));
  EXPECT_GT(self.rss_bytes, 1'000'000U);
  EXPECT_FALSE(self.zombie);
  const auto all = pids(list_processes());
  EXPECT_TRUE(std::binary_search(all.begin(), all.end(), ::getpid()));
}

TEST(ProcessTable, ANewProcessStartsNow) {
  const auto before = ticks_now();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const auto entry = look_at_process(child);
  EXPECT_GE(entry.start_ticks, before);
  EXPECT_LE(entry.start_ticks, ticks_now());
  const auto children = own_children();
  EXPECT_NE(std::find(children.begin(), children.end(), child), children.end());
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(look_at_process(child).pid, 0);
}

TEST(ProcessTable, MembersAreTheSessionTheGroupAndAllThatDescend) {
  std::vector<ProcessEntry> all = {
      process(10, 1, 10, 10),                            // the leader
      process(11, 10, 10, 10),                           // its child
      process(12, 10, 12, 10),                           // a group of its own in the session
      process(13, 12, 13, 13),                           // a session of its own, but a descendant
      process(14, 13, 13, 13), process(20, 1, 20, 20),   // a stranger
      process(21, 20, 20, 20), process(30, 1, 30, 30)};  // left the session and lost its parents
  EXPECT_EQ(pids(members(all, 10, {})), (std::vector<pid_t>{10, 11, 12, 13, 14}));
  EXPECT_EQ(pids(members(all, 10, {30})), (std::vector<pid_t>{10, 11, 12, 13, 14, 30}));
  EXPECT_EQ(pids(members(all, 0, {30})), (std::vector<pid_t>{30}));
  all[1].zombie = true;
  EXPECT_EQ(pids(members(all, 10, {})), (std::vector<pid_t>{10, 12, 13, 14}));
}

TEST(ProcessTable, DescendantsAreFoundWhenPidsHaveWrappedAround) {
  const std::vector<ProcessEntry> all = {process(5, 90, 5, 5), process(6, 5, 6, 6), process(80, 1, 80, 80),
                                         process(90, 80, 90, 90)};
  EXPECT_EQ(pids(members(all, 80, {})), (std::vector<pid_t>{5, 6, 80, 90}));
}

TEST(ProcessTable, NobodyIsLedByTheKernel) {
  const std::vector<ProcessEntry> all = {process(1, 0, 0, 0), process(2, 0, 0, 0), process(3, 2, 0, 0)};
  EXPECT_TRUE(members(all, 0, {}).empty());
}

TEST(ProcessTable, ReadsTheMarkOfAnAttempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const char* const environment[] = {"NOT_SLUICE_ATTEMPT=no", "SLUICE_ATTEMPT=run/task[a=1]/2", nullptr};
    ::execle("/bin/sleep", "sleep", "100", nullptr, environment);
    ::_exit(127);
  }
  while (mark_of(child).empty() && ::kill(child, 0) == 0) ::usleep(1000);
  EXPECT_EQ(mark_of(child), "run/task[a=1]/2");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(mark_of(child), "");
}

TEST(ProcessTable, SharedMemoryIsNotCountedTwice) {
  EXPECT_GT(proportional_bytes(::getpid()), 0U);
  EXPECT_LE(proportional_bytes(::getpid()), look_at_process(::getpid()).rss_bytes * 2);
  EXPECT_EQ(proportional_bytes(0), 0U);
}

}  // namespace
}  // namespace sluice::executors
