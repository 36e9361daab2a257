// What a run is about to do, in the form in which it is kept with the run: the graph, and how much of it the
// plan found settled.
#pragma once

#include <string>

#include "engine/plan/plan.h"
#include "engine/workflow/task_graph.h"

namespace sluice::cli {

/// For store::RunInfo::graph.
std::string planned_graph(const workflow::TaskGraph& graph, const plan::Plan& plan);

}  // namespace sluice::cli
