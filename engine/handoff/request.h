// What the deciding side (a sweep) writes: what a trial is, how far it shall run, and what it wants of a
// trial under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/handoff/layout.h"

namespace sluice::handoff {

/// spec.json: one configuration. Written once.
struct Spec {
  std::int64_t trial = 0;
  std::int64_t seed = 0;
  json::object parameters;
};

/// What one run asks for instead of what the workflow gives to all trials.
struct RunResources {
  std::optional<int> cpus;
  std::optional<int> gpus;
  std::optional<int> ranks;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<double> time_s;
  std::optional<int> scale = {};  ///< so many times the ranks, CPUs, GPUs and memory

  bool operator==(const RunResources&) const = default;
};

/// run.NNNN.json: the wish that the trial goes on to a milestone. Written once; the server answers with a job
/// file.
struct RunRequest {
  TrialRun id;
  std::int64_t until = 0;  ///< the milestone, counted in what the study counts (epochs)
  RunResources resources;
};

enum class Command : std::uint8_t {
  none,
  run_until,   ///< a milestone farther away than the run was sent to
  checkpoint,  ///< write a checkpoint now and go on
  stop,        ///< write a checkpoint, a status, and end
  cancel,      ///< for the server: end this run, or don't start it
};

/// control.json: replaced for each command; `seq` grows, so that nobody obeys twice.
struct Control {
  TrialRun id;
  std::int64_t seq = 0;
  Command command = Command::none;
  std::int64_t until = 0;  ///< of run_until
};

/// `folder` is the trial's.
Status write(Disk& disk, const std::string& folder, const Spec& spec);
Status write(Disk& disk, const std::string& folder, const RunRequest& request);
Status write(Disk& disk, const std::string& folder, const Control& control);
Result<Spec> read_spec(Disk& disk, const std::string& folder);
Result<RunRequest> read_run(Disk& disk, const std::string& folder, TrialRun id);
Result<Control> read_control(Disk& disk, const std::string& folder);

std::string_view to_string(Command command);

}  // namespace sluice::handoff
