// Reads the last run of a run folder from its store, while it goes on or afterwards. Nothing is written, and
// nothing but the store and the ends of some logs is read.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/base/result.h"
#include "engine/report/run_summary.h"
#include "engine/store/store.h"

namespace sluice::report {

/// RunningAttempt::state of one whose runner says that it has ended, while no driver has recorded it (a full
/// disk, a killed driver).
constexpr std::string_view ended_unrecorded = "ended";

struct ReadOptions {
  std::string run_folder;          ///< absolute; logs are found relative to it
  bool with_history = true;        ///< also costs, time line, outputs: what takes longer with many tasks
  std::size_t most_failures = 50;  ///< with their logs
  std::size_t log_lines = 20;
  std::size_t outputs_a_stage = 20;
  /// The tokens of attempts that have ended although the store may not know it yet; asked only when some may
  /// run.
  std::function<std::unordered_set<std::string>()> ended = {};
};

Result<RunSummary> read_run(store::Store& store, Processes& processes, Clock& clock,
                            const ReadOptions& options);

/// The last run of options.run_folder, as it is now.
Result<RunSummary> read_last_run(const ReadOptions& options);

/// The store of a run folder, for looking; the error says how to make a first run.
Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& run_folder);

/// The graph that was kept with a run; an older or a damaged one is pieced together from the names of the
/// tasks.
Result<GraphSnapshot> graph_of(store::Store& store, const store::Run& run);

}  // namespace sluice::report
