#include "stages/import/collect.h"

#include <algorithm>
#include <cmath>

namespace sluice::import {

namespace {

constexpr std::int32_t at_interaction_point = 1;  // edm4hep::TrackState::location
constexpr std::int32_t at_first_hit = 2;

template <typename T>
T value(std::span<const T> values, std::size_t i) {
  return i < values.size() ? values[i] : T{};
}

}  // namespace

events::EventStatus Collector::collect(const edm4hep::Columns& columns, std::uint64_t event, RawEvent& out) {
  columns_ = &columns;
  event_ = event;
  out_ = &out;
  out.clear();
  broken_ = false;
  count_objects();
  collect_record();
  for (const TrackSource& source : sources_.tracks) collect_tracks(source);
  for (const HitSource& source : sources_.hits) collect_hits(source);
  for (const ClusterSource& source : sources_.clusters) collect_clusters(source);
  if (sources_.candidates) collect_candidates(*sources_.candidates);
  collect_leads();
  std::size_t first = 0;
  for (const HitSource& source : sources_.hits) {
    collect_hit_contributions(source, first);
    first += column<float>(source.energy).size();
  }
  for (const LinkSource& link : sources_.hit_links) collect_links(link, ListKind::hit, out.hit_links);
  for (const LinkSource& link : sources_.track_links) collect_links(link, ListKind::track, out.track_links);
  for (const LinkSource& link : sources_.cluster_links)
    collect_links(link, ListKind::cluster, out.cluster_links);
  if (!sources_.candidate_links.empty()) collect_candidate_links();
  return broken_ ? events::EventStatus::broken_reference : events::EventStatus::ok;
}

void Collector::count_objects() {
  resolver_.begin_event();
  resolver_.add_collection(ListKind::particle, column<std::int32_t>(sources_.record.pdg).size());
  for (const auto& source : sources_.tracks)
    resolver_.add_collection(ListKind::track, column<std::uint32_t>(source.states_begin).size());
  for (const auto& source : sources_.clusters)
    resolver_.add_collection(ListKind::cluster, column<float>(source.energy).size());
  for (const auto& source : sources_.hits)
    resolver_.add_collection(ListKind::hit, column<float>(source.energy).size());
  if (sources_.candidates)
    resolver_.add_collection(ListKind::candidate, column<std::int32_t>(sources_.candidates->pdg).size());
  for (const auto& source : sources_.leads)
    resolver_.add_collection(ListKind::lead, relation(source.particle).index.size());
}

void Collector::collect_record() {
  const RecordSource& source = sources_.record;
  out_->pdg = column<std::int32_t>(source.pdg);
  out_->generator_status = column<std::int32_t>(source.generator_status);
  out_->simulator_status = column<std::uint32_t>(source.simulator_status);
  out_->charge = column<float>(source.charge);
  out_->px = column<double>(source.px);
  out_->py = column<double>(source.py);
  out_->pz = column<double>(source.pz);
  out_->mass = column<double>(source.mass);
  const std::size_t count = out_->pdg.size();
  const auto complete = [&](std::size_t size) { broken_ = broken_ || size != count; };
  complete(out_->generator_status.size());
  complete(out_->simulator_status.size());
  complete(out_->charge.size());
  for (const auto* numbers : {&out_->px, &out_->py, &out_->pz, &out_->mass}) complete(numbers->size());
  collect_descents(source.parents, true);
  collect_descents(source.daughters, false);
}

void Collector::collect_descents(const RelationSlots& slots, bool parents) {
  const EventRelation relatives = relation(slots);
  if (!relatives.there) return;
  for (std::size_t i = 0; i < out_->pdg.size(); ++i) {
    const auto range = relatives.of(i);
    if (!range) {
      broken_ = true;
      return;
    }
    for (std::size_t k = range->first; k < range->second; ++k) {
      const std::int32_t other = resolver_.row(ListKind::particle, relatives.index[k], relatives.id[k]);
      const auto self = static_cast<std::int32_t>(i);
      out_->descents.push_back(parents ? Descent{other, self} : Descent{self, other});
    }
  }
}

void Collector::collect_tracks(const TrackSource& source) {
  const auto begins = column<std::uint32_t>(source.states_begin);
  const auto ends = column<std::uint32_t>(source.states_end);
  const auto location = column<std::int32_t>(source.location);
  const auto chi2 = column<float>(source.chi2);
  const auto ndf = column<float>(source.ndf);
  const auto radius = column<float>(source.radius);
  const auto x = column<float>(source.reference_x);
  const auto y = column<float>(source.reference_y);
  const std::size_t first = out_->tracks.size();
  for (std::size_t i = 0; i < begins.size(); ++i) {
    RawTrack& track = out_->tracks.emplace_back();
    if (i >= ends.size() || begins[i] > ends[i] || ends[i] > location.size()) {
      broken_ = true;
      return;
    }
    track.chi2 = value(chi2, i);
    track.ndf = value(ndf, i);
    track.radius_of_innermost_hit = value(radius, i);
    if (begins[i] == ends[i]) continue;
    std::size_t perigee = begins[i];
    std::size_t innermost = begins[i];
    for (std::size_t k = ends[i]; k-- > begins[i];) {
      if (location[k] == at_interaction_point) perigee = k;
      if (location[k] == at_first_hit) innermost = k;
    }
    track.d0 = value(column<float>(source.d0), perigee);
    track.phi = value(column<float>(source.phi), perigee);
    track.omega = value(column<float>(source.omega), perigee);
    track.z0 = value(column<float>(source.z0), perigee);
    track.tan_lambda = value(column<float>(source.tan_lambda), perigee);
    track.time = value(column<float>(source.time), perigee);
    if (location[innermost] == at_first_hit || !source.radius)
      track.radius_of_innermost_hit = std::hypot(value(x, innermost), value(y, innermost));
  }
  collect_dedx(source, first);
}

void Collector::collect_dedx(const TrackSource& source, std::size_t first) {
  const auto dedx = column<float>(source.dedx);
  const auto error = column<float>(source.dedx_error);
  const EventRelation to_track = relation(source.dedx_track);
  for (std::size_t i = 0; i < dedx.size(); ++i) {
    std::size_t row = first + i;  // side by side, unless the file says whose it is
    if (to_track.there && i < to_track.index.size()) {
      const std::int32_t track = resolver_.row(ListKind::track, to_track.index[i], to_track.id[i]);
      if (track != nobody) row = static_cast<std::size_t>(track);
    }
    if (row >= out_->tracks.size()) continue;
    out_->tracks[row].dedx = dedx[i];
    out_->tracks[row].dedx_error = value(error, i);
  }
}

void Collector::collect_clusters(const ClusterSource& source) {
  const auto energy = column<float>(source.energy);
  const auto x = column<float>(source.x);
  const auto y = column<float>(source.y);
  const auto z = column<float>(source.z);
  const auto theta = column<float>(source.theta);
  const auto phi = column<float>(source.phi);
  check(x, energy.size());
  const EventRelation hits = relation(source.hits);
  for (std::size_t i = 0; i < energy.size(); ++i) {
    const auto cluster = static_cast<std::int32_t>(out_->clusters.size());
    out_->clusters.push_back(
        {energy[i], {value(x, i), value(y, i), value(z, i)}, value(theta, i), value(phi, i)});
    if (!hits.there) continue;
    const auto range = hits.of(i);
    if (!range) {
      broken_ = true;
      return;
    }
    for (std::size_t k = range->first; k < range->second; ++k)
      out_->cluster_hits.push_back({cluster, resolver_.row(ListKind::hit, hits.index[k], hits.id[k])});
  }
}

void Collector::collect_hits(const HitSource& source) {
  const auto energy = column<float>(source.energy);
  const auto x = column<float>(source.x);
  const auto y = column<float>(source.y);
  const auto z = column<float>(source.z);
  const auto time = column<float>(source.time);
  const auto type = column<std::int32_t>(source.type);
  check(x, energy.size());
  check(y, energy.size());
  check(z, energy.size());
  out_->hits.reserve(out_->hits.size() + energy.size());
  const auto scale = static_cast<float>(source.scale);
  for (std::size_t i = 0; i < energy.size(); ++i)
    out_->hits.push_back({energy[i] * scale,
                          {value(x, i), value(y, i), value(z, i)},
                          value(time, i),
                          value(type, i),
                          source.subdetector});
}

void Collector::collect_leads() {
  lead_particle_.clear();
  lead_energy_.clear();
  for (const LeadSource& source : sources_.leads) {
    const EventRelation to = relation(source.particle);
    const auto energy = column<float>(source.energy);
    for (std::size_t i = 0; i < to.index.size(); ++i) {
      lead_particle_.push_back(to.there ? resolver_.row(ListKind::particle, to.index[i], to.id[i]) : nobody);
      lead_energy_.push_back(i < energy.size() ? energy[i] : 1);
    }
  }
}

void Collector::collect_hit_contributions(const HitSource& source, std::size_t first) {
  const std::size_t count = column<float>(source.energy).size();
  const EventRelation contributions = relation(source.contributions);
  const EventRelation particles = relation(source.particle);
  for (std::size_t i = 0; i < count; ++i) {
    const auto hit = static_cast<std::int32_t>(first + i);
    if (particles.there && i < particles.index.size())
      out_->hit_links.push_back(
          {hit, resolver_.row(ListKind::particle, particles.index[i], particles.id[i]), 1});
    if (!contributions.there) continue;
    const auto range = contributions.of(i);
    if (!range) {
      broken_ = true;
      return;
    }
    for (std::size_t k = range->first; k < range->second; ++k) {
      const std::int32_t lead = resolver_.row(ListKind::lead, contributions.index[k], contributions.id[k]);
      if (lead == nobody)
        ++out_->dangling;
      else
        out_->hit_links.push_back({hit, lead_particle_[static_cast<std::size_t>(lead)],
                                   lead_energy_[static_cast<std::size_t>(lead)]});
    }
  }
}

void Collector::collect_candidates(const CandidateSource& source) {
  const auto pdg = column<std::int32_t>(source.pdg);
  const auto charge = column<float>(source.charge);
  const auto px = column<double>(source.px);
  const auto py = column<double>(source.py);
  const auto pz = column<double>(source.pz);
  const auto energy = column<double>(source.energy);
  const auto elements = [&](const RelationSlots& slots, ListKind kind, std::size_t i,
                            std::vector<Pair>& out) {
    const EventRelation to = relation(slots);
    if (!to.there) return;
    const auto range = to.of(i);
    if (!range) {
      broken_ = true;
      return;
    }
    for (std::size_t k = range->first; k < range->second; ++k) {
      const std::int32_t row = resolver_.row(kind, to.index[k], to.id[k]);
      if (row == nobody)
        ++out_->dangling;
      else
        out.push_back({static_cast<std::int32_t>(i), row});
    }
  };
  for (std::size_t i = 0; i < pdg.size(); ++i) {
    const FourMomentum momentum{value(px, i), value(py, i), value(pz, i), value(energy, i)};
    out_->candidates.push_back({pdg[i], value(charge, i), momentum});
    elements(source.tracks, ListKind::track, i, out_->candidate_tracks);
    elements(source.clusters, ListKind::cluster, i, out_->candidate_clusters);
  }
}

std::int32_t Collector::particle(std::int32_t index, std::uint32_t id) {
  const std::int32_t direct = resolver_.row(ListKind::particle, index, id);
  if (direct != nobody) return direct;
  const std::int32_t lead = resolver_.row(ListKind::lead, index, id);
  return lead == nobody ? nobody : lead_particle_[static_cast<std::size_t>(lead)];
}

void Collector::collect_links(const LinkSource& source, ListKind from, std::vector<Link>& out) {
  const auto weight = column<float>(source.weight);
  const EventRelation reco = relation(source.from);
  const EventRelation truth = relation(source.to);
  if (reco.index.size() != truth.index.size()) broken_ = true;
  if (broken_ || !reco.there || !truth.there) return;
  // Nobody has set weights that are all 0 (fast simulations): then one link counts as much as another.
  const bool weighted = std::any_of(weight.begin(), weight.end(), [](float number) { return number != 0; });
  for (std::size_t i = 0; i < reco.index.size(); ++i)
    out.push_back({resolver_.row(from, reco.index[i], reco.id[i]), particle(truth.index[i], truth.id[i]),
                   weighted ? value(weight, i) : 1});
}

/// Links of candidates count for their tracks and, by the clusters' energies, for their clusters.
void Collector::collect_candidate_links() {
  std::vector<Link> links;
  for (const LinkSource& source : sources_.candidate_links) collect_links(source, ListKind::candidate, links);
  const Lists tracks = list_by_row(out_->candidates.size(), out_->candidate_tracks);
  const Lists clusters = list_by_row(out_->candidates.size(), out_->candidate_clusters);
  std::vector<double> sums(out_->candidates.size(), 0);
  for (const Link& link : links)
    if (link.element != nobody && link.weight > 0)
      sums[static_cast<std::size_t>(link.element)] += link.weight;
  for (const Link& link : links) {
    if (link.element == nobody) {
      ++out_->dangling;
      continue;
    }
    const auto candidate = static_cast<std::size_t>(link.element);
    const auto share = static_cast<float>(link.weight / sums[candidate]);
    for (const std::int32_t track : tracks.of(candidate))
      out_->track_links.push_back({track, link.particle, share});
    for (const std::int32_t cluster : clusters.of(candidate))
      out_->cluster_links.push_back(
          {cluster, link.particle, share * out_->clusters[static_cast<std::size_t>(cluster)].energy});
  }
}

}  // namespace sluice::import
