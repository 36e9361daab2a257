// The rule-based particle flow that a learned one has to beat: tracks take the clusters their particles made,
// what is clearly more than a track's momentum is a neutral particle, what no track takes is a photon or a
// neutral hadron by its shape. In the spirit of M. Thomson, "Particle flow calorimetry and the PandoraPFA
// algorithm", NIM A 611 (2009) 25; far simpler than Pandora. Knows nothing of the truth.
#pragma once

#include <array>
#include <vector>

#include "stages/simulate/cluster/shape.h"
#include "stages/simulate/detector/detector.h"
#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

/// Tuned on jets of ee_qq_380; docs/simulation.md says how far it gets.
struct FlowSettings {
  double ecal_match_mm = 26;       ///< from a track's line to hits of its cluster in the ECAL
  double hcal_match_mm = 140;      ///< and in the HCAL
  double match_depth_mm = 120;     ///< of the hits that decide
  double fragment_reach_mm = 187;  ///< around a track's shower, for pieces of it
  double fragment_slope = 0.21;    ///< wider by this much with the depth
  double missing_sigmas = 0.56;    ///< less energy than momentum by this many: look for pieces
  double excess_sigmas = 3.1;      ///< more energy than momentum by this many: a neutral particle is in it
  double fragment_most_gev = 3.0;  ///< pieces above this are particles of their own
  double neutral_reach_mm = 105;   ///< between the pieces of a neutral hadron
  double photon_reach_mm = 38;     ///< between a photon and what flew off it
  double photon_fragment_gev = 0.35;
  std::size_t least_cluster_hits = 6;  ///< of a cluster that is no particle
  double least_photon_gev = 0.15;
  double least_neutral_gev = 0.5;
};

struct FlowInput {
  const Detector& detector;
  const std::vector<Track>& tracks;
  const std::vector<CaloHit>& hits;
  const std::array<std::uint32_t, calo_parts + 1>& begin;
};

struct FlowCandidate {
  int pdg = 0;
  double energy = 0;
  double mass = 0;
  double charge = 0;
  Vec3 momentum;
  std::vector<std::uint32_t> tracks;
  std::vector<std::uint32_t> clusters;  ///< each cluster belongs to one candidate at most
};

struct FlowOutput {
  std::vector<HitGroup> clusters;  ///< the pieces of one particle joined
  std::vector<FlowCandidate> candidates;
};

FlowOutput particle_flow(const FlowInput& input, std::vector<HitGroup> clusters,
                         const FlowSettings& settings = {});

}  // namespace sluice::simulate
