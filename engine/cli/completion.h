// Shell completion, made from the table of verbs: each script knows verbs and options by heart, and asks the
// program for tasks and stages when it needs them.
#pragma once

#include <span>
#include <string>

#include "engine/cli/verb.h"

namespace sluice::cli {

std::string bash_completion(std::span<const Verb> verbs);
std::string zsh_completion(std::span<const Verb> verbs);
std::string fish_completion(std::span<const Verb> verbs);

/// What a value is called that is completed to nothing, a file, a task, …; empty: nothing is known about it.
std::string_view completion_kind(Names names, const std::vector<std::string>& choices);

}  // namespace sluice::cli
