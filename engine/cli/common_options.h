// Options that several verbs share, so that they are called, explained and read the same everywhere.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/cli/verb.h"

namespace sluice::cli {

Option dir_option();   ///< --dir DIR
Option json_option();  ///< --json

/// What a workflow file means on this machine: --set, --site, --executor.
std::vector<Option> workflow_options();

std::vector<Option> join(std::vector<std::vector<Option>> parts);

/// The run folder: absolute.
std::string run_folder(const Arguments& arguments);
/// --set NAME=VALUE, in order.
Result<std::vector<std::pair<std::string, std::string>>> settings(const Arguments& arguments);

}  // namespace sluice::cli
