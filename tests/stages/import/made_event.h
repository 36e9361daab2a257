// Events for tests of the truth definition, written down particle by particle.
#pragma once

#include <vector>

#include "stages/import/truth.h"

namespace sluice::import::tests {

constexpr std::uint32_t stopped = 1U << 24U;

/// Owns the arrays that a TruthInput looks at.
struct MadeEvent {
  std::vector<std::int32_t> pdg, generator_status;
  std::vector<std::uint32_t> simulator_status;
  std::vector<float> charge;
  std::vector<double> px, py, pz, mass;
  std::vector<Descent> descents;
  std::vector<float> hit_energy, track_charge, track_momentum;
  std::size_t clusters = 0;
  std::vector<ClusterHit> cluster_hits;
  std::vector<Link> hit_links, track_links, cluster_links;
  bool hits_carry_targets = false;

  /// A massless particle along x. Returns its row.
  std::int32_t particle(std::int32_t id, double energy, float its_charge = 0, std::int32_t status = 1) {
    pdg.push_back(id);
    generator_status.push_back(status);
    simulator_status.push_back(stopped);
    charge.push_back(its_charge);
    px.push_back(energy);
    py.push_back(0);
    pz.push_back(0);
    mass.push_back(0);
    return static_cast<std::int32_t>(pdg.size()) - 1;
  }
  std::int32_t daughter(std::int32_t mother, std::int32_t id, double energy, float its_charge = 0,
                        std::int32_t status = 0) {
    const std::int32_t row = particle(id, energy, its_charge, status);
    descents.push_back({mother, row});
    return row;
  }
  std::int32_t track(std::int32_t of, float weight = 1, float its_charge = 1) {
    track_charge.push_back(its_charge);
    track_momentum.push_back(0);
    const auto row = static_cast<std::int32_t>(track_charge.size()) - 1;
    if (of != nobody) track_links.push_back({row, of, weight});
    return row;
  }
  std::int32_t cluster() { return static_cast<std::int32_t>(clusters++); }
  /// A hit of that energy left by one particle, in a cluster or in none.
  std::int32_t hit(std::int32_t of, float energy, std::int32_t in = nobody) {
    hit_energy.push_back(energy);
    const auto row = static_cast<std::int32_t>(hit_energy.size()) - 1;
    if (of != nobody) hit_links.push_back({row, of, 1});
    if (in != nobody) cluster_hits.push_back({in, row});
    return row;
  }

  TruthInput input() const {
    TruthInput in;
    in.pdg = pdg;
    in.generator_status = generator_status;
    in.simulator_status = simulator_status;
    in.charge = charge;
    in.px = px;
    in.py = py;
    in.pz = pz;
    in.mass = mass;
    in.descents = descents;
    in.hit_energy = hit_energy;
    in.track_charge = track_charge;
    in.track_momentum = track_momentum;
    in.clusters = clusters;
    in.cluster_hits = cluster_hits;
    in.hit_links = hit_links;
    in.track_links = track_links;
    in.cluster_links = cluster_links;
    in.hits_carry_targets = hits_carry_targets;
    return in;
  }
  Truth truth() const { return find_truth(input()); }
};

}  // namespace sluice::import::tests
