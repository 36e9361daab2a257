#include "engine/report/graph_snapshot.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "engine/workflow/task_graph.h"

namespace sluice::report {

namespace {

using workflow::TaskGraph;
using workflow::TaskIndex;

/// The values in the order of their first appearance. In a product whose first keys vary slowest, that is
/// their order.
std::vector<KeyValues> distinct_values(const TaskGraph& graph, const workflow::Stage& stage) {
  std::vector<KeyValues> keys;
  for (std::size_t k = 0; k < stage.keys.size(); ++k) {
    KeyValues values{stage.keys[k], {}};
    std::unordered_set<std::string_view> seen;
    const bool all_differ = stage.keys.size() == 1;
    for (TaskIndex task = stage.first_task; task < stage.first_task + stage.task_count; ++task) {
      const std::string& value = graph.key_values(task)[k];
      if (all_differ || seen.insert(value).second) values.values.push_back(value);
    }
    keys.push_back(std::move(values));
  }
  return keys;
}

TaskNames names_of(const TaskGraph& graph, const workflow::Stage& stage) {
  TaskNames names;
  if (stage.task_count == 0) {
    names.none = true;
    return names;
  }
  const auto begin = graph.names.begin() + stage.first_task;
  const auto end = begin + stage.task_count;
  names.keys = distinct_values(graph, stage);
  std::size_t product = 1;
  for (const KeyValues& key : names.keys) product *= key.values.size();
  if (product == stage.task_count) {
    const auto spelled = spelled_out(stage.name, names);
    if (std::equal(spelled.begin(), spelled.end(), begin, end)) return names;
  }
  return {{}, std::vector<std::string>(begin, end), false};
}

/// The tasks of a stage draw on the same stages, so the first one stands for all.
std::vector<StageInput> inputs_of(const TaskGraph& graph, const workflow::Stage& stage) {
  std::map<std::uint32_t, bool> gathers;  // by producer
  if (stage.task_count == 0) return {};
  for (const auto group : graph.inputs(stage.first_task))
    for (const auto& member : graph.group_members(group))
      if (member.task != workflow::no_task) {
        bool& any = gathers[graph.stage_of[member.task]];
        any = any || graph.groups[group].is_list;
      }
  std::vector<StageInput> inputs;
  for (const auto& [producer, several] : gathers) inputs.push_back({producer, several});
  return inputs;
}

}  // namespace

std::vector<std::string> spelled_out(const std::string& stage, const TaskNames& names) {
  if (names.none) return {};
  if (!names.listed.empty()) return names.listed;
  if (names.keys.empty()) return {stage};
  std::vector<std::string> stems = {stage + "["};
  for (std::size_t k = 0; k < names.keys.size(); ++k) {
    const KeyValues& key = names.keys[k];
    const std::string end = k + 1 == names.keys.size() ? "]" : ",";
    std::vector<std::string> longer;
    longer.reserve(stems.size() * key.values.size());
    for (const std::string& stem : stems)
      for (const std::string& value : key.values) longer.push_back(stem + key.key + "=" + value + end);
    stems = std::move(longer);
  }
  return stems;
}

GraphSnapshot snapshot_of(const TaskGraph& graph) {
  GraphSnapshot snapshot;
  snapshot.workflow = graph.workflow_name;
  for (const workflow::Stage& stage : graph.stages) {
    StageSnapshot row;
    row.name = stage.name;
    row.program = stage.program.name;
    row.program_version = stage.program.version;
    row.results_version = stage.program.results_version;
    row.executor = stage.executor;
    row.resources = stage.resources;
    row.is_final = stage.is_final;
    row.tolerate = stage.tolerate;
    row.task_count = stage.task_count;
    row.names = names_of(graph, stage);
    row.inputs = inputs_of(graph, stage);
    if (stage.trials)
      row.trials.push_back({stage.trials->program.name, stage.trials->executor, stage.trials->resources,
                            stage.trials->parallel});
    snapshot.stages.push_back(std::move(row));
  }
  for (const workflow::ReportNumber& number : graph.report_numbers)
    snapshot.numbers.push_back({number.label, number.stage, number.output, number.pointer});
  return snapshot;
}

std::vector<int> depths(const GraphSnapshot& snapshot) {
  std::vector<int> depth(snapshot.stages.size(), 0);
  for (std::size_t s = 0; s < snapshot.stages.size(); ++s)
    for (const StageInput& input : snapshot.stages[s].inputs)
      if (input.stage < s) depth[s] = std::max(depth[s], depth[input.stage] + 1);
  return depth;
}

std::string_view stage_name(std::string_view task) { return task.substr(0, task.find('[')); }

}  // namespace sluice::report
