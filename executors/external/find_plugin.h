// Where plug-ins are found: a program `sluice-executor-NAME` in the folders of SLUICE_EXECUTOR_PATH, beside
// the workflow file that asks for it, beside sluice itself, or in PATH, in this order.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace sluice::executors::external {

struct PluginPlaces {
  std::string executor_path;    ///< SLUICE_EXECUTOR_PATH: folders with colons between them
  std::string workflow_folder;  ///< empty: no workflow asks
  std::string own_folder;       ///< of the running program
  std::string path;             ///< PATH
};
PluginPlaces usual_places();  ///< from the environment

struct FoundPlugin {
  std::string name;  ///< NAME of sluice-executor-NAME
  std::string path;  ///< absolute
};

/// The plug-in for an executor of this name.
Result<FoundPlugin> find_plugin(const std::string& name, const PluginPlaces& places);
/// The program that a setting names: with a slash it is a path, relative to `folder`; else it is looked for
/// in the places of plug-ins.
Result<std::string> find_program_of_plugin(const std::string& program, const std::string& folder,
                                           const PluginPlaces& places);
/// All that can be found, by name; of two with one name the first.
std::vector<FoundPlugin> list_plugins(const PluginPlaces& places);

}  // namespace sluice::executors::external
