// What every verb that works on a run needs first: where the run folder is, the workflow as tasks, and the
// places in which programs, sites and data are looked for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/cli/arguments.h"
#include "engine/cli/common_options.h"
#include "engine/cli/console.h"
#include "engine/cli/verb.h"
#include "engine/plan/selection.h"
#include "engine/run/attempt_folder.h"
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

/// Prints all that is wrong with the file to `console.err`; the error then only says that nothing was done.
/// What the executors find in their settings later goes to the same `diagnostics`, which know the file.
Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          Console& console, Diagnostics& diagnostics);
Result<workflow::TaskGraph> load_workflow(const Arguments& arguments, const std::string& path,
                                          Console& console);

}  // namespace sluice::cli
