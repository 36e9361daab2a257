#include "engine/plan/selection.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "engine/base/diagnostics.h"
#include "engine/base/text.h"

namespace sluice::plan {

namespace {

using workflow::Stage;
using workflow::TaskGraph;
using workflow::TaskIndex;

struct Pattern {
  std::string_view stage;
  std::vector<std::pair<std::string_view, std::string_view>> keys;
};

/// stage[key=value,key=value]; nothing if it is not of that form.
std::optional<Pattern> parse(std::string_view text) {
  Pattern pattern;
  const auto bracket = text.find('[');
  pattern.stage = text.substr(0, bracket);
  if (bracket == std::string_view::npos) return pattern;
  if (!text.ends_with(']')) return std::nullopt;
  std::string_view keys = text.substr(bracket + 1, text.size() - bracket - 2);
  while (!keys.empty()) {
    const auto comma = std::min(keys.find(','), keys.size());
    const std::string_view key = keys.substr(0, comma);
    const auto equals = key.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    pattern.keys.emplace_back(key.substr(0, equals), key.substr(equals + 1));
    keys.remove_prefix(std::min(comma + 1, keys.size()));
  }
  return pattern;
}

bool keys_match(const TaskGraph& graph, TaskIndex task, const Pattern& pattern) {
  const auto& names = graph.stage(task).keys;
  const auto values = graph.key_values(task);
  return std::all_of(pattern.keys.begin(), pattern.keys.end(), [&](const auto& wanted) {
    const auto at = std::find(names.begin(), names.end(), wanted.first);
    return at != names.end() &&
           matches_wildcards(wanted.second, values[static_cast<std::size_t>(at - names.begin())]);
  });
}

std::vector<std::string> stage_names(const TaskGraph& graph) {
  std::vector<std::string> names;
  for (const Stage& stage : graph.stages) names.push_back(stage.name);
  return names;
}

Error unknown(const TaskGraph& graph, const std::string& text, const std::string& option) {
  const std::string stage = text.substr(0, text.find('['));
  const auto known = std::find_if(graph.stages.begin(), graph.stages.end(),
                                  [&](const Stage& each) { return each.name == stage; });
  Error error{"no stage and no task is called '" + text + "'", option, "", ErrorKind::usage};
  if (known == graph.stages.end())
    error.hint = suggest(stage, stage_names(graph));
  else if (known->task_count > 0)
    error.hint = "a task of " + stage + " is called like this: " + graph.names[known->first_task];
  return error;
}

/// Every task that reads what `task` makes comes later, because stages stand in the order of the data.
void add_descendants(const TaskGraph& graph, std::vector<bool>& chosen) {
  std::vector<bool> group_seen(graph.groups.size()), group_chosen(graph.groups.size());
  const auto reads_chosen = [&](workflow::GroupIndex group) {
    if (!group_seen[group]) {
      group_seen[group] = true;
      for (const auto& member : graph.group_members(group))
        if (member.task != workflow::no_task && chosen[member.task]) group_chosen[group] = true;
    }
    return group_chosen[group];
  };
  for (const Stage& stage : graph.stages)
    for (TaskIndex task = stage.first_task; task < stage.first_task + stage.task_count; ++task)
      for (const auto group : graph.inputs(task))
        if (reads_chosen(group)) chosen[task] = true;
}

void add_ancestors(const TaskGraph& graph, std::vector<bool>& chosen) {
  std::vector<bool> group_seen(graph.groups.size());
  for (auto stage = graph.stages.rbegin(); stage != graph.stages.rend(); ++stage)
    for (TaskIndex task = stage->first_task; task < stage->first_task + stage->task_count; ++task) {
      if (!chosen[task]) continue;
      for (const auto group : graph.inputs(task)) {
        if (group_seen[group]) continue;
        group_seen[group] = true;
        for (const auto& member : graph.group_members(group))
          if (member.task != workflow::no_task) chosen[member.task] = true;
      }
    }
}

/// All tasks that the names of one option mean.
Result<std::vector<bool>> chosen_by(const TaskGraph& graph, const std::vector<std::string>& names,
                                    const std::string& option) {
  std::vector<bool> chosen(graph.task_count());
  for (const std::string& name : names) {
    auto found = match_tasks(graph, name, option);
    if (!found) return std::move(found).error();
    for (const TaskIndex task : *found) chosen[task] = true;
  }
  return chosen;
}

void keep_common(std::vector<bool>& tasks, const std::vector<bool>& others) {
  for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i] = tasks[i] && others[i];
}

}  // namespace

Result<std::vector<TaskIndex>> match_tasks(const TaskGraph& graph, const std::string& pattern,
                                           const std::string& option) {
  if (const auto task = graph.find_task(pattern)) return std::vector<TaskIndex>{*task};
  std::vector<TaskIndex> found;
  if (const auto parsed = parse(pattern))
    for (const Stage& stage : graph.stages) {
      if (!matches_wildcards(parsed->stage, stage.name)) continue;
      for (TaskIndex task = stage.first_task; task < stage.first_task + stage.task_count; ++task)
        if (keys_match(graph, task, *parsed)) found.push_back(task);
      // A stage without tasks is there, it only has nothing to do.
      if (stage.task_count == 0 && parsed->keys.empty() && stage.name == pattern) return found;
    }
  if (found.empty()) return unknown(graph, pattern, option);
  return found;
}

Result<Selected> select(const TaskGraph& graph, const Selection& selection) {
  Selected selected;
  selected.tasks.assign(graph.task_count(), true);
  auto only = chosen_by(graph, selection.only, "--only");
  auto from = chosen_by(graph, selection.from, "--from");
  auto until = chosen_by(graph, selection.until, "--until");
  auto force = chosen_by(graph, selection.force, "--force");
  for (auto* each : {&only, &from, &until, &force})
    if (!*each) return std::move(*each).error();
  selected.fresh = *force;
  selected.forced = *std::move(force);
  for (std::size_t i = 0; i < graph.task_count(); ++i) selected.forced[i] = selected.forced[i] || (*from)[i];
  if (!selection.only.empty()) keep_common(selected.tasks, *only);
  if (!selection.from.empty()) {
    add_descendants(graph, *from);
    keep_common(selected.tasks, *from);
  }
  if (!selection.until.empty()) {
    add_ancestors(graph, *until);
    keep_common(selected.tasks, *until);
  }
  return selected;
}

}  // namespace sluice::plan
