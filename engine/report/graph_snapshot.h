// What a workflow came to when a run began: its stages, the names of their tasks, which stage feeds which.
// Kept with the run, so that a run can be looked at when its workflow file has changed, is broken, or lies on
// another machine; and small, whatever the number of tasks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "executors/executor.h"

namespace sluice::workflow {
class TaskGraph;
}

namespace sluice::report {

/// The values of one key of a fan-out, in their order.
struct KeyValues {
  std::string key;
  std::vector<std::string> values;

  bool operator==(const KeyValues&) const = default;
};

/// The names of a stage's tasks: the product of its keys, or, where some were filtered out, a list.
struct TaskNames {
  std::vector<KeyValues> keys;      ///< no keys and no list: one task with the stage's own name
  std::vector<std::string> listed;  ///< when not empty: these
  bool none = false;                ///< a fan-out over nothing

  bool operator==(const TaskNames&) const = default;
};
std::vector<std::string> spelled_out(const std::string& stage, const TaskNames& names);

struct StageInput {
  std::uint32_t stage = 0;  ///< index of the producer
  bool gathers = false;     ///< several of its artifacts for one task

  bool operator==(const StageInput&) const = default;
};

struct TrialsSnapshot {
  std::string program;
  std::string executor;
  executors::Resources resources;
  int parallel = 1;

  bool operator==(const TrialsSnapshot&) const = default;
};

struct StageSnapshot {
  std::string name;
  std::string program;
  std::string program_version;  ///< as the program describes itself; empty for a command
  std::string results_version;
  std::string executor;
  executors::Resources resources;
  bool is_final = false;
  double tolerate = 0;
  std::uint32_t task_count = 0;
  TaskNames names;
  std::vector<StageInput> inputs;      ///< one for each producer
  std::vector<TrialsSnapshot> trials;  ///< one, or none
  // What the plan said when the run began:
  std::uint32_t up_to_date = 0;
  std::uint32_t excluded = 0;

  bool operator==(const StageSnapshot&) const = default;
};

/// A figure to lead with, and where it stands (workflow::ReportNumber).
struct NumberSnapshot {
  std::string label;
  std::string stage;
  std::string output;
  std::string pointer;

  bool operator==(const NumberSnapshot&) const = default;
};

struct GraphSnapshot {
  std::string workflow;
  std::vector<StageSnapshot> stages;  ///< in data-flow order
  std::vector<NumberSnapshot> numbers;

  bool operator==(const GraphSnapshot&) const = default;
};

/// Everything but what the plan said.
GraphSnapshot snapshot_of(const workflow::TaskGraph& graph);

std::string to_text(const GraphSnapshot& snapshot);  ///< one line of JSON
Result<GraphSnapshot> snapshot_from_text(std::string_view text);

std::vector<int> depths(const GraphSnapshot& snapshot);  ///< of each stage: longest way from the start
/// "simulate" of "simulate[shard=3]"
std::string_view stage_name(std::string_view task);

}  // namespace sluice::report
