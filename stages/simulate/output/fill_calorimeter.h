// Calorimeter hits, the particles in them, and clusters.
#pragma once

#include "stages/edm4hep/event.h"

#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

void fill_calorimeter(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out);

}  // namespace sluice::simulate
