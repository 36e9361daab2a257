// The built-in generator: e+e- collisions, and a particle gun. A few thousand lines less than Pythia, and
// close enough for a detector: multiplicities, species and spectra are held against Pythia's by tests. What
// it leaves out is said in docs/simulation.md; data/pythia/generate.py makes files with Pythia itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/simulate/event/generated_event.h"

namespace sluice::simulate {

struct GunSettings {
  int pdg = 22;
  double energy_min_gev = 1;
  double energy_max_gev = 100;
  double theta_min_deg = 20;
  double theta_max_deg = 160;
  int count = 1;  ///< particles in each event
};

/// Makes event number n by itself, whatever was made before it.
class Generator {
 public:
  virtual ~Generator() = default;
  virtual GeneratedEvent generate(std::uint64_t seed, std::uint64_t number) const = 0;
};

/// "gun", or "ee_KIND_ENERGY" as in ee_ttbar_380: see process_kinds().
Result<std::unique_ptr<Generator>> make_generator(const std::string& process, const GunSettings& gun);

/// "qq", "ttbar", ...
std::vector<std::string> process_kinds();

}  // namespace sluice::simulate
