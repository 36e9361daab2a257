// The workflow's graph for people without a viewer, and for programs.
#pragma once

#include <string>

#include "engine/base/json.h"
#include "engine/report/run_summary.h"
#include "engine/report/terminal.h"

namespace sluice::workflow {
class TaskGraph;
}

namespace sluice::report {

/// A line for each stage: how many tasks, from which stages.
std::string stages_text(const std::vector<StageSummary>& stages, const Terminal& terminal);
json::value stages_json(const std::vector<StageSummary>& stages, const std::string& workflow);

/// A line for each task: its name and, after a tab, the tasks that it reads from.
std::string tasks_text(const workflow::TaskGraph& graph);
json::value tasks_json(const workflow::TaskGraph& graph);

}  // namespace sluice::report
