// A run at one moment, as plain numbers: what a display is fed with, however the run is executed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sluice::report {

struct Tally {
  std::size_t waiting = 0;  ///< for inputs or for slots
  std::size_t running = 0;
  std::size_t cached = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t cancelled = 0;
  std::size_t excluded = 0;  ///< not asked for

  std::size_t total() const { return open() + settled(); }
  std::size_t open() const { return waiting + running; }
  std::size_t settled() const { return cached + succeeded + failed + skipped + cancelled + excluded; }
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

struct StageProgress {
  std::string name;
  int depth = 0;  ///< longest way from the start of the workflow
  Tally tally;
};

struct RunningTask {
  std::string name;
  int attempt = 1;
  double seconds = 0;  ///< since it was started, or submitted
  std::string note;    ///< what its executor says, "waits for 4 GPUs", or how far it says it is
};

/// How long a run still takes.
struct TimeLeft {
  double seconds = 0;
  bool at_least = false;  ///< of some stage no task has ended yet, so there is more to come

  bool operator==(const TimeLeft&) const = default;
};

struct Progress {
  std::string workflow;
  double elapsed_s = 0;
  std::optional<TimeLeft> left;
  std::string state;  ///< "stopping", when it is more than just running
  std::vector<StageProgress> stages;
  std::vector<RunningTask> running;  ///< some of them, the longest running first

  Tally total() const;
};

}  // namespace sluice::report
