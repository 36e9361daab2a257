// EDM4hep files in CLIC's layout: events of photons, charged pions and neutral hadrons with tracks, cells,
// clusters, candidates and all truth links. No physics; the shape of real events, at any size, the same in
// every run.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace sluice::import::tests {

struct SampleOptions {
  std::uint64_t seed = 1;
  int events = 10;
  int particles = 60;         ///< an event
  int hits_of_particle = 90;  ///< about as many cells as CLIC has for a particle of a ttbar event
};

Status write_sample(const std::string& path, const SampleOptions& options);

}  // namespace sluice::import::tests
