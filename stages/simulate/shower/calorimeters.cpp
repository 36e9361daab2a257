#include "stages/simulate/shower/calorimeters.h"

#include <cmath>
#include <limits>

#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/shower/cell_store.h"
#include "stages/simulate/shower/em_shower.h"
#include "stages/simulate/shower/hadron_shower.h"

namespace sluice::simulate {

namespace {

constexpr double speed_of_light_mm_ns = 299.792458;
constexpr double nucleon_mass = 0.939;

/// What a hadron can leave: a nucleon's own mass stays, an antinucleon annihilates with another one.
double available_energy(const Particle& particle) {
  const int code = std::abs(particle.pdg);
  const bool baryon = code > 1000 && code < 10'000;
  if (!baryon) return particle.energy();
  return particle.energy() + (particle.pdg > 0 ? -nucleon_mass : nucleon_mass);
}

class Calorimeters {
 public:
  Calorimeters(const Detector& detector, Transported& transported, std::uint64_t seed, std::uint64_t number)
      : detector_(detector), transported_(transported), seed_(seed), number_(number) {}

  Calorimetry run() {
    for (const Entry& entry : transported_.entries) shower(entry);
    return read_out(store_.take());
  }

 private:
  void shower(const Entry& entry) {
    RandomStream random(seed_, number_, Purpose::shower, entry.particle);
    spots_.clear();
    Fate& fate = transported_.fates[entry.particle];
    const Ray ray(detector_, entry.position, entry.direction);
    if (ray.segments().empty()) {
      fate.status |= left_detector;
      return;
    }
    switch (entry.encounter) {
      case Encounter::photon:
      case Encounter::electron: em(entry, ray, random, fate); break;
      case Encounter::muon: muon(entry, ray, random, fate); break;
      case Encounter::charged_hadron:
      case Encounter::neutral_hadron: hadron(entry, random, fate); break;
      case Encounter::invisible: break;
    }
    store(entry);
  }

  double eta_of(const Entry& entry) const {
    return std::asinh(entry.position.z / std::max(entry.position.perp(), 1.0));
  }

  void em(const Entry& entry, const Ray& ray, RandomStream& random, Fate& fate) {
    const EnergyResolution& resolution = at_eta(detector_.em, eta_of(entry));
    const double start = entry.encounter == Encounter::photon ? 9.0 / 7 * random.exponential() : 0;
    em_shower(detector_.shower, ray, start, entry.energy, spot_for(resolution.stochastic), random, spots_);
    const double factor =
        detector_.shower.response_em * std::max(0.0, 1 + resolution.proportional * random.normal());
    for (Spot& spot : spots_) spot.energy *= factor;
    fate.status |= stopped;
    if (const auto [s, region] = ray.after_x0(start); region != nullptr) fate.endpoint = ray.at(s);
  }

  void muon(const Entry& entry, const Ray& ray, RandomStream& random, Fate& fate) {
    double end = std::numeric_limits<double>::infinity();
    const double available = entry.energy - transported_.particles[entry.particle].mass;
    ionise(ray, 0, end, available, random, spots_);
    fate.status |= std::isfinite(end) ? stopped : left_detector;
    fate.endpoint = ray.at(std::isfinite(end) ? end : ray.segments().back().end);
  }

  void hadron(const Entry& entry, RandomStream& random, Fate& fate) {
    const double available = available_energy(transported_.particles[entry.particle]);
    const Hadron primary{entry.position, entry.direction, std::max(available, 0.0),
                         entry.encounter == Encounter::charged_hadron};
    const auto shower =
        hadron_shower(detector_, primary, at_eta(detector_.hadronic, eta_of(entry)), random, spots_);
    fate.status |= shower.interacted ? decayed_in_calorimeter : left_detector;
    fate.endpoint = shower.first_interaction;
  }

  void store(const Entry& entry) {
    CellKey key;
    for (const Spot& spot : spots_) {
      if (spot.region == nullptr || !find_cell(detector_, *spot.region, spot.position, key)) continue;
      store_.add(key, entry.particle, spot.energy,
                 entry.time_ns + spot.path_mm / speed_of_light_mm_ns + spot.delay_ns);
    }
  }

  /// Times are what is left when light had come straight from the collision, as CLIC's digitiser has it.
  CaloHit hit_of(CellKey key, double energy, double time_ns) const {
    const Vec3 centre = cell_centre(detector_, key);
    CaloHit hit;
    hit.cell_id = cell_id(detector_, key);
    hit.energy = static_cast<float>(energy);
    hit.time_ns = static_cast<float>(time_ns - centre.norm() / speed_of_light_mm_ns);
    hit.position = {static_cast<float>(centre.x), static_cast<float>(centre.y), static_cast<float>(centre.z)};
    hit.type = hit_type(detector_, key);
    return hit;
  }

  Calorimetry read_out(const std::vector<CellDeposit>& deposits) const {
    Calorimetry out;
    out.hits.reserve(deposits.size());
    out.links.reserve(deposits.size());
    for (std::size_t i = 0, next = 0; i < deposits.size(); i = next) {
      double energy = 0;
      float time = deposits[i].time_ns;
      for (next = i; next < deposits.size() && deposits[next].cell == deposits[i].cell; ++next) {
        energy += deposits[next].energy;
        time = std::min(time, deposits[next].time_ns);
      }
      const CellKey key{deposits[i].cell};
      if (energy < detector_.regions[key.region()].threshold_gev) continue;
      const auto hit = static_cast<std::uint32_t>(out.hits.size());
      out.hits.push_back(hit_of(key, energy, time));
      out.keys.push_back(key.bits);
      for (std::size_t j = i; j < next; ++j)
        out.links.push_back({deposits[j].energy, hit, deposits[j].particle});
      for (auto part = static_cast<std::size_t>(key.part()) + 1; part <= calo_parts; ++part)
        out.begin[part] = hit + 1;
    }
    return out;
  }

  const Detector& detector_;
  Transported& transported_;
  std::uint64_t seed_;
  std::uint64_t number_;
  Spots spots_;
  CellStore store_;
};

}  // namespace

Calorimetry calorimeters(const Detector& detector, Transported& transported, std::uint64_t seed,
                         std::uint64_t number) {
  return Calorimeters(detector, transported, seed, number).run();
}

}  // namespace sluice::simulate
