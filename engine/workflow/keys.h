// Which keys every stage has, and which tasks: `each` of all stages, in the order in which they follow each
// other, and `where`.
#pragma once

#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"

namespace sluice::workflow {

/// Fills `each`, `fanout` and `keys` of all stages. Stages that follow each other in a circle are reported.
void resolve_keys(std::vector<StageDraft>& stages, LoadContext& context);

}  // namespace sluice::workflow
