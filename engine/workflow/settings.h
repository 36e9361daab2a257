// How tasks run, as opposed to what they compute: resources, retries, pools, executors. None of it counts for
// a fingerprint, so a site file may say all of it. Tables are laid over each other, the more specific one
// last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/table_reader.h"
#include "engine/workflow/task_graph.h"
#include "engine/workflow/template.h"

namespace sluice::workflow {

/// What one `resources` table says.
struct ResourceLayer {
  std::optional<int> cpus;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<int> gpus;
  std::optional<int> ranks;
  std::optional<double> time_s;
  SourceRange cpus_range;
  SourceRange gpus_range;
};

ResourceLayer read_resources(const TomlMember& table, const Scope& scope, Diagnostics& diagnostics);
void lay(const ResourceLayer& upper, ResourceLayer& lower);
/// Checks that totals can be divided over the ranks. Where `cpus` is not said, every rank gets one.
executors::Resources total(const ResourceLayer& layer, Diagnostics& diagnostics);

/// "x2 on out-of-memory, at most 64 GB".
template <typename Limit>
struct Escalation {
  double factor = 1;
  Limit cap = 0;  ///< 0: none
  SourceRange range;
};

/// What one `retry` table says.
struct RetryLayer {
  std::optional<int> attempts;
  std::optional<std::vector<int>> exit_codes;
  std::optional<Escalation<std::uint64_t>> memory;
  std::optional<Escalation<double>> time;
  std::optional<double> delay_s;
};

RetryLayer read_retry(const TomlMember& table, const Scope& scope, Diagnostics& diagnostics);
void lay(const RetryLayer& upper, RetryLayer& lower);
RetryRule rule_of(const RetryLayer& layer);
/// In a stage's own table, a rule with nothing to multiply is warned of; as a default for many stages it is
/// quite normal.
void check_retry(const RetryLayer& own, const executors::Resources& resources, Diagnostics& diagnostics);

/// The name of an executor, and where it was chosen; empty: not here.
struct ExecutorChoice {
  std::string name;
  SourceRange range;
};

/// All that can be said for all stages at the top of a file, or for one stage.
struct RunLayer {
  ExecutorChoice executor;
  ResourceLayer resources;
  RetryLayer retry;
  const TomlMember* pools = nullptr;
};

/// Takes `resources`, `retry` and `pools`; what `executor` means differs from place to place.
RunLayer read_run_layer(TableReader& reader, const Scope& scope, Diagnostics& diagnostics);
void lay(const RunLayer& upper, RunLayer& lower);

/// `pools = { io = 2 }`: a pool that is there already is kept, the workflow speaks before the site.
void read_pools(const TomlMember& table, const Scope& scope, std::vector<Pool>& pools,
                Diagnostics& diagnostics);
/// `pools = ["io"]` or `{ io = 2 }` on a stage.
std::vector<PoolUse> read_pool_uses(const TomlMember& member, const Scope& scope,
                                    const std::vector<Pool>& pools, Diagnostics& diagnostics);

/// `[executor.NAME]` tables, where a setting that is there already is kept, and the default: `executor =
/// "NAME"`, or
/// `[executor] default = "NAME"` in a file that has such tables (TOML does not let a text be a table, too).
void read_executors(const TomlMember& member, const Scope& scope, std::vector<ExecutorSettings>& executors,
                    ExecutorChoice& standard, Diagnostics& diagnostics);

}  // namespace sluice::workflow
