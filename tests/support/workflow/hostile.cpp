#include "tests/support/workflow/hostile.h"

#include <algorithm>
#include <set>

#include "tests/support/workflow/loading.h"

namespace sluice::workflow {

namespace {

constexpr std::uint64_t most_tasks = 2000;

std::string check_groups(const TaskGraph& graph) {
  if (graph.group_begin.size() != graph.task_count() + 1)
    return "group_begin has not one entry a task and one more";
  for (TaskIndex task = 0; task < graph.task_count(); ++task) {
    if (graph.inputs(task).size() != graph.stage(task).input_names.size())
      return "a task has not one group an input";
    for (const GroupIndex group : graph.inputs(task)) {
      if (group >= graph.groups.size()) return "a group that does not exist";
      if (graph.groups[group].first + graph.groups[group].count > graph.members.size())
        return "a group beyond the members";
      if (graph.groups[group].count == 0) return "an input that receives nothing";
      for (const Member& member : graph.group_members(group)) {
        if (member.task == no_task && member.index >= graph.files.size()) return "a file that does not exist";
        if (member.task == no_task) continue;
        if (member.task >= task) return "a producer that comes after its consumer";
        if (member.index >= graph.stage(member.task).outputs.size()) return "an output that does not exist";
      }
    }
  }
  return {};
}

std::string check_outputs(const TaskGraph& graph) {
  std::set<std::string> paths;
  for (TaskIndex task = 0; task < graph.task_count(); ++task) {
    for (std::uint32_t i = 0; i < graph.stage(task).outputs.size(); ++i) {
      const std::string& path = graph.output_path(task, i);
      if (path.empty() || path.front() == '/' || path.find("..") == 0)
        return "an output outside of the run folder: " + path;
      if (!paths.insert(path).second) return "two outputs at " + path;
    }
  }
  for (const std::string& path : paths)
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      if (paths.contains(path.substr(0, slash))) return "an output inside another: " + path;
  return {};
}

std::string check_tasks(const TaskGraph& graph) {
  for (TaskIndex task = 0; task < graph.task_count(); ++task) {
    if (graph.find_task(graph.names[task]) != task)
      return "a task that is not found by its name: " + graph.names[task];
    if (graph.key_values(task).size() != graph.stage(task).keys.size()) return "a task without all its keys";
    if (graph.names[task].size() > 240) return "a task with an endless name";
    const Recipe recipe = graph.recipe(task);
    if (recipe.argv.empty()) return "a task without a program";
    for (const Word& word : recipe.argv) {
      if (word.pieces.empty()) return "a word of nothing";
      for (const Piece& piece : word.pieces) {
        if (piece.text.find('\0') != std::string::npos) return "a NUL in an argument";
        if (piece.kind == Piece::Kind::input && piece.index >= graph.inputs(task).size())
          return "an input that does not exist";
        if (piece.kind == Piece::Kind::output && piece.index >= graph.stage(task).outputs.size())
          return "an output that does not exist";
      }
    }
    if (graph.stage(task).trials && graph.trial_recipe(task).argv.empty()) return "a trial without a program";
  }
  return {};
}

std::string check_text(const std::string& text) {
  const auto bad = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  };
  return std::any_of(text.begin(), text.end(), bad) ? "a control character in a message" : "";
}

}  // namespace

std::string load_hostile(std::string_view text) {
  Loading loading;
  loading.options.most_tasks = most_tasks;
  loading.disk.put("/w/data/a.root", "");
  loading.disk.put("/w/data/b.root", "");
  loading.disk.put("/data/detectors/clic.toml", "");
  const std::size_t split = text.find("\n#site\n");
  if (split != std::string_view::npos) {
    loading.disk.put("/w/sites/here.toml", std::string(text.substr(split + 7)));
    loading.options.site = "here";
    text = text.substr(0, split);
  }
  const auto graph = loading.load(std::string(text));
  const std::string messages = loading.diagnostics.render();
  if (graph.has_value() == loading.diagnostics.has_errors())
    return "a graph in spite of errors, or none without:\n" + messages;
  if (std::string problem = check_text(messages); !problem.empty()) return problem + ":\n" + messages;
  if (!graph) return {};
  if (graph->task_count() > most_tasks) return "too many tasks";
  for (const auto check : {check_groups, check_outputs, check_tasks})
    if (std::string problem = check(*graph); !problem.empty()) return problem;
  return {};
}

}  // namespace sluice::workflow
