// The program as a function: finds the verb, checks its arguments, runs it, prints what went wrong.
#pragma once

#include <span>
#include <string>

#include "engine/cli/console.h"

namespace sluice::cli {

/// `words`: the command line without the program's name. Returns the exit code.
int run_program(std::span<const std::string> words, Console& console);

}  // namespace sluice::cli
