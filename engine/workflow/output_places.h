// Where every task's outputs go, and whether two of them would meet. Done for drafts, not for the finished
// graph, so that a clash is told together with whatever else is wrong in the file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"

namespace sluice::workflow {

struct OutputPlaces {
  std::vector<std::string> paths;  ///< draft by draft, task by task, output by output
  std::vector<std::size_t> begin;  ///< where those of a draft begin
};

/// A stage of which something is broken already has no paths here. Complete only if nothing was reported.
OutputPlaces place_outputs(const std::vector<StageDraft>& drafts, LoadContext& context);

}  // namespace sluice::workflow
