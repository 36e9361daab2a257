// What every verb that works on a run needs first: where the run folder is, the workflow as tasks, and the
// places in which programs, sites and data are looked for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "engine/cli/arguments.h"
#include "engine/cli/common_options.h"
#include "engine/cli/console.h"
#include "engine/cli/verb.h"
#include "engine/plan/selection.h"
#include "engine/run/attempt_folder.h"
#include "engine/store/rows.h"
#include "engine/workflow/load.h"

namespace sluice::cli {

/// --only --from --until --force
std::vector<Option> selection_options();
plan::Selection selection(const Arguments& arguments);

/// The operand, or the workflow that the run folder was last used with, or ./workflow.toml.
Result<std::string> workflow_path(const Arguments& arguments, const run::Layout& layout);
/// Of the last run in this folder, or ./workflow.toml.
Result<std::string> last_workflow(const run::Layout& layout);
run::Layout layout(const Arguments& arguments);

/// What a stage says about itself. The error says so when the program is no Sluice stage.
Result<json::object> ask_to_describe(const std::string& program);

/// Nothing has run in this folder: nothing.
std::optional<store::RunInfo> last_run(const run::Layout& layout);

/// Where a workflow is run: --site and --executor.
struct Machine {
  std::string site;
  std::string executor;
};
Machine machine_given(const Arguments& arguments);
/// For verbs that look at a run or end it: what is given, else what the last run of this workflow was told.
Machine machine_of_last_run(const Arguments& arguments, const std::string& path);

/// Prints all that is wrong with the file to `console.err`; the error then only says that nothing was done.
/// What the executors find in their settings later goes to the same `diagnostics`, which know the file.
Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          const Machine& machine, Console& console, Diagnostics& diagnostics);
Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          const Machine& machine, Console& console);

}  // namespace sluice::cli
