#include "stages/import/event_builder.h"

#include <cmath>

#include "engine/base/hash.h"
#include "stages/import/features.h"
#include "stages/jets/jets.h"

namespace sluice::import {

namespace {

namespace table = events::table;
using events::Class;
using events::EventStatus;
using events::MatrixId;

bool is_number(std::span<const float> values) {
  for (const float value : values)
    if (!std::isfinite(value)) return false;
  return true;
}

EventStatus check(const RawEvent& raw) {
  for (const RawTrack& track : raw.tracks)
    if (!is_number(std::array{track.omega, track.phi, track.tan_lambda})) return EventStatus::broken_track;
  for (const RawCluster& cluster : raw.clusters)
    if (!is_number(std::array{cluster.energy}) || cluster.energy < 0 || !is_number(cluster.position))
      return EventStatus::broken_cluster;
  for (const RawHit& hit : raw.hits)
    if (!std::isfinite(hit.energy) || !is_number(hit.position)) return EventStatus::broken_hit;
  return EventStatus::ok;
}

/// Of the generator's final state: what two simulations of the same event have in common.
std::uint64_t generator_hash(const RawEvent& raw) {
  Hasher hasher;
  for (std::size_t i = 0; i < raw.pdg.size(); ++i) {
    if (raw.generator_status[i] != 1) continue;
    // As float, since older files hold no more.
    const std::array<float, 3> momentum = {static_cast<float>(raw.px[i]), static_cast<float>(raw.py[i]),
                                           static_cast<float>(raw.pz[i])};
    hasher.bytes(&raw.pdg[i], sizeof raw.pdg[i]);
    hasher.bytes(momentum.data(), sizeof momentum);
  }
  return hasher.digest().low;
}

class Builder {
 public:
  Builder(const RawEvent& raw, const BuildOptions& options, events::Block& block)
      : raw_(raw), options_(options), block_(block) {}

  EventStatus build(EventStatus status, const EventOrigin& origin);

 private:
  Truth find();
  void add_tracks();
  void add_clusters();
  void add_hits();
  void add_particles();
  void add_targets();
  void add_candidates();
  void add_jets(MatrixId id, const jets::Jets& jets);
  void cluster_targets();
  void cluster_reference();
  Class carried_class(std::int32_t target, std::int32_t element, std::int32_t Target::*carrier) const;
  std::uint64_t content_hash() const;

  template <std::size_t columns>
  void add(events::MatrixId id, std::array<float, columns> row) {
    replace_what_is_no_number(row, replaced_);
    block_.rows(id).append(std::span<const float>(row));
  }
  template <std::size_t columns>
  void add_labels(events::MatrixId id, const std::array<std::int32_t, columns>& row) {
    block_.rows(id).append(std::span<const std::int32_t>(row));
  }

  const RawEvent& raw_;
  const BuildOptions& options_;
  events::Block& block_;
  Truth truth_;
  Carriers carriers_;
  std::vector<float> track_charge_;
  std::vector<float> track_momentum_;
  std::vector<float> hit_energy_;
  std::vector<std::int32_t> cluster_of_hit_;
  jets::Jets target_jets_;
  double generator_met_ = 0;
  std::int32_t replaced_ = 0;
};

EventStatus Builder::build(EventStatus status, const EventOrigin& origin) {
  if (status == EventStatus::ok) status = check(raw_);
  if (status == EventStatus::ok) {
    truth_ = find();
    status = truth_.status;
  }
  std::array<std::uint64_t, events::event::id::columns> id = {0, 0, origin.source, origin.entry};
  std::array<double, events::event::energy::columns> energies{};
  if (status == EventStatus::ok) {
    carriers_ = carry_candidates(raw_);
    cluster_targets();
    cluster_reference();
    add_tracks();
    add_clusters();
    if (options_.write_hits) add_hits();
    add_particles();
    add_targets();
    add_candidates();
    add_jets(table::target_jets, target_jets_);
    energies = {truth_.visible_energy, truth_.target_energy, truth_.no_element_energy,
                truth_.element_taken_energy, generator_met_};
    id[events::event::id::generator] = generator_hash(raw_);
    id[events::event::id::content] = content_hash();
  }
  block_.rows(table::status).append(std::array{static_cast<std::uint8_t>(status)});
  block_.rows(table::id).append(std::span<const std::uint64_t>(id));
  block_.rows(table::energies).append(std::span<const double>(energies));
  add_labels<events::event::note::columns>(
      table::notes,
      {raw_.dangling + truth_.dangling_references, truth_.cycles_cut, truth_.weightless_links, replaced_});
  block_.end_event();
  return status;
}

Truth Builder::find() {
  TruthInput input;
  input.pdg = raw_.pdg;
  input.generator_status = raw_.generator_status;
  input.simulator_status = raw_.simulator_status;
  input.charge = raw_.charge;
  input.px = raw_.px;
  input.py = raw_.py;
  input.pz = raw_.pz;
  input.mass = raw_.mass;
  input.descents = raw_.descents;
  for (const RawTrack& track : raw_.tracks) {
    track_charge_.push_back((track.omega > 0) == (options_.field_t > 0) ? 1.0F : -1.0F);
    track_momentum_.push_back(track_features(track, options_.field_t)[events::track::p]);
  }
  for (const RawHit& hit : raw_.hits) hit_energy_.push_back(hit.energy);
  input.track_charge = track_charge_;
  input.track_momentum = track_momentum_;
  input.hit_energy = hit_energy_;
  input.clusters = raw_.clusters.size();
  input.cluster_hits = raw_.cluster_hits;
  input.hit_links = raw_.hit_links;
  input.track_links = raw_.track_links;
  input.cluster_links = raw_.cluster_links;
  input.hits_carry_targets = options_.hits_carry_targets;
  return find_truth(input);
}

/// The class of an element's target if the element is what carries it.
Class Builder::carried_class(std::int32_t target, std::int32_t element, std::int32_t Target::*carrier) const {
  if (target == nobody) return Class::none;
  const Target& it = truth_.targets[static_cast<std::size_t>(target)];
  return it.*carrier == element ? it.of_class : Class::none;
}

/// Carrier of each element, where it carries one; else what left most in it.
std::vector<std::int32_t> label_targets(std::vector<std::int32_t> dominant,
                                        const std::vector<Target>& targets, std::int32_t Target::*carrier) {
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i].*carrier != nobody)
      dominant[static_cast<std::size_t>(targets[i].*carrier)] = static_cast<std::int32_t>(i);
  return dominant;
}

