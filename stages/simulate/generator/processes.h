// The hard processes: what the collision makes before anything decays.
#pragma once

#include "stages/simulate/generator/event_builder.h"

namespace sluice::simulate {

struct Process {
  const char* name;
  double least_gev;  ///< of the collision, for the process to be possible
  /// Of the square of the energy, in any unit: it weighs the beams' radiation.
  double (*cross_section)(double s);
  /// Adds to an event what comes out of a collision with this four-momentum; `parents` made it.
  void (*build)(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
                RandomStream& random);
};

const std::vector<Process>& processes();

}  // namespace sluice::simulate
