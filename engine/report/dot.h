// The workflow as a graph for Graphviz: one node a stage, or one a task.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/report/run_summary.h"

namespace sluice::report {

/// "failed", "running", "done", "cached", "partly", "waiting", "lost": how a stage is coloured.
std::string_view mood(const Tally& tally);

/// Stages; coloured by what the tallies say, by attributes for any viewer and by classes for our page.
std::string stages_dot(const std::vector<StageSummary>& stages, const std::string& title);
/// The same of a workflow of which nothing has run.
std::vector<StageSummary> unrun(const GraphSnapshot& snapshot);

/// Tasks. Beyond a few thousand nobody can look at that, and Graphviz does not end: the caller sees to it.
std::string tasks_dot(const workflow::TaskGraph& graph);

/// A text in double quotes, as DOT reads it.
std::string dot_quoted(std::string_view text);

}  // namespace sluice::report
