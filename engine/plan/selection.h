// Which part of the workflow a person asked for: --only, --from, --until, --force.
//
//   --only X     X and nothing else. What X needs is used as it is; if it is not there, that is an error.
//   --from X     X again, and then everything below it whose content it changes.
//   --until X    X and everything above it.
//   --force X    X again, although nothing changed, from the start: its state folder is discarded.
//
// Each may be given several times. --only, --from and --until together select what all of them allow. X names
// a stage, a task as `status` shows it, or several tasks by a pattern: simulate[shard=3*], sim*,
// simulate[sample=qq,shard=?].
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

struct Selection {
  std::vector<std::string> only, from, until, force;

  bool everything() const { return only.empty() && from.empty() && until.empty(); }
};

struct Selected {
  std::vector<bool> tasks;   ///< by task: may run
  std::vector<bool> forced;  ///< by task: runs although up to date (--force, --from)
  std::vector<bool> fresh;   ///< by task: its state folder is discarded (--force)
};

/// An unknown name is an error that says what was probably meant.
Result<Selected> select(const workflow::TaskGraph& graph, const Selection& selection);

/// The tasks that one name or pattern means. `option` names it in the error: "--only".
Result<std::vector<workflow::TaskIndex>> match_tasks(const workflow::TaskGraph& graph,
                                                     const std::string& pattern, const std::string& option);

}  // namespace sluice::plan
