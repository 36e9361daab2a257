// One event as the file has it, in plain arrays: objects of all collections of a kind in one list, and
// references between them as rows of those lists.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/events/schema.h"
#include "stages/import/truth.h"

namespace sluice::import {

struct RawTrack {
  float d0 = 0, phi = 0, omega = 0, z0 = 0, tan_lambda = 0, time = 0;  ///< at the interaction point
  float radius_of_innermost_hit = 0;
  float chi2 = 0, ndf = 0, dedx = 0, dedx_error = 0;
};

struct RawCluster {
  float energy = 0;
  std::array<float, 3> position{};  ///< mm
  float theta = 0, phi = 0;         ///< intrinsic direction
};

struct RawHit {
  float energy = 0;
  std::array<float, 3> position{};  ///< mm
  float time = 0;
  std::int32_t type = 0;
  events::Subdetector subdetector = events::Subdetector::other;
};

struct RawCandidate {
  std::int32_t pdg = 0;
  float charge = 0;
  FourMomentum momentum;
};

struct RawEvent {
  std::span<const std::int32_t> pdg, generator_status;
  std::span<const std::uint32_t> simulator_status;
  std::span<const float> charge;
  std::span<const double> px, py, pz, mass;
  std::vector<Descent> descents;

  std::vector<RawTrack> tracks;
  std::vector<RawCluster> clusters;
  std::vector<RawHit> hits;
  std::vector<ClusterHit> cluster_hits;
  std::vector<Link> hit_links, track_links, cluster_links;

  std::vector<RawCandidate> candidates;
  std::vector<Pair> candidate_tracks, candidate_clusters;  ///< candidate and its element

  std::int32_t dangling = 0;  ///< references to nowhere

  /// Empties the lists, and keeps their memory for the next event.
  void clear() {
    descents.clear();
    tracks.clear();
    clusters.clear();
    hits.clear();
    cluster_hits.clear();
    for (auto* links : {&hit_links, &track_links, &cluster_links}) links->clear();
    candidates.clear();
    candidate_tracks.clear();
    candidate_clusters.clear();
    dangling = 0;
  }
};

}  // namespace sluice::import
