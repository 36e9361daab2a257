#include <cstdlib>

#include "engine/base/disk.h"
#include "engine/cli/common_options.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/report/dot.h"
#include "engine/report/draw.h"
#include "engine/report/graph_text.h"
#include "engine/report/read_run.h"

namespace sluice::cli {

namespace {

constexpr std::size_t most_drawn =
    2000;  // tasks: beyond, Graphviz takes for ever and nobody can see anything
constexpr std::size_t most_edges = 20'000'000;  // looked at for a list of tasks

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "" : path;
}

Result<std::string> drawn(const std::string& dot) {
  RealProcesses processes;
  return report::draw_svg(processes, dot, search_path());
}

/// How far the last run got, where there was one: the stages of the file with the tallies of the run.
std::vector<report::StageSummary> with_tallies(const workflow::TaskGraph& graph, const std::string& folder) {
  std::vector<report::StageSummary> stages = report::unrun(report::snapshot_of(graph));
  report::ReadOptions options;
  options.run_folder = folder;
  options.with_history = false;
  options.most_failures = 0;
  const auto summary = report::read_last_run(options);
  if (!summary) return stages;
  for (report::StageSummary& stage : stages)
    for (const report::StageSummary& known : summary->stages)
      if (!known.is_trials && known.about.name == stage.about.name &&
          known.about.task_count == stage.about.task_count)
        stage.tally = known.tally;
  return stages;
}

std::size_t edges_of(const workflow::TaskGraph& graph) {
  std::size_t edges = 0;
  for (const auto group : graph.task_groups) edges += graph.groups[group].count;
  return edges;
}

Result<std::string> tasks_graph(const workflow::TaskGraph& graph, const std::string& format) {
  const Error too_many{
      "the graph of " + std::to_string(graph.task_count()) + " tasks is too large to be drawn", "--tasks",
      "leave --tasks out: stages are drawn", ErrorKind::usage};
  if (edges_of(graph) > most_edges) return too_many;
  if (format == "json") return pretty_json(report::tasks_json(graph));
  if (format == "text") return report::tasks_text(graph);
  if (format == "dot") return report::tasks_dot(graph);
  if (graph.task_count() > most_drawn) return too_many;
  return drawn(report::tasks_dot(graph));
}

Result<std::string> stages_graph(const workflow::TaskGraph& graph, const std::string& folder,
                                 const std::string& format, const Console& console) {
  const auto stages = with_tallies(graph, folder);
  if (format == "json") return pretty_json(report::stages_json(stages, graph.workflow_name));
  if (format == "text") return report::stages_text(stages, console.out_terminal);
  const std::string dot = report::stages_dot(stages, graph.workflow_name);
  if (format == "dot") return dot;
  return drawn(dot);
}

Result<int> run(const Arguments& arguments, Console& console) {
  const auto path = workflow_path(arguments, layout(arguments));
  if (!path) return path.error();
  const auto graph = load_workflow(arguments, *path, machine_of_last_run(arguments, *path), console);
  if (!graph) return graph.error();
  const std::string format = arguments.has("json") ? "json" : arguments.text("format", "text");
  const auto text = arguments.has("tasks") ? tasks_graph(*graph, format)
                                           : stages_graph(*graph, run_folder(arguments), format, console);
  if (!text) return text.error();
  if (!arguments.has("output")) {
    console.out << *text;
    return exit_done;
  }
  RealDisk disk;
  if (auto written = disk.write(arguments.text("output"), *text, Sync::no); !written) return written.error();
  return exit_done;
}

}  // namespace

Verb graph_verb() {
  return {.name = "graph",
          .summary = "Show which stage feeds which: as text, DOT, SVG or JSON",
          .details = "Where a run has been made, stages are coloured by how far it got.",
          .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
          .options = join({{{.name = "format",
                             .letter = 'f',
                             .value = "FORMAT",
                             .help = "text (default), dot, svg or json",
                             .names = Names::choice,
                             .choices = {"text", "dot", "svg", "json"}},
                            {.name = "tasks", .value = "", .help = "single tasks instead of stages"},
                            {.name = "output",
                             .letter = 'o',
                             .value = "FILE",
                             .help = "write it there",
                             .names = Names::file},
                            dir_option()},
                           workflow_options(),
                           {json_option()}}),
          .run = run};
}

}  // namespace sluice::cli
