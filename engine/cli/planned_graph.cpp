#include "engine/cli/planned_graph.h"

#include "engine/report/graph_snapshot.h"

namespace sluice::cli {

std::string planned_graph(const workflow::TaskGraph& graph, const plan::Plan& plan) {
  report::GraphSnapshot snapshot = report::snapshot_of(graph);
  for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) {
    report::StageSnapshot& stage = snapshot.stages[graph.stage_of[task]];
    const plan::Decision decision = plan.decision(task);
    if (decision == plan::Decision::up_to_date || decision == plan::Decision::kept) ++stage.up_to_date;
    if (decision == plan::Decision::excluded) ++stage.excluded;
  }
  return report::to_text(snapshot);
}

}  // namespace sluice::cli
