// One event as EDM4hep sees it, in flat arrays: truth, hits, tracks, clusters, particle-flow candidates, and
// the links from each reconstructed thing back to the truth. What writes files needs to know nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stages/simulate/event/vector.h"

namespace sluice::simulate {

/// Bits of MCParticle.simulatorStatus (edm4hep.yaml).
constexpr std::uint32_t created_in_simulation = 1U << 30U;
constexpr std::uint32_t vertex_is_not_endpoint = 1U << 28U;
constexpr std::uint32_t decayed_in_tracker = 1U << 27U;
constexpr std::uint32_t decayed_in_calorimeter = 1U << 26U;
constexpr std::uint32_t left_detector = 1U << 25U;
constexpr std::uint32_t stopped = 1U << 24U;

/// A range of indices [begin, end) in an array beside it.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const { return end - begin; }
};

struct McParticle {
  std::int32_t pdg = 0;
  std::int32_t generator_status = 0;
  std::uint32_t simulator_status = 0;
  float charge = 0;
  float time_ns = 0;
  double mass = 0;
  Vec3 vertex;
  Vec3 endpoint;
  Vec3 momentum;
  Vec3 momentum_at_endpoint;
  Range parents;    ///< in SimulatedEvent::parents
  Range daughters;  ///< in SimulatedEvent::daughters
};

/// The collections of calorimeter hits, in the order in which their hits stand in SimulatedEvent.
enum class CaloPart : std::uint8_t {
  ecal_barrel,
  ecal_endcap,
  ecal_other,
  hcal_barrel,
  hcal_endcap,
  hcal_other,
  muon
};
constexpr std::size_t calo_parts = 7;

struct CaloHit {
  std::uint64_t cell_id = 0;
  float energy = 0;
  float time_ns = 0;
  std::array<float, 3> position{};
  std::int32_t type = 0;  ///< LCIO's code: kind + 10 detector + 1000 layout + 10000 layer
};

enum class TrackerPart : std::uint8_t {
  vertex_barrel,
  vertex_endcap,
  inner_barrel,
  inner_endcap,
  outer_barrel,
  outer_endcap
};
constexpr std::size_t tracker_parts = 6;

struct TrackerHit {
  std::uint64_t cell_id = 0;
  std::uint32_t particle = 0;
  float deposit = 0;  ///< GeV
  float time_ns = 0;
  float path_length = 0;                 ///< in the sensor, mm
  std::array<float, 3> position{};       ///< as measured
  std::array<float, 3> true_position{};  ///< where the particle crossed
  std::array<float, 3> true_momentum{};
  std::array<float, 2> direction_u{};  ///< theta, phi of the first measured coordinate
  std::array<float, 2> direction_v{};
  float du = 0;  ///< resolutions, mm
  float dv = 0;
};

/// TrackState::location of EDM4hep.
enum class StateAt : std::int32_t { ip = 1, first_hit = 2, last_hit = 3, calorimeter = 4 };

struct TrackState {
  StateAt location = StateAt::ip;
  float d0 = 0;
  float phi = 0;
  float omega = 0;  ///< 1/mm, with the sign of the charge
  float z0 = 0;
  float tan_lambda = 0;
  float time_ns = 0;
  std::array<float, 3> reference{};
  std::array<float, 21> covariance{};  ///< lower triangle of d0, phi, omega, z0, tan lambda, time
};

struct Track {
  float chi2 = 0;
  std::int32_t ndf = 0;
  std::int32_t holes = 0;
  float dedx = 0;  ///< GeV/mm
  float dedx_error = 0;
  std::array<TrackState, 4> states{};
  Range hits;  ///< in SimulatedEvent::track_hits
  std::array<std::int32_t, tracker_parts> hit_numbers{};
};

struct Cluster {
  float energy = 0;
  float energy_error = 0;
  std::array<float, 3> position{};
  float theta = 0;  ///< direction of the shower itself, not of its position
  float phi = 0;
  std::array<float, calo_parts> part_energies{};
  Range hits;  ///< in SimulatedEvent::cluster_hits
};

/// A particle-flow candidate.
struct Candidate {
  std::int32_t pdg = 0;
  float energy = 0;
  float charge = 0;
  float mass = 0;
  std::array<float, 3> momentum{};
  std::array<float, 3> reference{};
  Range tracks;    ///< in SimulatedEvent::candidate_tracks
  Range clusters;  ///< in SimulatedEvent::candidate_clusters
};

struct TruthLink {
  float weight = 0;
  std::uint32_t from = 0;  ///< the reconstructed thing
  std::uint32_t to = 0;    ///< the particle
};

struct SimulatedEvent {
  std::int64_t number = 0;
  double weight = 1;

  std::vector<McParticle> particles;
  std::vector<std::uint32_t> parents;
  std::vector<std::uint32_t> daughters;

  std::vector<TrackerHit> tracker_hits;  ///< by part, and in the order of the particles in it
  std::array<std::uint32_t, tracker_parts + 1> tracker_begin{};
  std::vector<CaloHit> calo_hits;  ///< by part, and in the order of their cells in it
  std::array<std::uint32_t, calo_parts + 1> calo_begin{};

  std::vector<Track> tracks;
  std::vector<std::uint32_t> track_hits;  ///< indices in tracker_hits, from the inside out
  std::vector<Cluster> clusters;
  std::vector<std::uint32_t> cluster_hits;  ///< indices in calo_hits
  std::vector<Candidate> candidates;
  std::vector<std::uint32_t> candidate_tracks;
  std::vector<std::uint32_t> candidate_clusters;

  std::vector<TruthLink> calo_links;       ///< weight: the particle's energy in the hit, GeV
  std::vector<TruthLink> track_links;      ///< weight: its share of the track's hits
  std::vector<TruthLink> candidate_links;  ///< weight: its share of the candidate's energy

  /// The part that a calorimeter hit belongs to.
  CaloPart part_of(std::uint32_t hit) const {
    std::size_t part = 0;
    while (hit >= calo_begin[part + 1]) ++part;
    return static_cast<CaloPart>(part);
  }
};

}  // namespace sluice::simulate
