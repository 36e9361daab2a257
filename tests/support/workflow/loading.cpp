#include "tests/support/workflow/loading.h"

namespace sluice::workflow {

namespace {

std::string member_text(const TaskGraph& graph, const Member& member) {
  return member.task == no_task ? graph.files[member.index] : graph.output_path(member.task, member.index);
}

std::string word_text(const TaskGraph& graph, const Word& word, TaskIndex task) {
  std::string text;
  for (const Piece& piece : word.pieces) {
    if (piece.kind == Piece::Kind::text) text += piece.text;
    if (piece.kind == Piece::Kind::data_file) text += "@" + piece.path;
    if (piece.kind == Piece::Kind::output) text += ">" + graph.output_path(task, piece.index);
    if (piece.kind == Piece::Kind::input) {
      text += "<";
      for (const Member& member : graph.group_members(graph.inputs(task)[piece.index]))
        text += (text.back() == '<' ? "" : ",") + member_text(graph, member);
      text += ">";
    }
  }
  return (word.extending ? "~" : "") + text;
}

}  // namespace

std::string complaints(Loading& loading, const std::string& text) {
  loading.load(text);
  return loading.diagnostics.render();
}

std::string complaints(const std::string& text) {
  Loading loading;
  return complaints(loading, text);
}

std::string command_line(const TaskGraph& graph, const Recipe& recipe, TaskIndex task) {
  std::string line;
  for (const auto& [name, word] : recipe.env) line += name + "=" + word_text(graph, word, task) + " ";
  for (const Word& word : recipe.argv) line += word_text(graph, word, task) + " ";
  if (!line.empty()) line.pop_back();
  return line;
}

std::string command_line(const TaskGraph& graph, const std::string& task) {
  const auto index = graph.find_task(task);
  if (!index) return "no task " + task;
  return command_line(graph, graph.recipe(*index), *index);
}

std::string input_of(const TaskGraph& graph, const std::string& task, std::size_t input) {
  const auto index = graph.find_task(task);
  if (!index) return "no task " + task;
  const GroupIndex group = graph.inputs(*index)[input];
  std::string text;
  for (const Member& member : graph.group_members(group))
    text += (text.empty() ? "" : " ") + member_text(graph, member);
  if (graph.groups[group].is_list) text = "[" + text + "]";
  return text;
}

std::vector<std::string> names_of(const TaskGraph& graph) { return graph.names; }

}  // namespace sluice::workflow
