// The space as a person writes it, in the [space] table of a study file:
//
//   [space]
//   lr      = { float = [1e-5, 1e-2], log = true }
//   dropout = { float = [0.0, 0.5], step = 0.05 }
//   layers  = { int = [1, 6] }
//   loss    = { choice = ["focal", "bce"] }
//   bins    = { ordinal = [8, 16, 32, 64] }
//   gamma   = { float = [0.5, 5.0], when = { loss = "focal" } }
//   epochs  = 100                                       # a constant
//
//   [[forbid]]                                          # not together
//   layers = { min = 5 }
//   bins   = [32, 64]
//
// Mistakes are collected with their place in the file, all of them before anyone gives up.
#pragma once

#include "engine/base/toml.h"
#include "stages/hpo/space/space.h"

namespace sluice::hpo {

/// A space is only as good as the diagnostics are empty of errors.
Space read_space(const TomlMember* space, const TomlMember* forbid, Diagnostics& diagnostics);

/// Checks names, types and ranges against what the trial program says of itself (--describe). What the
/// program does not know is an error: it would be searched without having any effect.
void check_space(const Space& space, const TomlValue& table, const json::object& description,
                 Diagnostics& diagnostics);

}  // namespace sluice::hpo
