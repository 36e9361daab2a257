// Hits in the layers and, where there are enough of them, a track: the particle's helix with the errors of
// the detector's resolution. There is no pattern recognition: efficiency and resolution are those of full
// simulation, and a track has hits of one particle only.
#pragma once

#include <optional>
#include <vector>

#include "stages/simulate/detector/detector.h"
#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/event/simulated_event.h"
#include "stages/simulate/random/stream.h"
#include "stages/simulate/tracker/crossings.h"

namespace sluice::simulate {

struct MadeHit {
  TrackerPart part = TrackerPart::vertex_barrel;
  TrackerHit hit;
  double s = 0;  ///< on the particle's helix
};

struct Flight {
  std::uint32_t particle = 0;
  Species species = Species::hadron;
  Helix helix;
  double momentum_gev = 0;
  double mass = 0;
  double time_ns = 0;  ///< at the helix's start
};

/// One hit for each crossing that is not missed.
std::vector<MadeHit> make_hits(const Tracker& tracker, const Flight& flight,
                               const std::vector<Crossing>& crossings, RandomStream& random);

/// Nothing when it is not found. Fills all but the ranges of hits.
std::optional<Track> make_track(const Detector& detector, const Flight& flight,
                                const std::vector<MadeHit>& hits, std::size_t crossed, RandomStream& random);

}  // namespace sluice::simulate
