// What a perfect particle flow would find in an event: the *targets*. A pure function on plain arrays;
// docs/truth.md explains the definition step by step, with a picture. Time and memory are proportional to
// particles, hits and links.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/events/schema.h"
#include "stages/import/ancestry.h"
#include "stages/jets/four_momentum.h"

namespace sluice::import {

/// That a particle left something in an element (hit, track or cluster).
struct Link {
  std::int32_t element = nobody;
  std::int32_t particle = nobody;  ///< row of the record; anything outside: a particle that was not kept
  float weight = 0;
};

struct ClusterHit {
  std::int32_t cluster = nobody;
  std::int32_t hit = nobody;
};

struct TruthInput {
  // The record, one entry a particle.
  std::span<const std::int32_t> pdg;
  std::span<const std::int32_t> generator_status;
  std::span<const std::uint32_t> simulator_status;
  std::span<const float> charge;
  std::span<const double> px, py, pz, mass;  ///< GeV
  std::span<const Descent> descents;

  // What was measured.
  std::span<const float> hit_energy;      ///< GeV
  std::span<const float> track_charge;    ///< one a track
  std::span<const float> track_momentum;  ///< GeV
  std::size_t clusters = 0;
  std::span<const ClusterHit> cluster_hits;

  // The links between them. Weights count relative to each other on the same hit.
  std::span<const Link> hit_links;
  std::span<const Link> track_links;    ///< weight: share of the track's hits
  std::span<const Link> cluster_links;  ///< in GeV, where a file links clusters itself and not their hits

  /// The file has neither tracks nor clusters, so hits carry the targets.
  bool hits_carry_targets = false;
};

using jets::FourMomentum;

/// A particle that might be seen: of generator status 1 and no neutrino, or a surrogate for such.
struct TruthParticle {
  std::int32_t record = nobody;
  FourMomentum momentum;
  double hit_energy = 0;      ///< it left in hits
  double cluster_energy = 0;  ///< of which in clusters
  double track_weight = 0;    ///< its largest
  events::Fate fate = events::Fate::invisible;
  std::int32_t target = nobody;  ///< that it became, or was merged into
};

struct Target {
  events::Class of_class = events::Class::none;
  float charge = 0;
  FourMomentum momentum;
  double cluster_energy = 0;
  double track_weight = 0;
  std::int32_t particle = nobody;  ///< row of Truth::particles
  std::int32_t track = nobody;     ///< that carries it
  std::int32_t cluster = nobody;   ///< that carries it
  std::int32_t hit = nobody;       ///< that stands for it among the hits
  std::int32_t particles = 1;      ///< it was merged from
};

struct Truth {
  events::EventStatus status = events::EventStatus::ok;
  std::vector<TruthParticle> particles;  ///< in the order of the record
  std::vector<Target> targets;           ///< by falling energy of their particle

  /// For each element the target that left most in it, or nobody.
  std::vector<std::int32_t> track_target, cluster_target, hit_target;

  /// Rows of the record: what the detector could have seen at all. Generator jets are made of these.
  std::vector<std::int32_t> reference;

  // The books: visible = targets + no_element + element_taken.
  double visible_energy = 0;
  double target_energy = 0;
  double no_element_energy = 0;
  double element_taken_energy = 0;

  std::int32_t dangling_references = 0;
  std::int32_t cycles_cut = 0;
  std::int32_t weightless_links = 0;  ///< their weight is not above 0
};

Truth find_truth(const TruthInput& input);

/// What a particle is to particle flow, by itself.
events::Class class_of(std::int32_t pdg, float charge);
bool is_neutrino(std::int32_t pdg);

}  // namespace sluice::import
