// Who is running on this machine, as /proc tells it, and which of them belong to an attempt: its session, its
// group, everything that descends from them, and whoever still carries the attempt's mark in its environment.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::executors {

/// Set for every task to its token, so that a process which left its session is still known to be the task's.
constexpr std::string_view attempt_mark = "SLUICE_ATTEMPT";

struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  bool zombie = false;
  std::uint64_t start_ticks = 0;
  std::uint64_t rss_bytes = 0;
};

/// One pass over /proc; sorted by pid.
std::vector<ProcessEntry> list_processes();
/// pid 0 when there is no such process.
ProcessEntry look_at_process(pid_t pid);
/// The live and dead children of this process; empty where the kernel does not list them.
std::vector<pid_t> own_children();

/// The processes of the session or group `leader` (0: of none) and their descendants, zombies left out.
/// `known` holds pids that are members already, whatever became of their parents.
std::vector<ProcessEntry> members(const std::vector<ProcessEntry>& all, pid_t leader,
                                  const std::set<pid_t>& known);

/// The value of the attempt's mark in a process's environment; empty when it has none or hides it.
std::string mark_of(pid_t pid);
/// Its working directory; empty when that can't be told.
std::string folder_of(pid_t pid);

/// Shared pages are counted by halves, thirds, ...: what the process really costs. Slow; 0 when it can't be
/// told.
std::uint64_t proportional_bytes(pid_t pid);

/// How often the kernel's OOM killer has struck since boot.
std::uint64_t oom_kill_count();

/// Ticks since boot, in the unit and on the clock of ProcessEntry::start_ticks.
std::uint64_t ticks_now();

}  // namespace sluice::executors
