#include "engine/report/graph_text.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/report/dot.h"
#include "engine/report/html.h"
#include "engine/report/paint.h"
#include "engine/report/status.h"
#include "engine/workflow/task_graph.h"

namespace sluice::report {

namespace {

/// Where all is as it was, people read what `plan` and `run` call it.
std::string words_for(std::string_view mood) { return mood == "cached" ? "up to date" : std::string(mood); }

std::vector<const StageSummary*> without_trials(const std::vector<StageSummary>& stages) {
  std::vector<const StageSummary*> all;
  for (const StageSummary& stage : stages)
    if (!stage.is_trials) all.push_back(&stage);
  return all;
}

std::set<workflow::TaskIndex> producers_of(const workflow::TaskGraph& graph, workflow::TaskIndex task) {
  std::set<workflow::TaskIndex> producers;
  for (const auto group : graph.inputs(task))
    for (const auto& member : graph.group_members(group))
      if (member.task != workflow::no_task) producers.insert(member.task);
  return producers;
}

}  // namespace

std::string stages_text(const std::vector<StageSummary>& stages, const Terminal& terminal) {
  const auto all = without_trials(stages);
  std::size_t name_width = 0;
  std::size_t count_width = 0;
  for (const StageSummary* stage : all) {
    name_width = std::max(name_width, utf8_length(stage->about.name));
    count_width = std::max(count_width, std::to_string(stage->about.task_count).size());
  }
  std::string text;
  for (const StageSummary* stage : all) {
    const std::string count = std::to_string(stage->about.task_count);
    std::string line =
        paint(fitted(stage->about.name, name_width, terminal.utf8), Tone::strong, terminal.colour) + "  " +
        std::string(count_width - count.size(), ' ') + count +
        (stage->about.task_count == 1 ? " task " : " tasks");
    if (stage->tally.settled() + stage->tally.running > 0) line += "  " + words_for(mood(stage->tally));
    for (std::size_t i = 0; i < stage->about.inputs.size(); ++i) {
      const StageInput& input = stage->about.inputs[i];
      line += i > 0 ? ", " : terminal.utf8 ? "  ← " : "  <- ";
      line += (input.gathers ? "all of " : "") + printable(all[input.stage]->about.name);
    }
    for (const TrialsSnapshot& trials : stage->about.trials)
      line += "  (trials: " + printable(trials.program) + " on " + printable(trials.executor) + ")";
    if (stage->about.is_final) line += "  (final)";
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

json::value stages_json(const std::vector<StageSummary>& stages, const std::string& workflow) {
  const auto all = without_trials(stages);
  json::array list;
  for (const StageSummary* stage : all) {
    json::array inputs;
    for (const StageInput& input : stage->about.inputs)
      inputs.push_back(json::object{{"stage", all[input.stage]->about.name}, {"gathers", input.gathers}});
    list.push_back(json::object{{"stage", stage->about.name},
                                {"program", stage->about.program},
                                {"executor", stage->about.executor},
                                {"final", stage->about.is_final},
                                {"depth", stage->depth},
                                {"inputs", std::move(inputs)},
                                {"tasks", to_json(stage->tally)}});
  }
  return json::object{{"workflow", workflow}, {"stages", std::move(list)}};
}

std::string tasks_text(const workflow::TaskGraph& graph) {
  std::string text;
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    text += printable(graph.names[task]);
    std::string separator = "\t";
    for (const auto producer : producers_of(graph, task)) {
      text += separator + printable(graph.names[producer]);
      separator = " ";
    }
    text += "\n";
  }
  return text;
}

json::value tasks_json(const workflow::TaskGraph& graph) {
  json::array list;
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    json::array inputs;
    for (const auto producer : producers_of(graph, task))
      inputs.push_back(json::string(graph.names[producer]));
    list.push_back(json::object{
        {"task", graph.names[task]}, {"stage", graph.stage(task).name}, {"inputs", std::move(inputs)}});
  }
  return json::object{{"workflow", graph.workflow_name}, {"tasks", std::move(list)}};
}

}  // namespace sluice::report
