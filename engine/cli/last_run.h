// What verbs say of the last run in a folder beside what its store tells.
#pragma once

#include <string>
#include <unordered_set>

#include "engine/cli/arguments.h"
#include "engine/cli/console.h"
#include "engine/store/store.h"
#include "engine/workflow/task_graph.h"

namespace sluice::cli {

/// The tokens of attempts on this machine that have ended, whatever the store says of them.
std::unordered_set<std::string> ended_here(const Arguments& arguments);

/// Says which parameters have another value now than in the last run of this workflow here, unless they were
/// given now: --set holds for one run, and a result that comes back to a default should surprise nobody.
void tell_of_other_params(const Arguments& arguments, const workflow::TaskGraph& graph, store::Store& store,
                          Console& console);

}  // namespace sluice::cli
