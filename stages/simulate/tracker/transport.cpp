#include "stages/simulate/tracker/transport.h"

#include <cmath>
#include <limits>

#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

constexpr double speed_of_light_mm_ns = 299.792458;
constexpr double electron_mass = 0.00051099895;
constexpr double softest_brems_gev = 0.05;  ///< photons below stay with their electron
constexpr double prompt_mm = 1e-6;
constexpr std::size_t most_particles = 100'000;  ///< no event gets there; a wrong one stops there

Species species_of(Encounter encounter) {
  return encounter == Encounter::electron ? Species::electron
         : encounter == Encounter::muon   ? Species::muon
                                          : Species::hadron;
}

class Transport {
 public:
  Transport(const Detector& detector, const GeneratedEvent& event, std::uint64_t seed, std::uint64_t number)
      : detector_(detector), seed_(seed), number_(number) {
    out_.particles = event.particles;
    out_.fates.resize(event.particles.size());
  }

  Transported run() {
    for (std::size_t i = 0; i < out_.particles.size() && i < most_particles; ++i) {
      const int status = out_.particles[i].status;
      const bool from_here = i >= out_.fates.size() || (out_.fates[i].status & created_in_simulation) != 0;
      out_.fates.resize(out_.particles.size());
      if (status == status_stable || from_here) fly(i);
    }
    out_.fates.resize(out_.particles.size());
    set_endpoints();
    return std::move(out_);
  }

 private:
  /// Adds products that were just appended to out_.particles to the books.
  void adopt(std::size_t first, std::uint32_t more_bits = 0) {
    out_.fates.resize(out_.particles.size());
    for (std::size_t i = first; i < out_.particles.size(); ++i)
      out_.fates[i].status |= created_in_simulation | more_bits;
  }

  void fly(std::size_t index) {
    const Particle particle = out_.particles[index];
    const Encounter encounter = encounter_of(particle.pdg, particle.charge);
    Fate& fate = out_.fates[index];
    if ((fate.status & decayed_in_tracker) != 0) return;  // decayed the moment it was made
    RandomStream random(seed_, number_, Purpose::tracker, index);
    const Helix helix = helix_of(particle.vertex, particle.momentum, particle.charge, detector_.field_t);
    const auto face = calorimeter_face(detector_, helix);
    fate.endpoint = particle.vertex;
    if (encounter == Encounter::invisible || particle.momentum.norm2() == 0) {
      fate.status |= left_detector;
      return;
    }
    const double end = face.value_or(std::numeric_limits<double>::infinity());
    const double decay = decay_length(particle, random) / helix.path_per_s();
    find_crossings(detector_.tracker, helix, std::min(end, decay), crossings_);
    if (encounter == Encounter::photon && convert(index, random)) return;
    if (particle.charge != 0) record(index, encounter, helix, random);
    if (decay < end) {
      decay_in_flight(index, helix, decay, random);
    } else if (face) {
      enter(index, encounter, helix, *face, random);
    } else {
      out_.fates[index].status |= stopped;
      out_.fates[index].endpoint = helix.at(std::min(helix.half_turn(), 1e5));
    }
  }

  static double decay_length(const Particle& particle, RandomStream& random) {
    const ParticleData* data = find_particle(particle.pdg);
    if (data == nullptr || data->ctau_mm <= 0 || decays_of(particle.pdg).empty() || particle.mass <= 0)
      return std::numeric_limits<double>::infinity();
    return data->ctau_mm * random.exponential() * particle.momentum.norm() / particle.mass;
  }

  void record(std::size_t index, Encounter encounter, const Helix& helix, RandomStream& random) {
    if (crossings_.empty()) return;
    const Particle& particle = out_.particles[index];
    const Flight flight{static_cast<std::uint32_t>(index), species_of(encounter), helix,
                        particle.momentum.norm(),          particle.mass,         particle.time_ns};
    auto hits = make_hits(detector_.tracker, flight, crossings_, random);
    if (hits.empty()) return;
    if (auto track = make_track(detector_, flight, hits, crossings_.size(), random))
      out_.tracks.push_back({*track, out_.hits.size(), flight.particle});
    out_.hits.push_back(std::move(hits));
  }

  void decay_in_flight(std::size_t index, const Helix& helix, double s, RandomStream& random) {
    const std::size_t first = out_.particles.size();
    Particle& parent = out_.particles[index];
    const Particle before = parent;
    const double path = s * helix.path_per_s();
    const double speed = speed_of_light_mm_ns * before.momentum.norm() / before.energy();
    parent.vertex = helix.at(s);
    parent.momentum = helix.direction(s) * before.momentum.norm();
    parent.time_ns += path / speed;
    decay_tree(out_.particles, index, prompt_mm, true, random);
    out_.fates[index].endpoint = out_.particles[index].vertex;
    out_.particles[index] = before;
    out_.fates[index].status |= decayed_in_tracker;
    adopt(first);
    mark_prompt(first);
  }

