// Single values of a stage's settings: a count, a quantity with a unit, a text. Parameters may stand in all
// of them, keys in none, because a setting is the same for all tasks of its stage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/template.h"

namespace sluice::workflow {

/// Each of these reports what it can't read and then gives nothing.
std::optional<int> read_count(const TomlMember& member, int least, int most, const Scope& scope,
                              Diagnostics& diagnostics);
std::optional<int> read_count(const std::string& key, const TomlValue& value, int least, int most,
                              const Scope& scope, Diagnostics& diagnostics);
std::optional<bool> read_boolean(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics);
std::optional<std::string> read_text(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics);
std::optional<std::uint64_t> read_bytes(const TomlMember& member, const Scope& scope,
                                        Diagnostics& diagnostics);
std::optional<double> read_seconds(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics);
std::optional<double> read_share(const TomlMember& member, const Scope& scope, Diagnostics& diagnostics);

}  // namespace sluice::workflow
