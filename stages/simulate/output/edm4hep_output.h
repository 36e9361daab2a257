// Simulated events as EDM4hep: the collections of CLIC's reconstruction, by their names, so that whatever
// reads full simulation reads these too.
#pragma once

#include "stages/edm4hep/event.h"

#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

/// All collections, in the order of the file.
edm4hep::FileSchema output_schema();

/// `out` is an event of that schema, and empty.
void fill(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out);

}  // namespace sluice::simulate
