#include "stages/import/truth.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "stages/import/deposits.h"
#include "stages/import/surrogates.h"
#include "stages/import/weights.h"

namespace sluice::import {

namespace {

using events::Class;
using events::EventStatus;
using events::Fate;

// Visible is who left a tenth of its energy in hits; or, being charged, half a GeV (muons leave no more,
// however high their energy); or a fifth of a track's hits.
constexpr double least_share_in_hits = 0.10;
constexpr double least_charged_energy_gev = 0.5;
constexpr double least_track_weight = 0.2;
// A cluster carries a particle that left at least half as much in it as in its best one. Less is a splinter
// of a shower that is elsewhere, from which nobody could tell the particle's momentum.
constexpr double least_share_of_best = 0.5;

/// Stopped, left the detector, or decayed in it: bits 24 to 27 of the simulator status.
constexpr std::uint32_t propagated = 0x0F000000;

class Finder {
 public:
  explicit Finder(const TruthInput& input)
      : input_(input),
        record_{input.pdg, input.generator_status},
        ancestry_(input.pdg.size(), input.descents),
        answerable_(find_answerable(record_, ancestry_)) {}

  Truth find() {
    truth_.dangling_references = ancestry_.dangling();
    truth_.cycles_cut = ancestry_.cycles_cut();
    choose_reference();
    gather();
    if (!choose_visible()) return std::move(truth_);
    host();
    merge();
    stand_for_hits();
    label_elements();
    close_books();
    return std::move(truth_);
  }

 private:
  void choose_reference();
  void gather();
  void list_particles(const Deposits& deposits);
  WeightTable table(const std::vector<Weight>& entries, std::size_t elements) const;
  bool choose_visible();
  bool is_visible(std::size_t particle) const;
  void host();
  Fate find_carrier(std::size_t particle, Target& target);
  std::int32_t free_track(std::size_t particle) const;
  std::int32_t free_cluster(std::size_t particle) const;
  Target make_target(std::size_t particle) const;
  void merge();
  void stand_for_hits();
  void label_elements();
  void close_books();

  float charge(std::size_t particle) const {
    return input_.charge[static_cast<std::size_t>(truth_.particles[particle].record)];
  }

