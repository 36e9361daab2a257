#include "stages/preprocess/gates.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::preprocess {

namespace {

namespace momentum = events::momentum;
namespace target = events::target;
namespace target_label = events::target::label;
namespace element_label = events::label;
using events::Class;
using events::EventTables;

enum Figure : std::size_t {
  track_fit,
  hit_energy,
  cluster_distance,
  track_pt,
  cluster_energy,
  jet_response,
  in_clusters,
  candidate_energy,
  event_energy
};

template <typename T>
std::span<const T> row(std::span<const T> rows, std::size_t columns, std::size_t index) {
  return rows.subspan(index * columns, columns);
}

std::size_t targets_in(const EventTables& event) { return event.targets.size() / target::columns; }
std::span<const float> target_of(const EventTables& event, std::size_t index) {
  return row(event.targets, target::columns, index);
}
std::int32_t target_label_of(const EventTables& event, std::size_t index, std::size_t column) {
  return event.target_labels[index * target_label::columns + column];
}
bool inside(std::int32_t index, std::size_t size) {
  return index >= 0 && static_cast<std::size_t>(index) < size;
}

double angle_between(double phi, double other) { return std::remainder(phi - other, 2 * M_PI); }

/// Radius of the circle through the origin that lies nearest to points: x² + y² = 2ax + 2by.
double circle_radius(const std::vector<std::array<double, 2>>& points) {
  double xx = 0, xy = 0, yy = 0, xs = 0, ys = 0;
  for (const auto& [x, y] : points) {
    const double square = x * x + y * y;
    xx += x * x, xy += x * y, yy += y * y, xs += x * square, ys += y * square;
  }
  const double determinant = xx * yy - xy * xy;
  return std::hypot(xs * yy - ys * xy, ys * xx - xs * xy) / (2 * determinant);
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::warn: return "warn";
    case Verdict::fail: return "fail";
    case Verdict::skip: return "skip";
  }
  return "";
}

Gates::Gates(double field_t) : field_t_(field_t) {
  figures_ = {{"pt of a circle through a target's tracker hits / its pt", 0, 4},
              {"energy of a target's calorimeter hits / its energy", 0, 4},
              {"mean of a cluster's hits to its position (mm)", 0, 2000},
              {"pt of a track / pt of the target it carries", 0, 4},
              {"energy of a cluster / energy of the target it carries", 0, 4},
              {"pt of a target jet / pt of its generator jet", 0, 2},
              {"energy of a target in clusters / its energy", 0, 4},
              {"|energy of candidates - of targets| / of targets", 0, 1},
              {"|energy of targets - (of generator jets + missing pt)| / of the latter", 0, 1}};
}

void Gates::add(const EventTables& event) {
  ++events_;
  add_structure(event);
  add_momenta(event);
  add_hits(event);
  add_track_fits(event);
  add_jets(event);
  add_candidates(event);
  add_muons(event);
}

void Gates::add_structure(const EventTables& event) {
  for (const auto* numbers : {&event.tracks, &event.clusters, &event.hits, &event.targets})
    for (const float number : *numbers)
      if (!std::isfinite(number)) ++no_numbers_;
  if (event.tracks.empty() && event.clusters.empty()) ++no_tracks_or_clusters_;
  std::vector<int> carriers(targets_in(event), 0);
  const auto check = [&](std::span<const std::int32_t> labels, bool count) {
    for (std::size_t at = 0; at + element_label::columns <= labels.size(); at += element_label::columns) {
      const std::int32_t of_class = labels[at + element_label::of_class];
      const std::int32_t number = labels[at + element_label::target];
      if (of_class == 0) continue;
      if (!inside(number, carriers.size()) ||
          of_class != target_label_of(event, static_cast<std::size_t>(number), target_label::of_class))
        ++bad_labels_;
      else if (count)
        ++carriers[static_cast<std::size_t>(number)];
    }
  };
  check(event.track_labels, true);
  check(event.cluster_labels, true);
  check(event.hit_labels, false);
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    const bool by_hit = target_label_of(event, i, target_label::track) < 0 &&
                        target_label_of(event, i, target_label::cluster) < 0;
    if (carriers[i] != (by_hit ? 0 : 1)) ++bad_carriers_;
    const float charge = target_of(event, i)[momentum::charge];
    const bool on_track = target_label_of(event, i, target_label::track) >= 0;
    if (!by_hit && on_track != (charge != 0)) ++bad_charges_;
    const std::int32_t jet = target_label_of(event, i, target_label::jet);
    if (jet < -1 || jet >= static_cast<std::int32_t>(event.target_jets.size() / events::jet::columns))
      ++bad_jets_;
    const std::int32_t particle = target_label_of(event, i, target_label::particle);
    ++targets_;
    constexpr std::int32_t ended = 0x0F000000;
    namespace label = events::particle::label;
    if (inside(particle, event.particle_labels.size() / label::columns) &&
        (event
             .particle_labels[static_cast<std::size_t>(particle) * label::columns + label::simulator_status] &
         ended) != 0)
      ++ended_targets_;
  }
  namespace energy = events::event::energy;
  const double booked = event.energies[energy::targets] + event.energies[energy::no_element] +
                        event.energies[energy::element_taken];
  if (!(std::abs(booked - event.energies[energy::visible]) <=
        1e-6 * std::max(1.0, event.energies[energy::visible])))
    ++bad_books_;
}

