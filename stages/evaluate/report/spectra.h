// Spectra of jets, missing momentum and multiplicity in metrics.json, so that whoever prefers other plots can
// draw them.
#pragma once

#include "engine/base/json.h"
#include "stages/evaluate/physics/tally.h"

namespace sluice::evaluate {

json::object spectra_json(const Tally& tally);

}  // namespace sluice::evaluate
