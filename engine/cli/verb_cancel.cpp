#include <algorithm>

#include "engine/base/diagnostics.h"
#include "engine/cli/executors.h"
#include "engine/cli/machine.h"
#include "engine/cli/run_display.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/report/graph_snapshot.h"
#include "engine/run/requests.h"
#include "engine/store/transaction.h"

namespace sluice::cli {

namespace {

/// Whoever mistypes a stage should be told here, and not in the driver's terminal.
Status are_stages_known(const std::vector<std::string>& tasks, store::Store& store) {
  const auto run = store.last_run();
  if (!run || !*run) return Ok{};
  const auto graph = report::snapshot_from_text((*run)->info.graph);
  if (!graph) return Ok{};
  std::vector<std::string> stages;
  for (const auto& stage : graph->stages) stages.push_back(stage.name);
  for (const std::string& task : tasks) {
    const std::string stage(report::stage_name(task));
    if (stage.find_first_of("*?") == std::string::npos &&
        std::find(stages.begin(), stages.end(), stage) == stages.end())
      return Error{"no stage and no task is called '" + task + "'", "", suggest(stage, stages),
                   ErrorKind::usage};
  }
  return Ok{};
}

/// A driver is at work: it is told what to cancel.
Result<int> tell_the_driver(const Arguments& arguments, const run::Layout& place, store::Store& store,
                            const store::Owner& owner, Console& console) {
  if (auto known = are_stages_known(arguments.operands(), store); !known) return known.error();
  RealDisk disk;
  std::string request = "cancel";
  for (const auto& task : arguments.operands()) request += "\n" + task;
  if (auto left = run::leave_request(disk, place, request); !left) return std::move(left).error();
  console.out << "told the driver (" << owner.process.host << " pid " << owner.process.pid << ") to cancel "
              << (arguments.operands().empty() ? "the run" : "these tasks") << "\n";
  return exit_done;
}

/// Attempts at an executor that can't be reached any more: the store stops waiting for them. Those on this
/// machine can always be reached, and are not given up.
Result<int> give_up(const Arguments& arguments, const run::Layout& place, Console& console) {
  auto session = open_session(place, console);
  if (!session) return std::move(session).error();
  Session& ours = **session;
  auto live = ours.store->live_attempts();
  if (!live) return std::move(live).error();
  store::Transaction transaction(*ours.store);
  std::size_t count = 0;
  for (const auto& attempt : *live) {
    const auto& asked = arguments.operands();
    const bool wanted =
        asked.empty() || std::find(asked.begin(), asked.end(), attempt.task_name) != asked.end();
    if (!wanted || attempt.attempt.executor == "local" || attempt.evidence) continue;
    store::AttemptEnd end;
    end.outcome = "abandoned";
    end.message = "given up by `sluice cancel --give-up`";
    end.ended_ns = ours.clock.wall_ns();
    transaction.ended(attempt.id, end);
    console.out << "gave up " << attempt.task_name << ", attempt " << attempt.attempt.number << " at '"
                << attempt.attempt.executor << "'"
                << (attempt.handle.empty() ? "" : " (" + attempt.handle + ")") << "\n";
    ++count;
  }
  if (auto committed = transaction.commit(); !committed) return std::move(committed).error();
  (void)ours.lock->release(*ours.store);
  if (count == 0)
    console.out << "nothing to give up: no attempt is at another executor than 'local'\n";
  else
    console.err
        << "sluice: whether they still run is not known, and nobody looks at them any more; end them by hand "
           "before\n  `sluice run` starts their tasks again, or the same work is done twice\n";
  return exit_done;
}

/// Nobody is at work, but attempts may go on by themselves: find them and stop them.
Result<int> cancel_what_was_left(const Arguments& arguments, const run::Layout& place, Console& console) {
  if (!arguments.operands().empty())
    return Error{"no driver is at work in " + place.root(), "",
                 "`sluice cancel` without a task stops what still runs", ErrorKind::usage};
  auto session = open_session(place, console);
  if (!session) return std::move(session).error();
  Session& ours = **session;
  auto live = ours.store->live_attempts();
  if (!live) return std::move(live).error();
  if (live->empty()) {
    console.out << "nothing is running\n";
    (void)ours.lock->release(*ours.store);
    return exit_done;
  }
  auto path = last_workflow(place);
  if (!path) return std::move(path).error();
  Diagnostics diagnostics;
  const Machine machine = machine_of_last_run(arguments, *path);
  auto graph = load_workflow(arguments, *path, machine, console, diagnostics);
  if (!graph) return std::move(graph).error();
  plan::PlanOptions options;
  options.run_folder = place.root();
  auto plan = plan::Plan::make(*graph, *ours.store, *ours.disk, ours.clock, options);
  if (!plan) return std::move(plan).error();
  run::Loop loop(*ours.lock, *ours.store, ours.clock, place);
  if (auto opened = loop.open_executors(run::executors_used(*graph),
                                        executor_factory({place, usable_cpus(), &*graph, &diagnostics}));
      !opened)
    return std::move(opened).error();
  RunDisplay display(*graph, place, console);
  store::RunInfo info;  // the last run must stay one that `sluice run` can go on with
  info.command_line = own_command_line();
  info.workflow_path = absolute_path(graph->workflow_path);
  RealDisk disk;
  if (auto text = disk.read(graph->workflow_path)) info.workflow_text = *text;
  info.params = graph->params;
  info.site = machine.site;
  info.executor = machine.executor;
  info.host = host_name();
  run::Driver driver({*ours.disk,
                      ours.clock,
                      *ours.store,
                      *graph,
                      **plan,
                      place,
                      loop.executors(),
                      loop.capabilities(),
                      display,
                      info,
                      {},
                      true});
  display.watch(driver);
  if (auto driven = loop.drive(driver); !driven) return std::move(driven).error();
  (void)ours.lock->release(*ours.store);
  console.out << "cancelled " << live->size() << (live->size() == 1 ? " attempt\n" : " attempts\n");
  return exit_done;
}

Result<int> run(const Arguments& arguments, Console& console) {
  const run::Layout place = layout(arguments);
  RealDisk disk;
  if (auto file = disk.stat(place.store()); !file || !file->exists())
    return Error{"nothing was ever run here", place.root(), "name the run folder with --dir",
                 ErrorKind::usage};
  store::StoreOptions options;
  options.access = store::Access::read;
  auto store = store::Store::open(place.store(), options);
  if (!store) return std::move(store).error();
  auto owner = store::Lock::owner(**store);
  if (!owner) return std::move(owner).error();
  RealProcesses processes;
  if (*owner && processes.liveness((*owner)->process) != Liveness::dead)
    return arguments.has("give-up")
               ? Result<int>(Error{"a driver is at work here: it knows best what can be reached",
                                   place.root(), "stop it first (Ctrl-C twice where it runs)",
                                   ErrorKind::usage})
               : tell_the_driver(arguments, place, **store, **owner, console);
  store->reset();
  if (arguments.has("give-up")) return give_up(arguments, place, console);
  return cancel_what_was_left(arguments, place, console);
}

}  // namespace

Verb cancel_verb() {
  return {.name = "cancel",
          .summary = "Cancel the run, or some of its tasks",
          .details =
              "Works from any terminal and any host that sees the run folder, also when the driver is gone "
              "and attempts go on without it.",
          .operands = {{.name = "TASK", .names = Names::task, .repeats = true}},
          .options = join(
              {{dir_option(),
                {.name = "give-up",
                 .value = "",
                 .help = "when an executor can't be reached any more: forget its attempts, which may go on "
                         "for all we know"}},
               workflow_options()}),
          .run = run};
}

}  // namespace sluice::cli
