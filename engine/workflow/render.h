// Puts a task's keys into a template.
#pragma once

#include <string>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/fanout.h"
#include "engine/workflow/template.h"

namespace sluice::workflow {

/// Appends text, keys and key paths; inputs and outputs have no text here and add nothing.
void append_parts(const std::vector<Part>& parts, const Fanout& fanout, std::size_t row, std::string& text);

/// "simulate[sample=qq,shard=3]".
std::string task_name(const StageDraft& stage, std::size_t row);

}  // namespace sluice::workflow
