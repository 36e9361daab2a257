// An output at the path of something that the workflow reads would destroy it: raw data under the name of its
// own result, or the workflow file. Only where the run folder is known can that be told, hence here and not
// where the file is read; it is told before anything is started.
#pragma once

#include <string>

#include "engine/base/diagnostics.h"
#include "engine/workflow/task_graph.h"

namespace sluice::cli {

/// An error for each output of a stage that is, or holds, a file of the user's. False when there is one.
bool spares_own_files(const workflow::TaskGraph& graph, const std::string& run_folder,
                      Diagnostics& diagnostics);

}  // namespace sluice::cli
