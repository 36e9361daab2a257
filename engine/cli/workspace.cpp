#include "engine/cli/workspace.h"

#include <cstdlib>
#include <mutex>

#include "engine/base/data_file.h"
#include "engine/base/describe_stage.h"
#include "engine/cli/own_files.h"
#include "engine/store/store.h"

namespace sluice::cli {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// An installed tree has share/sluice beside bin; a build has the source tree above.
std::vector<std::string> project_folders(const std::string& what) {
  const std::string programs = own_program_folder();
  return {join_path(parent_path(programs), "share/sluice/" + what),
          join_path(parent_path(parent_path(programs)), what)};
}

std::vector<std::string> site_folders() {
  std::vector<std::string> folders = project_folders("sites");
  const std::string config = environment("XDG_CONFIG_HOME");
  if (!config.empty())
    folders.push_back(config + "/sluice/sites");
  else if (const std::string home = environment("HOME"); !home.empty())
    folders.push_back(home + "/.config/sluice/sites");
  return folders;
}

/// Programs are asked at the same time, so this comes from several threads.
void tell(Console& console, const std::string& word) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  console.err << "sluice: " << word << "\n" << std::flush;
}

}  // namespace

Result<json::object> ask_to_describe(const std::string& program) { return describe_stage(program); }

std::vector<Option> selection_options() {
  return {
      {.name = "only",
       .value = "TASK",
       .help = "this stage or task and nothing else",
       .names = Names::task,
       .repeats = true},
      {.name = "from",
       .value = "TASK",
       .help = "this one again, then what it changes below",
       .names = Names::task,
       .repeats = true},
      {.name = "until",
       .value = "TASK",
       .help = "this one and what it needs",
       .names = Names::task,
       .repeats = true},
      {.name = "force",
       .value = "TASK",
       .help = "this one again, from the start, although nothing changed",
       .names = Names::task,
       .repeats = true},
  };
}

plan::Selection selection(const Arguments& arguments) {
  return {arguments.all("only"), arguments.all("from"), arguments.all("until"), arguments.all("force")};
}

run::Layout layout(const Arguments& arguments) { return run::Layout(run_folder(arguments)); }

Result<std::string> workflow_path(const Arguments& arguments, const run::Layout& layout) {
  if (const std::string given = arguments.operand(0); !given.empty()) return given;
  return last_workflow(layout);
}

std::optional<store::RunInfo> last_run(const run::Layout& layout) {
  RealDisk disk;
  const auto file = disk.stat(layout.store());
  if (!file || !file->exists()) return std::nullopt;
  store::StoreOptions options;
  options.access = store::Access::read;
  auto store = store::Store::open(layout.store(), options);
  if (!store) return std::nullopt;
  auto last = (*store)->last_run();
  if (!last || !*last) return std::nullopt;
  return std::move((*last)->info);
}

Machine machine_given(const Arguments& arguments) {
  return {arguments.text("site"), arguments.text("executor")};
}

Machine machine_of_last_run(const Arguments& arguments, const std::string& path) {
  Machine machine = machine_given(arguments);
  if (!machine.site.empty() || !machine.executor.empty()) return machine;
  const auto last = last_run(layout(arguments));
  if (last && absolute_path(last->workflow_path) == absolute_path(path))
    machine = {last->site, last->executor};
  return machine;
}

Result<std::string> last_workflow(const run::Layout& layout) {
  if (const auto last = last_run(layout)) return last->workflow_path;
  RealDisk disk;
  const std::string usual = "workflow.toml";
  if (auto there = disk.stat(usual); there && there->exists()) return usual;
  return Error{"which workflow?", "", "name its file, as in `sluice run workflows/hello.toml`",
               ErrorKind::usage};
}

Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          const Machine& machine, Console& console) {
  Diagnostics diagnostics;
  return load_workflow(arguments, path, machine, console, diagnostics);
}

Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          const Machine& machine, Console& console,
                                          Diagnostics& diagnostics) {
  workflow::LoadOptions options;
  options.path = path;
  auto given = settings(arguments);
  if (!given) return std::move(given).error();
  options.set = std::move(*given);
  options.site = machine.site;
  options.executor = machine.executor;
  options.site_folders = site_folders();
  options.data_folders = data_folders(environment("SLUICE_DATA"), own_program_folder());
  options.program_folder = own_program_folder();
  options.search_path = environment("PATH");
  RealDisk disk;
  const auto describe = [&console](const std::string& program) {
    return describe_stage(program, [&console](const std::string& word) { tell(console, word); });
  };
  auto graph = workflow::load(options, disk, describe, diagnostics);
  const bool spared = !graph || spares_own_files(*graph, run_folder(arguments), diagnostics);
  if (!diagnostics.all().empty()) console.err << diagnostics.render() << std::flush;
  if (!graph || !spared)
    return Error{"nothing was run", path, "mend what is marked; docs/workflow.md says what may stand there",
                 ErrorKind::data};
  return std::move(*graph);
}

}  // namespace sluice::cli
