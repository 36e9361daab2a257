// One event through the whole detector: transport, showers, clusters, particle flow.
#pragma once

#include "stages/simulate/detector/detector.h"
#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

/// Depends on nothing but its arguments: `number` is the event's, in its file or of the generator.
SimulatedEvent simulate_event(const Detector& detector, const GeneratedEvent& generated, std::uint64_t seed,
                              std::uint64_t number);

}  // namespace sluice::simulate