void Gates::add_momenta(const EventTables& event) {
  for (std::size_t i = 0; i < targets_in(event); ++i) {
    const auto wanted = target_of(event, i);
    const std::int32_t track = target_label_of(event, i, target_label::track);
    const std::int32_t cluster = target_label_of(event, i, target_label::cluster);
    figures_[in_clusters].add(wanted[target::cluster_energy] / wanted[momentum::energy]);
    if (inside(track, event.tracks.size() / events::track::columns)) {
      const auto features = row(event.tracks, events::track::columns, static_cast<std::size_t>(track));
      figures_[track_pt].add(features[events::track::pt] / wanted[momentum::pt]);
    }
    if (inside(cluster, event.clusters.size() / events::cluster::columns)) {
      const auto features = row(event.clusters, events::cluster::columns, static_cast<std::size_t>(cluster));
      figures_[cluster_energy].add(features[events::cluster::energy] / wanted[momentum::energy]);
    }
  }
}

void Gates::add_hits(const EventTables& event) {
  if (event.hits.empty()) return;
  namespace hit = events::hit;
  ++with_hits_;
  std::vector<double> energies(targets_in(event), 0);
  struct Sum {
    double x = 0, y = 0, z = 0, count = 0;
  };
  std::vector<Sum> sums(event.clusters.size() / events::cluster::columns);
  bool tracker = false;
  bool calorimeter = false;
  for (std::size_t i = 0; i < event.hits.size() / hit::columns; ++i) {
    const auto features = row(event.hits, hit::columns, i);
    const auto labels = row(event.hit_labels, element_label::columns, i);
    const bool in_tracker = features[hit::elemtype] == events::type_track;
    (in_tracker ? tracker : calorimeter) = true;
    if (in_tracker) continue;
    if (const std::int32_t of = labels[element_label::target]; inside(of, energies.size()))
      energies[static_cast<std::size_t>(of)] += features[hit::energy];
    if (const std::int32_t in = labels[element_label::candidate]; inside(in, sums.size())) {
      Sum& sum = sums[static_cast<std::size_t>(in)];
      sum.x += features[hit::x], sum.y += features[hit::y], sum.z += features[hit::z], ++sum.count;
    }
  }
  if (tracker && calorimeter) ++with_both_kinds_of_hits_;
  for (std::size_t i = 0; i < energies.size(); ++i)
    if (energies[i] > 0) figures_[hit_energy].add(energies[i] / target_of(event, i)[momentum::energy]);
  constexpr double enough_hits = 5;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].count < enough_hits) continue;
    const auto features = row(event.clusters, events::cluster::columns, i);
    figures_[cluster_distance].add(std::hypot(sums[i].x / sums[i].count - features[events::cluster::x],
                                              sums[i].y / sums[i].count - features[events::cluster::y],
                                              sums[i].z / sums[i].count - features[events::cluster::z]));
  }
}

void Gates::add_track_fits(const EventTables& event) {
  namespace hit = events::hit;
  std::vector<std::vector<std::array<double, 2>>> points(targets_in(event));
  for (std::size_t i = 0; i < event.hits.size() / hit::columns; ++i) {
    const auto features = row(event.hits, hit::columns, i);
    const std::int32_t of = event.hit_labels[i * element_label::columns + element_label::target];
    if (features[hit::elemtype] == events::type_track && inside(of, points.size()))
      points[static_cast<std::size_t>(of)].push_back({features[hit::x], features[hit::y]});
  }
  constexpr std::size_t enough_points = 4;
  constexpr double gev_per_tesla_mm = 2.99792458e-4;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].size() >= enough_points && target_label_of(event, i, target_label::track) >= 0)
      figures_[track_fit].add(gev_per_tesla_mm * field_t_ * circle_radius(points[i]) /
                              target_of(event, i)[momentum::pt]);
}

void Gates::add_jets(const EventTables& event) {
  namespace jet = events::jet;
  const std::size_t count = event.generator_jets.size() / jet::columns;
  if (count > 0) ++with_jet_;
  double energy = event.energies[events::event::energy::generator_met];
  if (!std::isfinite(energy)) ++bad_met_;
  constexpr double nearest = 0.1;
  for (std::size_t i = 0; i < count; ++i) {
    const auto generated = row(event.generator_jets, jet::columns, i);
    energy += generated[jet::energy];
    ++jets_;
    double best = nearest;
    double response = -1;
    for (std::size_t k = 0; k < event.target_jets.size() / jet::columns; ++k) {
      const auto made = row(event.target_jets, jet::columns, k);
      const double distance = std::hypot(made[jet::eta] - generated[jet::eta],
                                         angle_between(made[jet::phi], generated[jet::phi]));
      if (distance >= best) continue;
      best = distance;
      response = made[jet::pt] / generated[jet::pt];
    }
    if (response < 0) continue;
    ++matched_jets_;
    figures_[jet_response].add(response);
  }
  const double targets = event.energies[events::event::energy::targets];
  if (count > 0 && energy > 0) figures_[event_energy].add(std::abs(targets - energy) / energy);
}

void Gates::add_candidates(const EventTables& event) {
  if (event.candidates.empty()) return;
  ++with_candidates_;
  double energy = 0;
  for (std::size_t at = 0; at < event.candidates.size(); at += momentum::columns)
    energy += event.candidates[at + momentum::energy];
  const double targets = event.energies[events::event::energy::targets];
  if (targets > 0) figures_[candidate_energy].add(std::abs(energy - targets) / targets);
}

void Gates::add_muons(const EventTables& event) {
  for (std::size_t i = 0; i < targets_in(event); ++i) {
    if (target_label_of(event, i, target_label::of_class) != static_cast<std::int32_t>(Class::muon)) continue;
    ++muons_;
    const auto muon = target_of(event, i);
    constexpr double minimum_ionising = 0.1;
    if (muon[target::cluster_energy] < minimum_ionising * muon[momentum::energy]) ++quiet_muons_;
  }
}

}  // namespace sluice::preprocess
