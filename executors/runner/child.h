// One attempt while the runner is responsible for it: from its launch until its exit record is complete.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executors/attempt_files.h"
#include "executors/executor.h"
#include "executors/exit_record.h"
#include "executors/runner/cgroup.h"
#include "executors/runner/log_file.h"
#include "executors/runner/loop.h"
#include "executors/runner/process_table.h"

namespace sluice::executors {

enum class Phase : std::uint8_t {
  running,
  sweeping,   ///< the program has ended, something that it started has not
  surveying,  ///< everything has ended, its outputs are being read
};

struct Child {
  AttemptSpec spec;
  JobStart start;
  std::vector<int> gpus;

  pid_t pid = 0;  ///< also its session and its process group
  std::uint64_t start_ticks = 0;
  std::int64_t launched_ns = 0;  ///< on the loop's clock
  std::int64_t started_ns = 0;
  std::int64_t ended_ns = 0;
  std::uint64_t oom_kills_before = 0;
  LogFile log;
  std::optional<Cgroup> cgroup;

  Phase phase = Phase::running;
  int wait_status = 0;
  Usage usage;
  Cause cause = Cause::none;  ///< why we ended it, once we have decided to
  std::string message;
  std::set<pid_t> strays;  ///< processes outside its session that are known to be its own
  bool seen_by_sampler = false;
  std::vector<ProcessEntry> members;  ///< its processes, as they were last looked at
  std::uint64_t seen_bytes = 0;       ///< what they used together
  bool stopping = false;              ///< asked to end
  int kill_rounds = 0;
  bool abandoned = false;  ///< some of it would not go
  std::optional<Loop::Timer> limit_timer;
  std::optional<Loop::Timer> kill_timer;

  bool uses_launcher() const { return spec.resources.ranks > 1; }
};

}  // namespace sluice::executors
