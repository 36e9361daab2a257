// Tracker hits, their truth, and tracks.
#pragma once

#include "stages/edm4hep/event.h"
#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

void fill_tracker(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out);

}  // namespace sluice::simulate
