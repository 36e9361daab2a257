#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>

#include "engine/base/units.h"
#include "engine/cli/executors.h"
#include "engine/cli/last_run.h"
#include "engine/cli/machine.h"
#include "engine/cli/planned_graph.h"
#include "engine/cli/run_display.h"
#include "engine/cli/run_workflow.h"
#include "engine/cli/session.h"
#include "engine/cli/workspace.h"
#include "sluice_version.h"

namespace sluice::cli {

namespace {

constexpr int exit_displaced = 3;    ///< the run folder is gone, or in other hands
constexpr int exit_cancelled = 130;  ///< as a shell reports a Ctrl-C

std::string user_name() {
  for (const char* variable : {"USER", "LOGNAME"})
    if (const char* name = std::getenv(variable); name != nullptr && *name != 0) return name;
  const passwd* account = ::getpwuid(::getuid());
  return account != nullptr ? account->pw_name : std::to_string(::getuid());
}

store::RunInfo run_info(const workflow::TaskGraph& graph, const plan::Plan& plan,
                        const Arguments& arguments) {
  store::RunInfo info;
  info.command_line = own_command_line();
  info.site = arguments.text("site");
  info.executor = arguments.text("executor");
  info.workflow_path = absolute_path(graph.workflow_path);  // a later verb may be typed in another folder
  RealDisk disk;
  if (auto text = disk.read(graph.workflow_path)) info.workflow_text = *text;
  info.graph = planned_graph(graph, plan);
  info.params = graph.params;
  info.host = host_name();
  info.user = user_name();
  info.version = version();
  return info;
}

int exit_code_of(run::RunEnd end) {
  switch (end) {
    case run::RunEnd::succeeded: return exit_done;
    case run::RunEnd::failed: return 1;
    case run::RunEnd::stopped: return exit_again;
    case run::RunEnd::cancelled: return exit_cancelled;
    case run::RunEnd::disk_full: return exit_io;
    case run::RunEnd::fenced_off:
    case run::RunEnd::displaced: return exit_displaced;
    case run::RunEnd::running:
    case run::RunEnd::broken: break;
  }
  return exit_internal;
}

/// "cancel", or "cancel" and a task or pattern on each further line.
void obey(const std::string& request, const workflow::TaskGraph& graph, run::Driver& driver,
          run::Observer& display) {
  std::istringstream lines(request);
  std::string line;
  std::getline(lines, line);
  if (line != "cancel")
    return display.message(run::MessageLevel::warning,
                           "ignored a request that this version does not know: " + line);
  bool some = false;
  while (std::getline(lines, line)) {
    some = true;
    auto tasks = plan::match_tasks(graph, line, "");
    if (!tasks)
      display.message(run::MessageLevel::warning, "asked to cancel '" + line + "': " + tasks.error().what);
    else
      for (const auto task : *tasks) driver.cancel_task(task);
  }
  if (some) return;
  display.message(run::MessageLevel::warning, "asked to cancel by `sluice cancel`");
  driver.interrupt();
  driver.interrupt();
}

}  // namespace

Result<int> run_workflow(const Arguments& arguments, Console& console, Extent extent) {
  if (arguments.has("jobs") && arguments.number("jobs", 1) < 1)
    return Error{"--jobs 0 would run nothing", "",
                 "`sluice plan` says what would run; -j 1 runs one task at a time", ErrorKind::usage};
  const run::Layout place = layout(arguments);
  auto path = workflow_path(arguments, place);
  if (!path) return std::move(path).error();
  Diagnostics diagnostics;
  auto graph = load_workflow(arguments, *path, machine_given(arguments), console, diagnostics);
  if (!graph) return std::move(graph).error();
  auto session = open_session(place, console);
  if (!session) return std::move(session).error();
  Session& ours = **session;
  tell_of_other_params(arguments, *graph, *ours.store, console);

  const std::int64_t begun_ns = ours.clock.mono_ns();
  plan::PlanOptions options;
  options.run_folder = place.root();
  options.selection = selection(arguments);
  auto plan = plan::Plan::make(*graph, *ours.store, *ours.disk, ours.clock, options);
  if (!plan) return std::move(plan).error();

  const auto names = run::executors_used(*graph);
  run::Loop loop(*ours.lock, *ours.store, ours.clock, place);
  const int jobs = static_cast<int>(arguments.number("jobs", usable_cpus()));
  if (auto opened = loop.open_executors(names, executor_factory({place, jobs, &*graph, &diagnostics}));
      !opened)
    return std::move(opened).error();
  if (auto possible = check_demands(*graph, loop.capabilities()); !possible)
    return std::move(possible).error();

  RunDisplay display(*graph, place, console);
  run::Driver driver({*ours.disk, ours.clock, *ours.store, *graph, **plan, place, loop.executors(),
                      loop.capabilities(), display, run_info(*graph, **plan, arguments), loop.in_background(),
                      false, extent == Extent::one_step});
  display.watch(driver);
  const plan::PlanCounts planned = (*plan)->counts();
  display.begin_at(planned.up_to_date + planned.kept + planned.excluded);
  loop.on_redraw(std::chrono::milliseconds(console.err_terminal.interactive ? 100 : 500),
                 [&] { display.redraw(); });
  loop.on_request([&](const std::string& request) { obey(request, *graph, driver, display); });
  if (auto driven = loop.drive(driver); !driven) return std::move(driven).error();
  if (driver.end() != run::RunEnd::fenced_off && driver.end() != run::RunEnd::displaced)
    (void)ours.lock->release(*ours.store);
  display.summary();
  if (arguments.has("json"))
    console.out << pretty_json(
        run_result(*graph, driver, 1e-9 * static_cast<double>(ours.clock.mono_ns() - begun_ns)));
  return exit_code_of(driver.end());
}

std::vector<Option> run_options() {
  return join({{dir_option()},
               {{.name = "jobs",
                 .letter = 'j',
                 .value = "N",
                 .help = "CPU slots of the local executor (default: this machine's)",
                 .names = Names::number}},
               workflow_options(),
               selection_options(),
               {json_option()}});
}

}  // namespace sluice::cli
