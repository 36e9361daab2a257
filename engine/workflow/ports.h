// Inputs and outputs: what a stage reads and writes, and how the one becomes the other.
#pragma once

#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"

namespace sluice::workflow {

/// Reads `inputs` and `outputs`, of the trials too. Needs the stage's keys.
void read_ports(StageDraft& stage, LoadContext& context);

/// Connects inputs with the outputs they name, once all stages are read; says which inputs are lists.
void connect_ports(std::vector<StageDraft>& stages, LoadContext& context);

/// A folder given where a Sluice stage takes a file, or the other way round.
void check_kinds(const std::vector<StageDraft>& stages, Diagnostics& diagnostics);

/// The keys of `producer` that `consumer` does not have: what an input gathers over.
std::vector<std::string> gathered_keys(const StageDraft& producer, const StageDraft& consumer);

}  // namespace sluice::workflow
