// What is in a Sluice event file: its collections, the columns of each, and what the codes in them mean. The
// importer fills these tables, preprocessing and evaluation read them. docs/event-format.md says the same to
// people who read the file with h5py.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "stages/events/format.h"

namespace sluice::events {

/// Columns 1 to 5 mean the same for tracks, clusters and hits: transverse momentum (energy), pseudorapidity,
/// sine and cosine of the azimuth, momentum (energy).
namespace track {
enum : std::size_t {
  elemtype,
  pt,
  eta,
  sin_phi,
  cos_phi,
  p,
  chi2,
  ndf,
  dedx,
  dedx_error,
  radius_of_innermost_hit,
  tan_lambda,
  d0,
  omega,
  z0,
  time,
  columns
};
}  // namespace track

namespace cluster {
enum : std::size_t {
  elemtype,
  et,
  eta,
  sin_phi,
  cos_phi,
  energy,
  x,
  y,
  z,
  theta,
  energy_ecal,
  energy_hcal,
  energy_other,
  num_hits,
  sigma_x,
  sigma_y,
  sigma_z,
  columns
};
}  // namespace cluster

namespace hit {
enum : std::size_t { elemtype, et, eta, sin_phi, cos_phi, energy, x, y, z, time, subdetector, type, columns };
}  // namespace hit

/// First feature of everything: what it is.
constexpr float type_track = 1;        ///< or a tracker hit
constexpr float type_calorimeter = 2;  ///< a cluster, or a calorimeter hit

enum class Subdetector : std::uint8_t { ecal, hcal, other, tracker };

/// What a particle is to particle flow.
enum class Class : std::int32_t { none, charged_hadron, neutral_hadron, photon, electron, muon };
constexpr std::size_t class_count = 6;
constexpr std::array<std::string_view, class_count> class_names = {
    "none", "charged_hadron", "neutral_hadron", "photon", "electron", "muon"};

/// Labels of tracks, clusters and hits.
namespace label {
enum : std::size_t {
  of_class,   ///< of the target that this element carries; 0 (none) for all others
  target,     ///< row among the event's targets that left most here, -1: none
  candidate,  ///< row among the candidates that this element carries, -1: none (hits: their cluster)
  columns
};
}  // namespace label

/// Four-momentum as all particle tables have it.
namespace momentum {
enum : std::size_t { pt, eta, sin_phi, cos_phi, energy, charge, columns };
}

/// What became of a particle of the record.
enum class Fate : std::int32_t {
  invisible,      ///< it left too little in the detector
  on_track,       ///< target, carried by a track
  on_cluster,     ///< target, carried by a cluster
  on_hit,         ///< target, carried by a hit, where the file has neither tracks nor clusters
  merged,         ///< added to the target that carries its best cluster
  no_element,     ///< dropped: it left nothing in any track or cluster
  element_taken,  ///< dropped: its tracks carry others, and it has no cluster
};
constexpr std::size_t fate_count = 7;
constexpr std::array<std::string_view, fate_count> fate_names = {
    "invisible", "on_track", "on_cluster", "on_hit", "merged", "no_element", "element_taken"};

namespace particle {
enum : std::size_t { hit_energy = momentum::columns, cluster_energy, track_weight, columns };
namespace label {
enum : std::size_t { pdg, generator_status, simulator_status, record, fate, target, columns };
}
}  // namespace particle

namespace target {
enum : std::size_t { cluster_energy = momentum::columns, track_weight, columns };
namespace label {
enum : std::size_t { of_class, particle, track, cluster, hit, jet, particles, columns };
}
}  // namespace target

namespace candidate {
namespace label {
enum : std::size_t { of_class, pdg, tracks, clusters, columns };
}
}  // namespace candidate

namespace jet {
enum : std::size_t { pt, eta, phi, energy, columns };
}

/// One row an event.
namespace event {
namespace id {
enum : std::size_t {
  generator,  ///< hash of the generated final state: events that share it stay together in a split
  content,    ///< hash of everything that was imported
  source,     ///< which of the files
  entry,      ///< which entry of it
  columns
};
}
namespace energy {
enum : std::size_t { visible, targets, no_element, element_taken, generator_met, columns };
}
namespace note {
enum : std::size_t { dangling_references, cycles_cut, weightless_links, numbers_replaced, columns };
}
}  // namespace event

/// Why an event has no rows.
enum class EventStatus : std::uint8_t {
  ok,
  no_visible_particle,
  broken_particle,   ///< a momentum or mass that is no number
  broken_track,      ///< track parameters that are no numbers
  broken_cluster,    ///< an energy that is negative or no number
  broken_hit,        ///< an energy or position that is no number
  broken_reference,  ///< ranges of a relation point outside of its array
};
constexpr std::size_t status_count = 7;
constexpr std::array<std::string_view, status_count> status_names = {
    "ok",
    "no visible particle",
    "a particle's momentum is no number",
    "a track's parameters are no numbers",
    "a cluster's energy is negative or no number",
    "a hit's energy or position is no number",
    "a relation points outside of its array"};

/// Collections and matrices of the file, in the order in which they are written.
FileSpec event_file_spec();

/// Where event_file_spec has its tables.
namespace table {
constexpr MatrixId status{0, 0}, id{0, 1}, energies{0, 2}, notes{0, 3};
constexpr MatrixId tracks{1, 0}, track_labels{1, 1};
constexpr MatrixId clusters{2, 0}, cluster_labels{2, 1};
constexpr MatrixId hits{3, 0}, hit_labels{3, 1};
constexpr MatrixId particles{4, 0}, particle_labels{4, 1};
constexpr MatrixId targets{5, 0}, target_labels{5, 1};
constexpr MatrixId candidates{6, 0}, candidate_labels{6, 1};
constexpr MatrixId generator_jets{7, 0};
constexpr MatrixId target_jets{8, 0};
}  // namespace table

/// The names behind the codes, as attributes of every event file.
Attributes schema_attributes();

}  // namespace sluice::events
