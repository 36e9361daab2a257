#include "stages/simulate/detector/detector.h"

#include <algorithm>
#include <cmath>

namespace sluice::simulate {

const CaloRegion* Detector::region(CaloPart part) const {
  const auto found = std::find_if(regions.begin(), regions.end(),
                                  [part](const CaloRegion& region) { return region.part == part; });
  return found == regions.end() ? nullptr : &*found;
}

const EnergyResolution& at_eta(const std::vector<EnergyResolution>& entries, double eta) {
  for (const EnergyResolution& entry : entries)
    if (std::abs(eta) <= entry.eta_max) return entry;
  return entries.back();
}

double momentum_resolution(const Tracker& tracker, Species species, double eta, double pt_gev) {
  const MomentumResolution* last = nullptr;
  for (const MomentumResolution& entry : tracker.momentum) {
    if (entry.species != species) continue;
    last = &entry;
    if (std::abs(eta) < entry.eta_max) break;
  }
  return last == nullptr ? 0 : std::hypot(last->slope_per_gev * pt_gev, last->constant);
}

double track_efficiency(const Tracker& tracker, Species species, double eta, double energy_gev) {
  const double size = std::abs(eta);
  for (const TrackEfficiency& entry : tracker.efficiency)
    if (entry.species == species && size > entry.eta_min && size <= entry.eta_max &&
        energy_gev >= entry.energy_min_gev && energy_gev < entry.energy_max_gev)
      return entry.value;
  return 1;
}

}  // namespace sluice::simulate