  /// pi0 and the like, which decay_tree has decayed already.
  void mark_prompt(std::size_t first) {
    for (std::size_t i = first; i < out_.particles.size(); ++i)
      for (const int parent : out_.particles[i].parents)
        if (static_cast<std::size_t>(parent) >= first) {
          Fate& fate = out_.fates[static_cast<std::size_t>(parent)];
          fate.status |= decayed_in_tracker;
          fate.endpoint = out_.particles[i].vertex;
        }
  }

  bool convert(std::size_t index, RandomStream& random) {
    const Particle photon = out_.particles[index];
    const double energy = photon.momentum.norm();
    for (const Crossing& crossing : crossings_) {
      if (energy < 0.01 || !random.chance(1 - std::exp(-7.0 / 9 * crossing.x0))) continue;
      const std::size_t first = out_.particles.size();
      Particle product = photon;
      product.parents = {static_cast<int>(index)};
      product.status = status_simulated;
      product.mass = electron_mass;
      product.vertex = crossing.position;
      product.time_ns += (crossing.position - photon.vertex).norm() / speed_of_light_mm_ns;
      const double share = random.uniform(0.02, 0.98);
      for (const int sign : {1, -1}) {
        product.pdg = -11 * sign;
        product.charge = sign;
        product.momentum = photon.momentum * (sign > 0 ? share : 1 - share);
        out_.particles.push_back(product);
      }
      out_.fates[index].status |= decayed_in_tracker;
      out_.fates[index].endpoint = crossing.position;
      adopt(first);
      return true;
    }
    return false;
  }

  /// Photons with a spectrum of (1 - y + 3/4 y^2) / y, from thin layers; Review of Particle Physics,
  /// eq. 34.29.
  double radiate(std::size_t index, const Helix& helix, RandomStream& random) {
    const Particle electron = out_.particles[index];
    double energy = electron.energy();
    const std::size_t first = out_.particles.size();
    for (const Crossing& crossing : crossings_) {
      const double y_min = softest_brems_gev / energy;
      if (y_min >= 0.5) break;
      const double expected = crossing.x0 * 4.0 / 3 * std::log(1 / y_min);
      if (!random.chance(1 - std::exp(-expected))) continue;
      const double y = std::pow(y_min, random.uniform());
      if (!random.chance(1 - y + 0.75 * y * y)) continue;
      Particle photon;
      photon.pdg = 22;
      photon.status = status_simulated;
      photon.momentum = helix.direction(crossing.s) * (y * energy);
      photon.vertex = crossing.position;
      photon.time_ns = electron.time_ns + crossing.s * helix.path_per_s() / speed_of_light_mm_ns;
      photon.parents = {static_cast<int>(index)};
      out_.particles.push_back(photon);
      energy -= y * energy;
    }
    adopt(first, vertex_is_not_endpoint);
    return energy;
  }

  void enter(std::size_t index, Encounter encounter, const Helix& helix, double face, RandomStream& random) {
    const Particle particle = out_.particles[index];
    const double energy =
        encounter == Encounter::electron ? radiate(index, helix, random) : particle.energy();
    const double speed = speed_of_light_mm_ns * particle.momentum.norm() / particle.energy();
    Entry entry{static_cast<std::uint32_t>(index),
                encounter,
                helix.at(face),
                helix.direction(face),
                energy,
                particle.time_ns + face * helix.path_per_s() / speed};
    out_.fates[index].endpoint = entry.position;
    out_.entries.push_back(entry);
  }

  /// Particles of the generator that decayed end where their first daughter begins.
  void set_endpoints() {
    for (std::size_t i = out_.particles.size(); i-- > 0;)
      for (const int parent : out_.particles[i].parents) {
        const auto one = static_cast<std::size_t>(parent);
        if (out_.particles[one].status != status_stable &&
            (out_.fates[one].status & created_in_simulation) == 0)
          out_.fates[one].endpoint = out_.particles[i].vertex;
      }
  }

  const Detector& detector_;
  std::uint64_t seed_;
  std::uint64_t number_;
  Transported out_;
  std::vector<Crossing> crossings_;
};

}  // namespace

Transported transport(const Detector& detector, const GeneratedEvent& event, std::uint64_t seed,
                      std::uint64_t number) {
  return Transport(detector, event, seed, number).run();
}

}  // namespace sluice::simulate
