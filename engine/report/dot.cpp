#include "engine/report/dot.h"

#include <set>

#include "engine/base/text.h"
#include "engine/workflow/task_graph.h"

namespace sluice::report {

namespace {

struct Look {
  std::string_view mood;
  std::string_view fill;
  std::string_view border;
};

// Okabe and Ito's palette (jfly.uni-koeln.de/color), lightened: told apart by colour-blind people too.
constexpr Look looks[] = {{"failed", "#f6d5c4", "#d55e00"}, {"running", "#fbe9c0", "#e69f00"},
                          {"done", "#c9e2f3", "#0072b2"},   {"cached", "#e0f1fb", "#56b4e9"},
                          {"partly", "#ffffff", "#0072b2"}, {"waiting", "#ffffff", "#999999"},
                          {"lost", "#eeeeee", "#666666"}};

const Look& look_of(const Tally& tally) {
  for (const Look& look : looks)
    if (look.mood == mood(tally)) return look;
  return looks[5];
}

std::string node_label(const StageSummary& stage) {
  const Tally& tally = stage.tally;
  std::string label = stage.about.name;
  const std::string tasks = std::to_string(tally.total()) + (tally.total() == 1 ? " task" : " tasks");
  label += "\n" + (tally.settled() == 0 ? tasks : std::to_string(tally.settled()) + " of " + tasks);
  if (tally.failed > 0) label += "\n" + std::to_string(tally.failed) + " failed";
  return label;
}

constexpr const char* head =
    "  rankdir=LR;\n  bgcolor=transparent;\n  nodesep=0.25;\n  ranksep=0.5;\n"
    "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, "
    "margin=\"0.15,0.08\"];\n"
    "  edge [color=\"#888888\", arrowsize=0.7];\n";

}  // namespace

std::string_view mood(const Tally& tally) {
  if (tally.failed > 0) return "failed";
  if (tally.running > 0) return "running";
  if (tally.skipped + tally.cancelled > 0) return "lost";
  if (tally.total() > 0 && tally.open() == 0 && tally.excluded < tally.total())
    return tally.succeeded > 0 ? "done" : "cached";
  return tally.cached + tally.succeeded > 0 ? "partly" : "waiting";
}

std::string dot_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    if (c == '\n') {
      quoted += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string stages_dot(const std::vector<StageSummary>& stages, const std::string& title) {
  std::string dot = "digraph " + dot_quoted(title) + " {\n" + head;
  std::vector<std::size_t> row_of_stage;
  for (std::size_t row = 0; row < stages.size(); ++row) {
    const StageSummary& stage = stages[row];
    if (!stage.is_trials) row_of_stage.push_back(row);
    const Look& look = look_of(stage.tally);
    dot += "  n" + std::to_string(row) + " [label=" + dot_quoted(node_label(stage)) + ", class=\"mood_" +
           std::string(look.mood) + "\", fillcolor=\"" + std::string(look.fill) + "\", color=\"" +
           std::string(look.border) + "\"" + (stage.tally.failed > 0 ? ", penwidth=2" : "") + "];\n";
  }
  for (std::size_t row = 0; row < stages.size(); ++row) {
    if (stages[row].is_trials) {
      dot += "  n" + std::to_string(row - 1) + " -> n" + std::to_string(row) + " [dir=both, style=dashed];\n";
      continue;
    }
    for (const StageInput& input : stages[row].about.inputs)
      if (input.stage < row_of_stage.size())
        dot += "  n" + std::to_string(row_of_stage[input.stage]) + " -> n" + std::to_string(row) +
               (input.gathers ? " [penwidth=2]" : "") + ";\n";
  }
  return dot + "}\n";
}

std::vector<StageSummary> unrun(const GraphSnapshot& snapshot) {
  const std::vector<int> depth = depths(snapshot);
  std::vector<StageSummary> stages;
  for (std::size_t s = 0; s < snapshot.stages.size(); ++s)
    stages.push_back({.about = snapshot.stages[s],
                      .depth = depth[s],
                      .tally = {.waiting = snapshot.stages[s].task_count},
                      .cost = {}});
  return stages;
}

std::string tasks_dot(const workflow::TaskGraph& graph) {
  std::string dot = "digraph " + dot_quoted(graph.workflow_name) + " {\n" + head;
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task)
    dot += "  t" + std::to_string(task) + " [label=" + dot_quoted(graph.names[task]) + "];\n";
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    std::set<workflow::TaskIndex> producers;
    for (const auto group : graph.inputs(task))
      for (const auto& member : graph.group_members(group))
        if (member.task != workflow::no_task) producers.insert(member.task);
    for (const auto producer : producers)
      dot += "  t" + std::to_string(producer) + " -> t" + std::to_string(task) + ";\n";
  }
  return dot + "}\n";
}

}  // namespace sluice::report