  const TruthInput& input_;
  Record record_;
  Ancestry ancestry_;
  std::vector<std::int32_t> answerable_;  ///< for each row of the record
  Truth truth_;
  std::vector<std::int32_t> particle_of_;  ///< row of the record -> row of truth_.particles
  std::vector<char> surrogate_;            ///< by row of truth_.particles, as all below
  WeightTable hits_;
  WeightTable clusters_;
  WeightTable tracks_;
  std::vector<char> visible_;
  std::vector<std::size_t> by_energy_;  ///< the visible ones
  std::vector<char> track_used_;
  std::vector<char> cluster_used_;
  std::vector<char> hit_used_;
  std::vector<std::int32_t> cluster_owner_;  ///< target that a cluster carries
};

void Finder::choose_reference() {
  std::vector<char> has(input_.pdg.size(), 0);
  bool any = false;
  for (std::size_t i = 0; i < has.size(); ++i) {
    has[i] = static_cast<char>((input_.simulator_status[i] & propagated) != 0);
    any = any || has[i] != 0;
  }
  // A fast simulation sets no bits at all: then every stable particle counts.
  for (const std::int32_t particle : stable_particles(record_))
    if (!any || has[static_cast<std::size_t>(particle)] != 0) truth_.reference.push_back(particle);
  if (!any) return;
  const auto surrogates = find_surrogates(record_, ancestry_, has);
  truth_.reference.insert(truth_.reference.end(), surrogates.begin(), surrogates.end());
  std::sort(truth_.reference.begin(), truth_.reference.end());
}

void Finder::gather() {
  const Deposits deposits = read_links(input_);
  truth_.dangling_references += deposits.dangling;
  truth_.weightless_links = deposits.weightless;
  list_particles(deposits);
  hits_ = table(deposits.hits, input_.hit_energy.size());
  tracks_ = table(deposits.tracks, input_.track_charge.size());
  std::vector<Weight> in_hits = in_clusters(input_, hits_, truth_.dangling_references);
  const WeightTable direct = table(deposits.clusters, input_.clusters);
  in_hits.insert(in_hits.end(), direct.all().begin(), direct.all().end());
  clusters_ = WeightTable(truth_.particles.size(), input_.clusters, in_hits);
  for (std::size_t i = 0; i < truth_.particles.size(); ++i) {
    TruthParticle& particle = truth_.particles[i];
    particle.hit_energy = hits_.sum(i) + direct.sum(i);
    particle.cluster_energy = clusters_.sum(i);
    particle.track_weight = tracks_.largest(i);
  }
}

void Finder::list_particles(const Deposits& deposits) {
  std::vector<char> has(input_.pdg.size(), 0);
  for (const auto* entries : {&deposits.hits, &deposits.tracks, &deposits.clusters})
    for (const Weight& entry : *entries)
      has[static_cast<std::size_t>(answerable_[static_cast<std::size_t>(entry.particle)])] = 1;
  std::vector<std::int32_t> rows = stable_particles(record_);
  const auto surrogates = find_surrogates(record_, ancestry_, has);
  rows.insert(rows.end(), surrogates.begin(), surrogates.end());
  std::sort(rows.begin(), rows.end());
  particle_of_.assign(input_.pdg.size(), nobody);
  surrogate_.assign(rows.size(), 0);
  for (const std::int32_t row : rows) {
    const auto i = static_cast<std::size_t>(row);
    particle_of_[i] = static_cast<std::int32_t>(truth_.particles.size());
    surrogate_[truth_.particles.size()] =
        static_cast<char>(std::binary_search(surrogates.begin(), surrogates.end(), row));
    TruthParticle particle;
    particle.record = row;
    particle.momentum = {input_.px[i], input_.py[i], input_.pz[i], 0};
    particle.momentum.e = std::sqrt(input_.px[i] * input_.px[i] + input_.py[i] * input_.py[i] +
                                    input_.pz[i] * input_.pz[i] + input_.mass[i] * input_.mass[i]);
    truth_.particles.push_back(particle);
  }
}

/// Gathers what rows of the record left at the particles that answer for them.
WeightTable Finder::table(const std::vector<Weight>& entries, std::size_t elements) const {
  std::vector<Weight> gathered;
  gathered.reserve(entries.size());
  for (const Weight& entry : entries) {
    const std::int32_t row = answerable_[static_cast<std::size_t>(entry.particle)];
    const std::int32_t particle = particle_of_[static_cast<std::size_t>(row)];
    if (particle != nobody) gathered.push_back({particle, entry.element, entry.weight});
  }
  return {truth_.particles.size(), elements, gathered};
}

bool Finder::is_visible(std::size_t i) const {
  const TruthParticle& particle = truth_.particles[i];
  return surrogate_[i] != 0 || particle.hit_energy > least_share_in_hits * particle.momentum.e ||
         (particle.hit_energy > least_charged_energy_gev && charge(i) != 0) ||
         particle.track_weight >= least_track_weight;
}

bool Finder::choose_visible() {
  const std::size_t count = truth_.particles.size();
  visible_.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(truth_.particles[i].momentum.e)) {
      truth_.status = EventStatus::broken_particle;
      return false;
    }
    visible_[i] = static_cast<char>(is_visible(i));
    if (visible_[i] != 0) by_energy_.push_back(i);
  }
  std::stable_sort(by_energy_.begin(), by_energy_.end(), [&](std::size_t a, std::size_t b) {
    return truth_.particles[a].momentum.e > truth_.particles[b].momentum.e;
  });
  if (by_energy_.empty()) truth_.status = EventStatus::no_visible_particle;
  return !by_energy_.empty();
}

Target Finder::make_target(std::size_t i) const {
  const TruthParticle& particle = truth_.particles[i];
  Target target;
  target.momentum = particle.momentum;
  target.cluster_energy = particle.cluster_energy;
  target.track_weight = particle.track_weight;
  target.particle = static_cast<std::int32_t>(i);
  target.charge = charge(i);
  target.of_class = class_of(input_.pdg[static_cast<std::size_t>(particle.record)], target.charge);
  return target;
}

/// Particles choose by falling energy: a track of their own, or else a cluster of their own.
void Finder::host() {
  track_used_.assign(input_.track_charge.size(), 0);
  cluster_used_.assign(input_.clusters, 0);
  hit_used_.assign(input_.hit_energy.size(), 0);
  cluster_owner_.assign(input_.clusters, nobody);
  for (const std::size_t i : by_energy_) {
    Target target = make_target(i);
    const Fate fate = find_carrier(i, target);
    if (fate == Fate::invisible) continue;
    const auto row = static_cast<std::int32_t>(truth_.targets.size());
    if (target.cluster != nobody) cluster_owner_[static_cast<std::size_t>(target.cluster)] = row;
    truth_.particles[i].fate = fate;
    truth_.particles[i].target = row;
    truth_.targets.push_back(target);
  }
}

/// The one with most of it; of equal ones (as those of a decay in flight are) the hardest, as their order is
/// nothing that was measured.
std::int32_t Finder::free_track(std::size_t i) const {
  std::int32_t best = nobody;
  double most = 0;
  const auto momentum = [&](std::int32_t track) {
    return track == nobody || input_.track_momentum.empty()
               ? 0
               : input_.track_momentum[static_cast<std::size_t>(track)];
  };
  for (const Weight& entry : tracks_.of(i)) {
    if (track_used_[static_cast<std::size_t>(entry.element)] != 0 || entry.weight < most || entry.weight <= 0)
      continue;
    if (entry.weight == most && momentum(entry.element) <= momentum(best)) continue;
    best = entry.element;
    most = entry.weight;
  }
  return best;
}

