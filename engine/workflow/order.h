// An order of the stages that respects the data flow, and the circles that make one impossible.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/workflow/draft.h"

namespace sluice::workflow {

/// Indices of the stages, producers first, otherwise in the order of the file. Nothing when there is a
/// circle: each is reported by its path, "a.x -> b.y -> a".
std::optional<std::vector<std::uint32_t>> order_stages(const std::vector<StageDraft>& stages,
                                                       Diagnostics& diagnostics);

}  // namespace sluice::workflow
