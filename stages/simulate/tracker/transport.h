// Takes an event's particles from where they were made to where they enter the calorimeters: decays in
// flight, photon conversions, bremsstrahlung, hits and tracks on the way.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/simulate/detector/detector.h"
#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/event/simulated_event.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/tracker/track_maker.h"

namespace sluice::simulate {

/// A particle at the calorimeters' face.
struct Entry {
  std::uint32_t particle = 0;
  Encounter encounter = Encounter::invisible;
  Vec3 position;
  Vec3 direction;
  double energy = 0;  ///< total
  double time_ns = 0;
};

/// What became of a particle.
struct Fate {
  std::uint32_t status = 0;  ///< simulatorStatus
  Vec3 endpoint;
};

struct Transported {
  std::vector<Particle> particles;  ///< those of the generator first, then what the simulation made
  std::vector<Fate> fates;          ///< one for each
  std::vector<Entry> entries;
  std::vector<std::vector<MadeHit>> hits;  ///< by flight: the hits of one particle
  struct FoundTrack {
    Track track;
    std::size_t flight = 0;  ///< in `hits`
    std::uint32_t particle = 0;
  };
  std::vector<FoundTrack> tracks;
};

/// The same for the same seed and event number, whatever was transported before.
Transported transport(const Detector& detector, const GeneratedEvent& event, std::uint64_t seed,
                      std::uint64_t number);

}  // namespace sluice::simulate
