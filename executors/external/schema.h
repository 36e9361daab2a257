// Checks the settings of `[executor.NAME]` against the schema that the plug-in gave in its hello, so that a
// wrong setting is reported with its line in the TOML file although the plug-in knows nothing of TOML. The
// schema is the part of JSON Schema that a settings table needs; protocol.md lists the keywords.
#pragma once

#include <span>
#include <string>

#include "engine/base/diagnostics.h"
#include "engine/base/json.h"
#include "executors/external/config.h"

namespace sluice::executors::external {

/// The settings as the plug-in gets them: typed, with the defaults of those that were not given. Mistakes go
/// to `diagnostics`; then the result must not be used. `table` is where missing ones are reported.
json::object check_settings(const json::object& schema, std::span<const Setting> settings,
                            const std::string& executor, SourceRange table, Diagnostics& diagnostics);

}  // namespace sluice::executors::external
