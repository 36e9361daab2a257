#include "engine/cli/workspace.h"

#include <cstdlib>
#include <unordered_map>

#include "engine/base/data_file.h"
#include "engine/cli/own_files.h"
#include "engine/store/store.h"

namespace sluice::cli {

namespace {

constexpr int describe_timeout_s = 30;

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

Result<json::object> ask_to_describe(const std::string& program) {
  RealProcesses processes;
  auto answer = processes.capture({program, "--describe"}, describe_timeout_s);
  if (!answer) return std::move(answer).error();
  if (answer->exit_code != 0)
    return Error{"`" + program + " --describe` ended with " + std::to_string(answer->exit_code), program,
                 "`program` names a Sluice stage; any other program goes into `command = [...]`"};
  auto value = parse_json(answer->out, program);
  if (!value) return std::move(value).error();
  if (!value->is_object())
    return Error{"`" + program + " --describe` does not print a JSON object", program, ""};
  return value->get_object();
}

workflow::Describe describe_once_each() {
  auto known = std::make_shared<std::unordered_map<std::string, json::object>>();
  return [known](const std::string& program) -> Result<json::object> {
    if (const auto found = known->find(program); found != known->end()) return found->second;
    auto description = ask_to_describe(program);
    if (description) known->emplace(program, *description);
    return description;
  };
}

}  // namespace

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

Result<std::string> last_workflow(const run::Layout& layout) {
  RealDisk disk;
  if (auto store_file = disk.stat(layout.store()); store_file && store_file->exists()) {
    store::StoreOptions options;
    options.access = store::Access::read;
    if (auto store = store::Store::open(layout.store(), options))
      if (auto last = (*store)->last_run(); last && *last) return (*last)->info.workflow_path;
  }
  const std::string usual = "workflow.toml";
  if (auto there = disk.stat(usual); there && there->exists()) return usual;
  return Error{"which workflow?", "", "name its file, as in `sluice run workflows/hello.toml`",
               ErrorKind::usage};
}

Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          Console& console) {
  Diagnostics diagnostics;
  return load_workflow(arguments, path, console, diagnostics);
}

Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          Console& console, Diagnostics& diagnostics) {
  workflow::LoadOptions options;
  options.path = path;
  auto given = settings(arguments);
  if (!given) return std::move(given).error();
  options.set = std::move(*given);
  options.site = arguments.text("site");
  options.executor = arguments.text("executor");
  options.site_folders = site_folders();
  options.data_folders = data_folders(environment("SLUICE_DATA"), own_program_folder());
  options.program_folder = own_program_folder();
  options.search_path = environment("PATH");
  RealDisk disk;
  auto graph = workflow::load(options, disk, describe_once_each(), diagnostics);
  const bool spared = !graph || spares_own_files(*graph, run_folder(arguments), diagnostics);
  if (!diagnostics.all().empty()) console.err << diagnostics.render() << std::flush;
  if (!graph || !spared)
    return Error{"nothing was run", path, "mend the workflow file, or see docs/workflow.md", ErrorKind::data};
  return std::move(*graph);
}

}  // namespace sluice::cli
