// Translates a TaskGraph and a plan into the scheduler's plain numbers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/schedule/scheduler.h"
#include "engine/workflow/task_graph.h"

namespace sluice::run {

/// The executors that a graph uses, in the order in which the scheduler numbers them.
std::vector<std::string> executors_used(const workflow::TaskGraph& graph);

/// Policies: one for each stage in order, then one for the trials of each stage that has some.
struct Policies {
  std::vector<schedule::Policy> all;
  std::vector<schedule::PolicyIndex> trials_of_stage;  ///< by stage; no_unit where it has none
};
Policies make_policies(const workflow::TaskGraph& graph, const std::vector<std::string>& executors);

/// Everything but `initial` and `live`, which come from the plan and the store.
schedule::Problem make_problem(const workflow::TaskGraph& graph, const Policies& policies,
                               std::vector<schedule::ExecutorLimits> limits);

}  // namespace sluice::run