std::int32_t Finder::free_cluster(std::size_t i) const {
  const std::int32_t best = best_unused(clusters_, i, cluster_used_);
  for (const Weight& entry : clusters_.of(i))
    if (entry.element == best && entry.weight < least_share_of_best * clusters_.largest(i)) return nobody;
  return best;
}

/// Fate::invisible when nothing is left to carry it. What carries a target limits what it can be.
Fate Finder::find_carrier(std::size_t i, Target& target) {
  const auto take = [](std::int32_t element, std::vector<char>& used, std::int32_t& carrier) {
    carrier = element;
    if (element != nobody) used[static_cast<std::size_t>(element)] = 1;
    return element != nobody;
  };
  if (take(free_track(i), track_used_, target.track)) {
    if (target.charge == 0) target.charge = input_.track_charge[static_cast<std::size_t>(target.track)];
    if (target.of_class == Class::photon || target.of_class == Class::neutral_hadron)
      target.of_class = Class::charged_hadron;
    return Fate::on_track;
  }
  if (take(free_cluster(i), cluster_used_, target.cluster)) {
    const bool electromagnetic = target.of_class == Class::photon || target.of_class == Class::electron;
    target.of_class = electromagnetic ? Class::photon : Class::neutral_hadron;
    target.charge = 0;
    return Fate::on_cluster;
  }
  if (input_.hits_carry_targets && take(best_unused(hits_, i, hit_used_), hit_used_, target.hit))
    return Fate::on_hit;
  return Fate::invisible;
}

/// Who found all its clusters taken is added to the target that its best cluster carries.
void Finder::merge() {
  const std::vector<char> none_used(input_.clusters, 0);
  for (const std::size_t i : by_energy_) {
    TruthParticle& particle = truth_.particles[i];
    if (particle.target != nobody) continue;
    const std::int32_t best = best_unused(clusters_, i, none_used);
    if (best == nobody) {
      particle.fate = tracks_.of(i).empty() ? Fate::no_element : Fate::element_taken;
      continue;
    }
    particle.fate = Fate::merged;
    particle.target = cluster_owner_[static_cast<std::size_t>(best)];
    Target& target = truth_.targets[static_cast<std::size_t>(particle.target)];
    target.momentum += particle.momentum;
    target.cluster_energy += particle.cluster_energy;
    target.particles += 1;
  }
}

/// Each target takes a hit of its own, if it can: what carries it when hits are the input.
void Finder::stand_for_hits() {
  if (input_.hits_carry_targets) return;
  std::vector<char> used(input_.hit_energy.size(), 0);
  for (Target& target : truth_.targets) {
    target.hit = best_unused(hits_, static_cast<std::size_t>(target.particle), used);
    if (target.hit != nobody) used[static_cast<std::size_t>(target.hit)] = 1;
  }
}

void Finder::label_elements() {
  const auto targets_of = [&](const WeightTable& weights, std::size_t elements) {
    std::vector<std::int32_t> result = dominant(weights, elements, visible_);
    for (std::int32_t& winner : result)
      if (winner != nobody) winner = truth_.particles[static_cast<std::size_t>(winner)].target;
    return result;
  };
  truth_.track_target = targets_of(tracks_, input_.track_charge.size());
  truth_.cluster_target = targets_of(clusters_, input_.clusters);
  truth_.hit_target = targets_of(hits_, input_.hit_energy.size());
}

void Finder::close_books() {
  for (const std::size_t i : by_energy_) {
    const TruthParticle& particle = truth_.particles[i];
    truth_.visible_energy += particle.momentum.e;
    if (particle.fate == Fate::no_element) truth_.no_element_energy += particle.momentum.e;
    if (particle.fate == Fate::element_taken) truth_.element_taken_energy += particle.momentum.e;
  }
  for (const Target& target : truth_.targets) truth_.target_energy += target.momentum.e;
}

}  // namespace

bool is_neutrino(std::int32_t pdg) {
  const std::int64_t kind = std::abs(static_cast<std::int64_t>(pdg));
  return kind == 12 || kind == 14 || kind == 16;
}

Class class_of(std::int32_t pdg, float charge) {
  switch (std::abs(static_cast<std::int64_t>(pdg))) {
    case 22: return Class::photon;
    case 11: return Class::electron;
    case 13: return Class::muon;
    default: return charge != 0 ? Class::charged_hadron : Class::neutral_hadron;
  }
}

Truth find_truth(const TruthInput& input) { return Finder(input).find(); }

}  // namespace sluice::import