void Builder::add_tracks() {
  const auto targets = label_targets(truth_.track_target, truth_.targets, &Target::track);
  for (std::size_t i = 0; i < raw_.tracks.size(); ++i) {
    add(table::tracks, track_features(raw_.tracks[i], options_.field_t));
    const Class of_class = carried_class(targets[i], static_cast<std::int32_t>(i), &Target::track);
    add_labels<events::label::columns>(
        table::track_labels, {static_cast<std::int32_t>(of_class), targets[i], carriers_.of_tracks[i]});
  }
}

void Builder::add_clusters() {
  std::vector<Pair> pairs;
  cluster_of_hit_.assign(raw_.hits.size(), nobody);
  for (const ClusterHit& pair : raw_.cluster_hits) {
    if (pair.hit == nobody) continue;
    pairs.push_back({pair.cluster, pair.hit});
    cluster_of_hit_[static_cast<std::size_t>(pair.hit)] = pair.cluster;
  }
  const Lists hits_of = list_by_row(raw_.clusters.size(), pairs);
  const auto targets = label_targets(truth_.cluster_target, truth_.targets, &Target::cluster);
  std::vector<const RawHit*> hits;
  for (std::size_t i = 0; i < raw_.clusters.size(); ++i) {
    hits.clear();
    for (const std::int32_t hit : hits_of.of(i)) hits.push_back(&raw_.hits[static_cast<std::size_t>(hit)]);
    add(table::clusters, cluster_features(raw_.clusters[i], hits));
    const Class of_class = carried_class(targets[i], static_cast<std::int32_t>(i), &Target::cluster);
    add_labels<events::label::columns>(
        table::cluster_labels, {static_cast<std::int32_t>(of_class), targets[i], carriers_.of_clusters[i]});
  }
}

void Builder::add_hits() {
  const auto targets = label_targets(truth_.hit_target, truth_.targets, &Target::hit);
  for (std::size_t i = 0; i < raw_.hits.size(); ++i) {
    add(table::hits, hit_features(raw_.hits[i]));
    const Class of_class = carried_class(targets[i], static_cast<std::int32_t>(i), &Target::hit);
    add_labels<events::label::columns>(table::hit_labels,
                                       {static_cast<std::int32_t>(of_class), targets[i], cluster_of_hit_[i]});
  }
}

void Builder::add_particles() {
  for (const TruthParticle& particle : truth_.particles) {
    const auto record = static_cast<std::size_t>(particle.record);
    const auto momentum = momentum_row(particle.momentum, raw_.charge[record]);
    std::array<float, events::particle::columns> row{};
    std::copy(momentum.begin(), momentum.end(), row.begin());
    row[events::particle::hit_energy] = static_cast<float>(particle.hit_energy);
    row[events::particle::cluster_energy] = static_cast<float>(particle.cluster_energy);
    row[events::particle::track_weight] = static_cast<float>(particle.track_weight);
    add(table::particles, row);
    add_labels<events::particle::label::columns>(
        table::particle_labels, {raw_.pdg[record], raw_.generator_status[record],
                                 static_cast<std::int32_t>(raw_.simulator_status[record]), particle.record,
                                 static_cast<std::int32_t>(particle.fate), particle.target});
  }
}

