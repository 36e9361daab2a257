// Conditions and forbidden combinations of a study file: the part of read_space.h that tests values.
#pragma once

#include <vector>

#include "engine/base/toml.h"
#include "stages/hpo/space/space.h"

namespace sluice::hpo {

json::value toml_to_json(const TomlValue& value);

/// `whens[i]` is what parameter i says under "when", or null.
void read_conditions(Space& space, const std::vector<const TomlMember*>& whens, Diagnostics& diagnostics);
void read_forbidden(Space& space, const TomlMember& forbid, Diagnostics& diagnostics);

}  // namespace sluice::hpo
