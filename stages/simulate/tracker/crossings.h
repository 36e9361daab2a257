// Where a particle crosses the layers of the tracker.
#pragma once

#include <optional>
#include <vector>

#include "stages/simulate/detector/detector.h"
#include "stages/simulate/tracker/helix.h"

namespace sluice::simulate {

struct Crossing {
  const TrackerLayer* layer = nullptr;
  double s = 0;  ///< of the helix
  Vec3 position;
  double x0 = 0;  ///< radiation lengths crossed, at this angle
};

/// In the order in which they are met, up to s = `end` and no further than half a turn. Fills `crossings`.
void find_crossings(const Tracker& tracker, const Helix& helix, double end, std::vector<Crossing>& crossings);

/// Where it enters the calorimeters, or leaves through the beam pipe's holes; nothing if it goes round for
/// ever.
std::optional<double> calorimeter_face(const Detector& detector, const Helix& helix);

}  // namespace sluice::simulate