void Builder::add_targets() {
  for (std::size_t i = 0; i < truth_.targets.size(); ++i) {
    const Target& target = truth_.targets[i];
    const auto momentum = momentum_row(target.momentum, target.charge);
    std::array<float, events::target::columns> row{};
    std::copy(momentum.begin(), momentum.end(), row.begin());
    row[events::target::cluster_energy] = static_cast<float>(target.cluster_energy);
    row[events::target::track_weight] = static_cast<float>(target.track_weight);
    add(table::targets, row);
    add_labels<events::target::label::columns>(
        table::target_labels, {static_cast<std::int32_t>(target.of_class), target.particle, target.track,
                               target.cluster, target.hit, target_jets_.jet_of[i], target.particles});
  }
}

void Builder::add_candidates() {
  std::vector<std::int32_t> tracks(raw_.candidates.size(), 0);
  std::vector<std::int32_t> clusters(raw_.candidates.size(), 0);
  for (const Pair& pair : raw_.candidate_tracks) ++tracks[static_cast<std::size_t>(pair.row)];
  for (const Pair& pair : raw_.candidate_clusters) ++clusters[static_cast<std::size_t>(pair.row)];
  for (std::size_t i = 0; i < raw_.candidates.size(); ++i) {
    const RawCandidate& candidate = raw_.candidates[i];
    add(table::candidates, momentum_row(candidate.momentum, candidate.charge));
    add_labels<events::candidate::label::columns>(
        table::candidate_labels,
        {static_cast<std::int32_t>(carriers_.classes[i]), candidate.pdg, tracks[i], clusters[i]});
  }
}

void Builder::add_jets(MatrixId id, const jets::Jets& jets) {
  for (const FourMomentum& jet : jets.jets) {
    const auto row = momentum_row(jet, 0);
    add<events::jet::columns>(id,
                              {row[events::momentum::pt], row[events::momentum::eta],
                               static_cast<float>(std::atan2(jet.y, jet.x)), row[events::momentum::energy]});
  }
}

void Builder::cluster_targets() {
  std::vector<FourMomentum> momenta;
  for (const Target& target : truth_.targets) momenta.push_back(target.momentum);
  target_jets_ = jets::cluster_jets(momenta);
}

void Builder::cluster_reference() {
  std::vector<FourMomentum> momenta;
  FourMomentum sum;
  for (const std::int32_t row : truth_.reference) {
    const auto i = static_cast<std::size_t>(row);
    const double e = std::sqrt(raw_.px[i] * raw_.px[i] + raw_.py[i] * raw_.py[i] + raw_.pz[i] * raw_.pz[i] +
                               raw_.mass[i] * raw_.mass[i]);
    momenta.push_back({raw_.px[i], raw_.py[i], raw_.pz[i], e});
    sum += momenta.back();
  }
  generator_met_ = std::hypot(sum.x, sum.y);
  add_jets(table::generator_jets, jets::cluster_jets(momenta));
}

/// Of what was measured, and of the record's particles.
std::uint64_t Builder::content_hash() const {
  Hasher hasher;
  for (const MatrixId id : {table::tracks, table::clusters, table::hits, table::particles}) {
    const auto rows = block_.event_bytes(id);
    hasher.bytes(rows.data(), rows.size());
  }
  return hasher.digest().low;
}

}  // namespace

Carriers carry_candidates(const RawEvent& raw) {
  Carriers carriers;
  carriers.of_tracks.assign(raw.tracks.size(), nobody);
  carriers.of_clusters.assign(raw.clusters.size(), nobody);
  const Lists tracks = list_by_row(raw.candidates.size(), raw.candidate_tracks);
  const Lists clusters = list_by_row(raw.candidates.size(), raw.candidate_clusters);
  const auto take = [](std::span<const std::int32_t> elements, std::vector<std::int32_t>& of,
                       std::size_t candidate) {
    for (const std::int32_t element : elements)
      if (std::int32_t& carried = of[static_cast<std::size_t>(element)]; carried == nobody) {
        carried = static_cast<std::int32_t>(candidate);
        return true;
      }
    return false;
  };
  for (std::size_t i = 0; i < raw.candidates.size(); ++i) {
    Class of_class = class_of(raw.candidates[i].pdg, raw.candidates[i].charge);
    if (take(tracks.of(i), carriers.of_tracks, i)) {
      if (of_class == Class::photon || of_class == Class::neutral_hadron) of_class = Class::charged_hadron;
    } else if (take(clusters.of(i), carriers.of_clusters, i)) {
      const bool electromagnetic = of_class == Class::photon || of_class == Class::electron;
      of_class = electromagnetic ? Class::photon : Class::neutral_hadron;
    }
    carriers.classes.push_back(of_class);
  }
  return carriers;
}

EventStatus build_event(const RawEvent& raw, EventStatus status, const EventOrigin& origin,
                        const BuildOptions& options, events::Block& block) {
  return Builder(raw, options, block).build(status, origin);
}

}  // namespace sluice::import
