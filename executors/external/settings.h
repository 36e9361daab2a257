// Reads an `[executor.NAME]` table: the few keys that are the engine's, whatever the plug-in is, are taken
// out; the others are the plug-in's own, and wait for its schema.
#pragma once

#include <span>
#include <string>

#include "engine/base/diagnostics.h"
#include "executors/external/config.h"
#include "executors/external/find_plugin.h"

namespace sluice::executors::external {

/// `config` comes with the engine's part (name, type, range, folder, runner_program). `program` names another
/// plug-in than sluice-executor-NAME, perhaps with arguments; a relative path begins in `workflow_folder`,
/// where plug-ins are looked for, too.
/// Mistakes go to the diagnostics; then the result must not be used.
ExternalConfig read_settings(std::span<const Setting> settings, ExternalConfig config,
                             const std::string& workflow_folder, PluginPlaces places,
                             Diagnostics& diagnostics);

}  // namespace sluice::executors::external
