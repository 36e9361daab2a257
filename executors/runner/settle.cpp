#include "executors/runner/settle.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/base/record_line.h"
#include "executors/runner/journal.h"
#include "executors/runner/journal_lines.h"
#include "executors/runner/log_file.h"
#include "executors/runner/process_table.h"

namespace sluice::executors {

namespace {

struct Lost {
  StartedLine start;
  bool was_alive = false;
};

/// The runner noted the time just before it started the process.
bool started_about(std::uint64_t ticks, std::uint64_t noted) {
  constexpr std::uint64_t longest_launch_ticks = 1000;
  return ticks >= noted && ticks - noted <= longest_launch_ticks;
}

std::vector<Lost> find_lost(const JournalState& journal) {
  std::vector<Lost> lost;
  for (const auto& [token, entry] : journal.entries()) {
    if (entry.progress != Progress::claimed && entry.progress != Progress::started) continue;
    lost.push_back({entry.start, false});
    lost.back().start.token = token;
  }
  std::sort(lost.begin(), lost.end(),
            [](const auto& a, const auto& b) { return a.start.token < b.start.token; });
  return lost;
}

/// Everything alive that belongs to each lost attempt: by its mark, which also finds a program that was
/// started but never noted, and by descent.
std::map<Token, std::vector<ProcessEntry>> find_alive(const std::vector<Lost>& lost) {
  const auto all = list_processes();
  std::map<Token, std::set<pid_t>> marked;
  for (const auto& attempt : lost) marked[attempt.start.token];
  for (const auto& process : all) {
    if (process.zombie || process.pid == ::getpid()) continue;
    const auto found = marked.find(mark_of(process.pid));
    if (found != marked.end()) found->second.insert(process.pid);
  }
  std::map<Token, std::vector<ProcessEntry>> alive;
  for (const auto& attempt : lost) {
    const auto& start = attempt.start;
    const auto leader =
        std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.pid == start.pid; });
    const bool is_it =
        start.pid != 0 && (leader == all.end() || started_about(leader->start_ticks, start.start_ticks));
    auto found = members(all, is_it ? start.pid : 0, marked.at(start.token));
    if (!found.empty()) alive[start.token] = std::move(found);
  }
  return alive;
}

void ask(const Lost& attempt, const std::vector<ProcessEntry>& processes) {
  // As a living runner does: see Supervisor::ask_to_end.
  const bool launcher = attempt.start.ranks > 1 && attempt.start.pid != 0;
  if (launcher) ::kill(attempt.start.pid, SIGUSR2);
  for (const auto& process : processes) {
    if (!launcher) ::kill(process.pid, SIGTERM);
    ::kill(process.pid, SIGCONT);
  }
}

void end_all(std::vector<Lost>& lost) {
  constexpr useconds_t look_pause_us = 20'000;
  constexpr std::int64_t kill_patience_ns = 10 * ns_per_s;
  RealClock clock;
  auto alive = find_alive(lost);
  const std::int64_t begin = clock.mono_ns();
  std::int64_t longest_grace_ns = 0;
  for (auto& attempt : lost) {
    const auto found = alive.find(attempt.start.token);
    if (found == alive.end()) continue;
    attempt.was_alive = true;
    for (const auto& process : found->second) static_cast<void>(rescue_log(process.pid, attempt.start.log));
    ask(attempt, found->second);
    longest_grace_ns = std::max(longest_grace_ns, static_cast<std::int64_t>(attempt.start.grace_s * 1e9));
  }
  while (!alive.empty() && clock.mono_ns() - begin < longest_grace_ns + kill_patience_ns) {
    ::usleep(look_pause_us);
    alive = find_alive(lost);
    for (const auto& attempt : lost) {
      const auto grace_ns = static_cast<std::int64_t>(attempt.start.grace_s * 1e9);
      const auto found = alive.find(attempt.start.token);
      if (found == alive.end() || clock.mono_ns() - begin < grace_ns) continue;
      for (const auto& process : found->second) ::kill(process.pid, SIGKILL);
    }
  }
}

ExitRecord record_of(const Lost& attempt, const JournalState& journal, bool host_lost) {
  ExitRecord record;
  record.token = attempt.start.token;
  record.job = journal.runner();
  record.cause = Cause::node_lost;
  record.node = journal.process().host;
  record.ended_ns = RealClock().wall_ns();
  record.signal = SIGKILL;
  if (host_lost)
    record.message = "its host has given no sign of life for too long";
  else if (attempt.was_alive)
    record.message =
        "its runner (process " + std::to_string(journal.process().pid) +
        ") died; the program was still there and was ended, as nobody could have seen its exit code";
  else
    record.message = "its runner (process " + std::to_string(journal.process().pid) + ") died with it";
  return record;
}

}  // namespace

std::string settled_path(const std::string& folder) { return join_path(folder, "settled"); }

Status settle(const SettleOptions& options) {
  RealDisk disk;
  auto bytes = disk.read(journal_path(options.folder));
  if (!bytes) return std::move(bytes).error();
  JournalState journal;
  journal.feed(*bytes);
  auto lost = find_lost(journal);
  // After a reboot, or on another machine, the same pids are somebody else's.
  const bool same_boot = journal.process().host == host_name() && journal.process().boot_id == boot_id();
  if (!options.host_lost && same_boot) end_all(lost);
  std::string text;
  for (const auto& attempt : lost)
    text += seal_line(finished_line(record_of(attempt, journal, options.host_lost)));
  text += seal_line(closed_line());
  return disk.write(settled_path(options.folder), text, Sync::yes);
}

}  // namespace sluice::executors
