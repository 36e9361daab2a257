// `[report]`: what the report of a run leads with. It says nothing of what is computed, so a change of it
// makes nothing run again.
#pragma once

#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/draft.h"
#include "engine/workflow/task_graph.h"

namespace sluice::workflow {

/// Needs the stages' tasks and outputs; what is wrong is reported and left out.
std::vector<ReportNumber> read_report(const TomlMember& report, const std::vector<StageDraft>& stages,
                                      Diagnostics& diagnostics);

}  // namespace sluice::workflow
