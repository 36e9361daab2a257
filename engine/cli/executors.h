// The executors that the program knows, by the names that workflows use.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/run/attempt_folder.h"
#include "engine/run/loop.h"
#include "engine/workflow/task_graph.h"

namespace sluice::cli {

struct ExecutorChoices {
  run::Layout layout;
  int cpu_slots = 1;  ///< -j
  const workflow::TaskGraph* graph = nullptr;
  Diagnostics* diagnostics = nullptr;  ///< of the workflow file: mistakes in [executor.NAME] are added here
};

run::MakeExecutor executor_factory(const ExecutorChoices& choices);

/// What a stage asks for and no executor here can ever give is an error now, not a task that waits for ever.
Status check_demands(const workflow::TaskGraph& graph,
                     const std::vector<executors::Capabilities>& capabilities);

}  // namespace sluice::cli
