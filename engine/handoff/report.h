// What a trial writes: its measurements as it goes, a sign of life, and how its run ended.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/disk.h"
#include "engine/handoff/layout.h"

namespace sluice::handoff {

using Metrics = std::vector<std::pair<std::string, double>>;

enum class RunResult : std::uint8_t {
  milestone,  ///< reached what the run asked for; can go on from its checkpoint
  completed,  ///< there is nothing left to do
  stopped,    ///< ended before the milestone because it was asked to, with a checkpoint
  failed,     ///< `reason` says of what: "nan", "out-of-memory", "exception"
};

/// status.NNNN.json: written once, the last thing a run does.
struct RunStatus {
  TrialRun id;
  RunResult result = RunResult::milestone;
  std::int64_t step = 0;  ///< how far it got
  Metrics metrics;        ///< the last ones
  std::string reason;
  std::string message;
};

/// A line of metrics.NNNN.jsonl.
struct Measurement {
  std::int64_t seq = 0;   ///< 1, 2, 3, … in its file
  std::int64_t step = 0;  ///< epoch
  double time_s = 0;      ///< wall clock; for people, never for decisions
  Metrics metrics;
};

/// beat.NNNN: replaced every half minute. That it changes is the message; clocks are not compared.
struct Beat {
  std::int64_t count = 0;
  std::int64_t step = 0;
};

Status write(Disk& disk, const std::string& folder, const RunStatus& status);
Result<RunStatus> read_status(Disk& disk, const std::string& folder, TrialRun id);
Status write(Disk& disk, const std::string& folder, int run, const Beat& beat);
Result<Beat> read_beat(Disk& disk, const std::string& folder, int run);

/// The line to append, CRC and newline included (engine/base/record_line.h).
std::string to_line(const Measurement& measurement);

/// Reads a metrics file as it grows.
class MeasurementReader {
 public:
  explicit MeasurementReader(std::string path) : path_(std::move(path)) {}

  /// The measurements that have come since. Damaged lines, and steps that were there before (an attempt that
  /// began again from an older checkpoint), are left out and counted. A file that is not there yet has none.
  Result<std::vector<Measurement>> read(Disk& disk);
  std::int64_t damaged() const { return damaged_; }
  std::int64_t repeated() const { return repeated_; }

 private:
  void take(std::string_view text, std::vector<Measurement>& fresh);

  std::string path_;
  std::uint64_t offset_ = 0;
  std::int64_t last_step_ = -1;
  std::int64_t damaged_ = 0;
  std::int64_t repeated_ = 0;
};

std::string_view to_string(RunResult result);

}  // namespace sluice::handoff
