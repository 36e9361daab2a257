#include "stages/simulate/chain/simulate_event.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stages/simulate/flow/flow.h"
#include "stages/simulate/shower/calorimeters.h"
#include "stages/simulate/tracker/transport.h"

namespace sluice::simulate {

namespace {

void add_particles(const Transported& transported, SimulatedEvent& event) {
  const auto& particles = transported.particles;
  std::vector<std::vector<std::uint32_t>> daughters(particles.size());
  event.particles.resize(particles.size());
  for (std::uint32_t i = 0; i < particles.size(); ++i) {
    const Particle& from = particles[i];
    McParticle& to = event.particles[i];
    to.pdg = from.pdg;
    to.generator_status = from.status;
    to.simulator_status = transported.fates[i].status;
    to.charge = static_cast<float>(from.charge);
    to.time_ns = static_cast<float>(from.time_ns);
    to.mass = from.mass;
    to.vertex = from.vertex;
    to.endpoint = transported.fates[i].endpoint;
    to.momentum = from.momentum;
    to.parents.begin = static_cast<std::uint32_t>(event.parents.size());
    for (const int parent : from.parents) {
      event.parents.push_back(static_cast<std::uint32_t>(parent));
      daughters[static_cast<std::size_t>(parent)].push_back(i);
    }
    to.parents.end = static_cast<std::uint32_t>(event.parents.size());
  }
  for (std::size_t i = 0; i < particles.size(); ++i) {
    event.particles[i].daughters.begin = static_cast<std::uint32_t>(event.daughters.size());
    event.daughters.insert(event.daughters.end(), daughters[i].begin(), daughters[i].end());
    event.particles[i].daughters.end = static_cast<std::uint32_t>(event.daughters.size());
  }
}

/// Hits go by part; tracks refer to them from the inside out.
void add_tracks(const Transported& transported, SimulatedEvent& event) {
  std::array<std::uint32_t, tracker_parts + 1> next{};
  for (const auto& flight : transported.hits)
    for (const MadeHit& made : flight) ++next[static_cast<std::size_t>(made.part) + 1];
  for (std::size_t part = 0; part < tracker_parts; ++part) next[part + 1] += next[part];
  event.tracker_begin = next;
  event.tracker_hits.resize(next.back());
  std::vector<std::vector<std::uint32_t>> places(transported.hits.size());
  for (std::size_t flight = 0; flight < transported.hits.size(); ++flight)
    for (const MadeHit& made : transported.hits[flight]) {
      const std::uint32_t place = next[static_cast<std::size_t>(made.part)]++;
      event.tracker_hits[place] = made.hit;
      places[flight].push_back(place);
    }
  for (const Transported::FoundTrack& found : transported.tracks) {
    Track track = found.track;
    track.hits.begin = static_cast<std::uint32_t>(event.track_hits.size());
    event.track_hits.insert(event.track_hits.end(), places[found.flight].begin(), places[found.flight].end());
    track.hits.end = static_cast<std::uint32_t>(event.track_hits.size());
    event.track_links.push_back({1, static_cast<std::uint32_t>(event.tracks.size()), found.particle});
    event.tracks.push_back(track);
  }
}

Cluster cluster_of(const Detector& detector, const SimulatedEvent& event, const HitGroup& group) {
  const ClusterShape shape = shape_of(event.calo_hits, group, detector.region(CaloPart::ecal_barrel)->layers);
  Cluster cluster;
  cluster.energy = static_cast<float>(shape.energy);
  const double eta = std::asinh(shape.centre.z / std::max(shape.centre.perp(), 1.0));
  const EnergyResolution& resolution =
      at_eta(shape.ecal_share() > 0.9 ? detector.em : detector.hadronic, eta);
  cluster.energy_error = static_cast<float>(std::sqrt(resolution.variance(shape.energy)));
  cluster.position = {static_cast<float>(shape.centre.x), static_cast<float>(shape.centre.y),
                      static_cast<float>(shape.centre.z)};
  cluster.theta = static_cast<float>(std::acos(std::clamp(shape.direction.z, -1.0, 1.0)));
  cluster.phi = static_cast<float>(shape.direction.phi());
  for (const std::uint32_t hit : group)
    cluster.part_energies[static_cast<std::size_t>(event.part_of(hit))] += event.calo_hits[hit].energy;
  return cluster;
}

void add_flow(const Detector& detector, const FlowOutput& flow, SimulatedEvent& event) {
  for (const HitGroup& group : flow.clusters) {
    Cluster cluster = cluster_of(detector, event, group);
    cluster.hits.begin = static_cast<std::uint32_t>(event.cluster_hits.size());
    event.cluster_hits.insert(event.cluster_hits.end(), group.begin(), group.end());
    cluster.hits.end = static_cast<std::uint32_t>(event.cluster_hits.size());
    event.clusters.push_back(cluster);
  }
  for (const FlowCandidate& from : flow.candidates) {
    Candidate to;
    to.pdg = from.pdg;
    to.energy = static_cast<float>(from.energy);
    to.charge = static_cast<float>(from.charge);
    to.mass = static_cast<float>(from.mass);
    to.momentum = {static_cast<float>(from.momentum.x), static_cast<float>(from.momentum.y),
                   static_cast<float>(from.momentum.z)};
    to.tracks.begin = static_cast<std::uint32_t>(event.candidate_tracks.size());
    event.candidate_tracks.insert(event.candidate_tracks.end(), from.tracks.begin(), from.tracks.end());
    to.tracks.end = static_cast<std::uint32_t>(event.candidate_tracks.size());
    to.clusters.begin = static_cast<std::uint32_t>(event.candidate_clusters.size());
    event.candidate_clusters.insert(event.candidate_clusters.end(), from.clusters.begin(),
                                    from.clusters.end());
    to.clusters.end = static_cast<std::uint32_t>(event.candidate_clusters.size());
    event.candidates.push_back(to);
  }
}

/// Whose energy, or track, a candidate is made of.
void add_candidate_links(SimulatedEvent& event) {
  std::vector<std::uint32_t> first_link(event.calo_hits.size() + 1);
  for (const TruthLink& link : event.calo_links) ++first_link[link.from + 1];
  for (std::size_t i = 1; i < first_link.size(); ++i) first_link[i] += first_link[i - 1];
  std::map<std::uint32_t, double> shares;
  for (std::uint32_t i = 0; i < event.candidates.size(); ++i) {
    const Candidate& candidate = event.candidates[i];
    shares.clear();
    double sum = 0;
    for (std::uint32_t t = candidate.tracks.begin; t < candidate.tracks.end; ++t) {
      shares[event.track_links[event.candidate_tracks[t]].to] += 1;
      sum += 1;
    }
    for (std::uint32_t c = candidate.clusters.begin; sum == 0 && c < candidate.clusters.end; ++c) {
      const Range hits = event.clusters[event.candidate_clusters[c]].hits;
      for (std::uint32_t h = hits.begin; h < hits.end; ++h)
        for (std::uint32_t l = first_link[event.cluster_hits[h]]; l < first_link[event.cluster_hits[h] + 1];
             ++l)
          shares[event.calo_links[l].to] += event.calo_links[l].weight;
    }
    if (sum == 0)
      for (const auto& [particle, share] : shares) sum += share;
    for (const auto& [particle, share] : shares)
      event.candidate_links.push_back({static_cast<float>(share / sum), i, particle});
  }
}

}  // namespace

SimulatedEvent simulate_event(const Detector& detector, const GeneratedEvent& generated, std::uint64_t seed,
                              std::uint64_t number) {
  Transported transported = transport(detector, generated, seed, number);
  Calorimetry calorimetry = calorimeters(detector, transported, seed, number);
  SimulatedEvent event;
  event.number = generated.number;
  event.weight = generated.weight;
  event.calo_hits = std::move(calorimetry.hits);
  event.calo_begin = calorimetry.begin;
  event.calo_links = std::move(calorimetry.links);
  add_particles(transported, event);
  add_tracks(transported, event);
  const FlowInput input{detector, event.tracks, event.calo_hits, event.calo_begin};
  auto clusters =
      cluster_hits(event.calo_hits, event.calo_begin, detector.region(CaloPart::ecal_barrel)->layers);
  add_flow(detector, particle_flow(input, std::move(clusters)), event);
  add_candidate_links(event);
  return event;
}

}  // namespace sluice::simulate
