#include "stages/simulate/flow/identify.h"

#include <cmath>

namespace sluice::simulate {

namespace {

constexpr double electron_mass = 0.00051099895;
constexpr double muon_mass = 0.1056583755;
constexpr double widest_photon_mm = 26;
constexpr double critical_layers = 0.55;  ///< radiation lengths a layer

/// The mean depth of a photon's shower, in layers: Review of Particle Physics, section 34.5.
double expected_layer(double energy) {
  return (std::log(std::max(energy, 0.1) / 0.008) + 1.6) / critical_layers;
}

/// Hits in the muon system near the track's line, or enough layers of minimum ionisation behind each other.
int muon_hits(const FlowInput& input, const TrackAtFace& track) {
  int count = 0;
  for (std::uint32_t i = input.begin[static_cast<std::size_t>(CaloPart::muon)]; i < input.begin[calo_parts];
       ++i) {
    const auto& position = input.hits[i].position;
    if (from_line(track, {position[0], position[1], position[2]}).across < 100) ++count;
  }
  return count;
}

}  // namespace

bool looks_like_photon(const ClusterShape& shape) {
  if (shape.ecal_share() < 0.9 || shape.width_mm > widest_photon_mm) return false;
  const double expected = expected_layer(shape.energy);
  return shape.first_layer <= 12 &&
         std::abs(shape.mean_layer - expected) < 6 + 2 / std::sqrt(std::max(shape.energy, 0.05));
}

void identify_charged(const FlowInput& input, const TrackAtFace& track, const ClusterShape& shape,
                      FlowCandidate& candidate) {
  const int charge = static_cast<int>(candidate.charge);
  if (muon_hits(input, track) >= 2 && shape.energy < 0.5 * track.momentum + 2.5) {
    candidate.pdg = -13 * charge;
    candidate.mass = muon_mass;
    return;
  }
  const double ratio = shape.energy / track.momentum;
  const bool em = shape.ecal_share() > 0.95 && shape.width_mm < widest_photon_mm && shape.first_layer <= 5;
  const double expected = expected_layer(shape.energy) - 2;
  if (em && ratio > 0.8 && ratio < 1.25 && track.momentum > 1 && std::abs(shape.mean_layer - expected) < 6) {
    candidate.pdg = -11 * charge;
    candidate.mass = electron_mass;
  }
}

}  // namespace sluice::simulate
