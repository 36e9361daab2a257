// The references in docs/reference, as Markdown: made from what the program and the stages say about
// themselves, so that they can't say anything else.
#pragma once

#include <span>
#include <string>

#include "engine/base/json.h"
#include "engine/cli/verb.h"

namespace sluice::cli {

/// The help of every verb, one after the other.
std::string cli_reference(std::span<const Verb> verbs);

/// What a stage answers to --describe, as tables.
std::string stage_reference(const json::object& description);

}  // namespace sluice::cli
