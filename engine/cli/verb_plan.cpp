#include <algorithm>

#include "engine/base/json.h"
#include "engine/cli/last_run.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/plan/plan.h"
#include "engine/report/waiting.h"

namespace sluice::cli {

namespace {

using plan::Decision;

/// A run folder that was never used has no store to read: an empty one in memory says the same.
struct ReadOnly {
  store::MemoryStore nothing;
  std::unique_ptr<store::Store> store;
};

Result<std::unique_ptr<ReadOnly>> look_into(const run::Layout& place) {
  auto view = std::make_unique<ReadOnly>();
  RealDisk disk;
  auto file = disk.stat(place.store());
  if (!file) return std::move(file).error();
  store::StoreOptions options;
  if (file->exists()) options.access = store::Access::read;
  auto store = store::Store::open(file->exists() ? place.store() : view->nothing.path(), options);
  if (!store) return std::move(store).error();
  view->store = std::move(*store);
  return view;
}

std::string why(plan::Plan& plan, workflow::TaskIndex task) {
  std::string text;
  for (const auto& reason : plan.reasons(task)) text += (text.empty() ? "" : "; ") + plan::to_string(reason);
  return text;
}

void print_text(const workflow::TaskGraph& graph, plan::Plan& plan, bool all, std::ostream& out) {
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    const Decision decision = plan.decision(task);
    if (!all &&
        (decision == Decision::up_to_date || decision == Decision::kept || decision == Decision::excluded))
      continue;
    const std::string reason = why(plan, task);
    out << to_string(decision) << "  " << graph.names[task] << (reason.empty() ? "" : ": ") << reason << "\n";
  }
  const auto counts = plan.counts();
  out << graph.task_count() << " tasks: " << counts.run << " to run, " << counts.maybe
      << " to decide when their inputs are there, " << counts.up_to_date + counts.kept << " up to date";
  if (counts.excluded != 0) out << ", " << counts.excluded << " not selected";
  out << "\n";
}

json::value as_json(const workflow::TaskGraph& graph, plan::Plan& plan) {
  json::array tasks;
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    json::array reasons;
    for (const auto& reason : plan.reasons(task))
      reasons.push_back(json::object{{"kind", plan::word(reason.kind)},
                                     {"name", reason.name},
                                     {"before", reason.before},
                                     {"after", reason.after},
                                     {"text", plan::to_string(reason)}});
    tasks.push_back(json::object{{"task", graph.names[task]},
                                 {"stage", graph.stage(task).name},
                                 {"decision", to_string(plan.decision(task))},
                                 {"reasons", std::move(reasons)}});
  }
  const auto counts = plan.counts();
  return json::object{{"workflow", graph.workflow_name},
                      {"tasks", std::move(tasks)},
                      {"counts", json::object{{"run", counts.run},
                                              {"maybe", counts.maybe},
                                              {"up_to_date", counts.up_to_date},
                                              {"kept", counts.kept},
                                              {"excluded", counts.excluded}}}};
}

Result<int> run(const Arguments& arguments, Console& console) {
  const run::Layout place = layout(arguments);
  auto path = workflow_path(arguments, place);
  if (!path) return std::move(path).error();
  auto graph = load_workflow(arguments, *path, machine_given(arguments), console);
  if (!graph) return std::move(graph).error();
  auto view = look_into(place);
  if (!view) return std::move(view).error();
  tell_of_other_params(arguments, *graph, *(*view)->store, console);
  RealDisk disk;
  RealClock clock;
  plan::PlanOptions options;
  options.run_folder = place.root();
  options.selection = selection(arguments);
  auto plan = plan::Plan::make(*graph, *(*view)->store, disk, clock, options);
  if (!plan) return std::move(plan).error();
  if (arguments.has("json"))
    console.out << pretty_json(as_json(*graph, **plan));
  else
    print_text(*graph, **plan, arguments.has("all"), console.out);
  return exit_done;
}

/// `sluice explain TASK…`: the same plan, looked at closely.
Result<int> explain(const Arguments& arguments, Console& console) {
  const run::Layout place = layout(arguments);
  Result<std::string> path = arguments.text("workflow");
  if (path->empty()) path = last_workflow(place);
  if (!path)
    return Error{"nothing has run in this folder yet", place.root(),
                 "name the run folder with --dir, or the workflow with --workflow FILE", ErrorKind::usage};
  auto graph = load_workflow(arguments, *path, machine_of_last_run(arguments, *path), console);
  if (!graph) return std::move(graph).error();
  auto view = look_into(place);
  if (!view) return std::move(view).error();
  tell_of_other_params(arguments, *graph, *(*view)->store, console);
  RealDisk disk;
  RealClock clock;
  plan::PlanOptions options;
  options.run_folder = place.root();
  auto plan = plan::Plan::make(*graph, *(*view)->store, disk, clock, options);
  if (!plan) return std::move(plan).error();
  json::array explained;
  for (const auto& operand : arguments.operands()) {
    auto tasks = plan::match_tasks(*graph, operand, "");
    if (!tasks) return std::move(tasks).error();
    for (const auto task : *tasks) {
      const plan::Explanation explanation = (*plan)->explain(task);
      if (!arguments.has("json")) {
        console.out << to_string(graph->names[task], explanation);
        const auto where = report::whereabouts(*(*view)->store, graph->names[task]);
        if (!where) return where.error();
        console.out << *where;
        continue;
      }
      json::array reasons, difference;
      for (const auto& reason : explanation.reasons) reasons.push_back(json::string(plan::to_string(reason)));
      for (const auto& line : explanation.difference)
        difference.push_back(json::object{{"kind", line.kind == plan::DiffLine::Kind::added     ? "added"
                                                   : line.kind == plan::DiffLine::Kind::removed ? "removed"
                                                                                                : "note"},
                                          {"text", line.text}});
      explained.push_back(json::object{{"task", graph->names[task]},
                                       {"decision", to_string(explanation.decision)},
                                       {"reasons", std::move(reasons)},
                                       {"difference", std::move(difference)}});
    }
  }
  if (arguments.has("json")) console.out << pretty_json(explained);
  return exit_done;
}

}  // namespace

Verb plan_verb() {
  return {
      .name = "plan",
      .summary = "Say what `run` would do, and why, without doing it",
      .details =
          "A task whose inputs will be made anew is decided when they are there: if their content turns out "
          "the same, it does not run.",
      .operands = {{.name = "WORKFLOW", .names = Names::workflow}},
      .options = join({{dir_option(), {.name = "all", .value = "", .help = "also list what is up to date"}},
                       workflow_options(),
                       selection_options(),
                       {json_option()}}),
      .run = run};
}

Verb explain_verb() {
  return {.name = "explain",
          .summary = "Say why a task will run, or will not: the difference to its last success",
          .details = "Lines with - were so when the last result was made, lines with + are so now.",
          .operands = {{.name = "TASK", .names = Names::task, .required = true, .repeats = true}},
          .options = join({{dir_option(),
                            {.name = "workflow",
                             .value = "FILE",
                             .help = "the workflow file (default: of the last run)",
                             .names = Names::workflow}},
                           workflow_options(),
                           {json_option()}}),
          .run = explain};
}

}  // namespace sluice::cli
