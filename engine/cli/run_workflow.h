// What `sluice run` and `sluice tick` share: from a command line to a driven run and an exit code.
#pragma once

#include <vector>

#include "engine/cli/verb.h"

namespace sluice::cli {

enum class Extent { to_the_end, one_step };

Result<int> run_workflow(const Arguments& arguments, Console& console, Extent extent);
std::vector<Option> run_options();

}  // namespace sluice::cli
