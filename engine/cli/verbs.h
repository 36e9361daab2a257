// The table of all verbs.
#pragma once

#include <span>
#include <string_view>

#include "engine/cli/verb.h"

namespace sluice::cli {

/// In the order of the overview: what people do first stands first.
std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);  ///< null: there is none

// Each in its verb_NAME.cpp.
Verb run_verb();
Verb plan_verb();
Verb explain_verb();
Verb status_verb();
Verb logs_verb();
Verb report_verb();
Verb graph_verb();
Verb cancel_verb();
Verb clean_verb();
Verb tick_verb();
Verb orphans_verb();
Verb executor_verb();
Verb completion_verb();
Verb help_verb();
Verb version_verb();

}  // namespace sluice::cli
