// Takes a [stage.NAME] table apart: which members it has, and the settings that need nothing else to be
// understood.
#pragma once

#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load_context.h"

namespace sluice::workflow {

/// The stages in the order of the file. Unknown keys and wrong kinds are reported.
std::vector<StageDraft> read_stages(const TomlMember& table, LoadContext& context);

/// Resources, retries, pools, executor, final, tolerate; also those of its trials. Needs the keys' names.
void read_stage_settings(StageDraft& stage, LoadContext& context);

/// An executor needs a table unless it is one that is always there.
void check_executor(const ExecutorChoice& choice, const LoadContext& context);

}  // namespace sluice::workflow
