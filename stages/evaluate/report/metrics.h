// The results for machines: every number with its uncertainty, null where there are too few events to tell.
// docs/evaluation.md says what each of them is. The bytes depend on the events and the network alone.
#pragma once

#include "engine/base/json.h"
#include "stages/evaluate/physics/tally.h"

namespace sluice::evaluate {

/// Six digits: more than any of these numbers is known to, and fewer than rounding could change.
json::value number(double value);

/// {"value": …, "error": …}, or null.
json::value to_json(const std::optional<Estimate>& estimate);

/// "jets", "met", "particles", "elements", "multiplicity", "spectra", and "summary": ours against baseline.
json::object physics_json(const Tally& tally);

}  // namespace sluice::evaluate
