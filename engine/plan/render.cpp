#include "engine/plan/render.h"

#include <algorithm>
#include <array>

#include "engine/base/arguments_file.h"
#include "engine/base/disk.h"

namespace sluice::plan {

namespace {

using workflow::Member;
using workflow::no_task;
using workflow::Piece;
using workflow::TaskGraph;
using workflow::TaskIndex;
using workflow::Word;

class Renderer {
 public:
  Renderer(const TaskGraph& graph, TaskIndex task, const Places& places,
           const std::function<bool(TaskIndex)>& lost)
      : graph_(graph), task_(task), places_(places), lost_(lost) {}

  /// A list alone in its word becomes one argument for each of its members, which may be none.
  void append(std::vector<std::string>& argv, const Word& word) const {
    if (word.pieces.size() == 1 && word.pieces.front().kind == Piece::Kind::input) {
      for_each_path(word.pieces.front().index, [&](std::string path) { argv.push_back(std::move(path)); });
      return;
    }
    argv.push_back(text(word));
  }

  std::string text(const Word& word) const {
    std::string text;
    for (const Piece& piece : word.pieces) {
      switch (piece.kind) {
        case Piece::Kind::text:
        case Piece::Kind::data_file: text += piece.text; break;
        case Piece::Kind::output:
          text += places_.attempt_folder + "/" + attempt_output(graph_, task_, piece.index);
          break;
        case Piece::Kind::input:
          for_each_path(piece.index, [&, first = true](const std::string& path) mutable {
            if (!first) text += ' ';
            text += path;
            first = false;
          });
      }
    }
    return text;
  }

 private:
  template <typename Use>
  void for_each_path(std::uint32_t input, Use use) const {
    for (const Member& member : graph_.group_members(graph_.inputs(task_)[input])) {
      if (member.task == no_task)
        use(graph_.files[member.index]);
      else if (!lost_ || !lost_(member.task))
        use(places_.run_folder + "/" + graph_.output_path(member.task, member.index));
    }
  }

  const TaskGraph& graph_;
  TaskIndex task_;
  const Places& places_;
  const std::function<bool(TaskIndex)>& lost_;
};

void shorten(CommandLine& command, const Places& places) {
  std::size_t size = 0;
  for (const std::string& word : command.argv) size += word.size() + 1;
  if (size <= longest_argv) return;
  command.arguments_file = format_arguments_file(std::span(command.argv).subspan(1));
  command.argv.resize(1);
  command.argv.push_back("@" + places.attempt_folder + "/" + arguments_file_name);
}

CommandLine render_recipe(const TaskGraph& graph, TaskIndex task, const workflow::Recipe& recipe,
                          const Places& places, const std::function<bool(TaskIndex)>& lost) {
  const Renderer renderer(graph, task, places, lost);
  CommandLine command;
  for (const Word& word : recipe.argv) renderer.append(command.argv, word);
  for (const auto& [name, word] : recipe.env) command.env.emplace_back(name, renderer.text(word));
  if (recipe.arguments_file) shorten(command, places);
  return command;
}

/// Names in an attempt folder that are not the program's to choose.
bool is_taken(std::string_view name) {
  constexpr std::array<std::string_view, 4> names = {"log.txt", arguments_file_name, "claim",
                                                     "progress.jsonl"};
  constexpr std::array<std::string_view, 2> beginnings = {"exit.", "beat."};
  return std::find(names.begin(), names.end(), name) != names.end() ||
         std::any_of(beginnings.begin(), beginnings.end(),
                     [&](auto begin) { return name.starts_with(begin); });
}

}  // namespace

CommandLine render(const TaskGraph& graph, TaskIndex task, const Places& places,
                   const std::function<bool(TaskIndex)>& lost) {
  return render_recipe(graph, task, graph.recipe(task), places, lost);
}

CommandLine render_trial(const TaskGraph& graph, TaskIndex owner, const Places& places,
                         const std::function<bool(TaskIndex)>& lost) {
  return render_recipe(graph, owner, graph.trial_recipe(owner), places, lost);
}

std::string attempt_output(const TaskGraph& graph, TaskIndex task, std::uint32_t output) {
  std::string name = file_name(graph.output_path(task, output));
  bool free = !is_taken(name);
  for (std::uint32_t other = 0; free && other < graph.stage(task).outputs.size(); ++other)
    free = other == output || file_name(graph.output_path(task, other)) != name;
  return free ? name : "output-" + std::to_string(output + 1) + "-" + name;
}

}  // namespace sluice::plan
