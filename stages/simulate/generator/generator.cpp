#include "stages/simulate/generator/generator.h"

#include <charconv>
#include <cmath>
#include <numbers>

#include "engine/base/diagnostics.h"
#include "stages/simulate/generator/processes.h"
#include "stages/simulate/generator/radiation.h"
#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

constexpr double electron_mass = 0.00051099895;
constexpr double least_photon_gev = 1e-3;  ///< softer ones go with the beams
constexpr double widest_photon = 1.5;      ///< radians from its beam

class Gun final : public Generator {
 public:
  explicit Gun(const GunSettings& settings) : settings_(settings) {}

  GeneratedEvent generate(std::uint64_t seed, std::uint64_t number) const override {
    RandomStream random(seed, number, Purpose::generator);
    GeneratedEvent event;
    event.number = static_cast<std::int64_t>(number);
    for (int i = 0; i < settings_.count; ++i) event.particles.push_back(shoot(random));
    return event;
  }

 private:
  /// Evenly in energy, and over the sphere between the angles.
  Particle shoot(RandomStream& random) const {
    Particle particle;
    particle.pdg = settings_.pdg;
    particle.charge = charge_of(settings_.pdg);
    particle.mass = mass_of(settings_.pdg);
    const double energy = random.uniform(settings_.energy_min_gev, settings_.energy_max_gev);
    const double p = std::sqrt(std::max(0.0, energy * energy - particle.mass * particle.mass));
    const double degree = std::numbers::pi / 180;
    const double cosine = random.uniform(std::cos(settings_.theta_max_deg * degree),
                                         std::cos(settings_.theta_min_deg * degree));
    particle.momentum = turned({0, 0, 1}, cosine, random.angle()) * p;
    return particle;
  }

  GunSettings settings_;
};

class Collisions final : public Generator {
 public:
  Collisions(const Process& process, double sqrt_s)
      : process_(process), sqrt_s_(sqrt_s), radiation_(sqrt_s, process.least_gev, process.cross_section) {}

  GeneratedEvent generate(std::uint64_t seed, std::uint64_t number) const override {
    RandomStream random(seed, number, Purpose::generator);
    EventBuilder builder(random);
    const double beam = sqrt_s_ / 2;
    const int electron = builder.add(
        11, with_mass({0, 0, std::sqrt(beam * beam - electron_mass * electron_mass)}, electron_mass),
        status_beam, {});
    const int positron = builder.add(
        -11, with_mass({0, 0, -std::sqrt(beam * beam - electron_mass * electron_mass)}, electron_mass),
        status_beam, {});
    FourVector collision{{0, 0, 0}, sqrt_s_};
    // One photon takes it all, near one of the beams: evenly in the logarithm of the angle.
    const double left = radiation_.draw(random);
    const double energy = beam * (1 - left);
    if (energy > least_photon_gev) {
      const bool along = random.chance(0.5);
      const double narrowest = electron_mass / beam;
      const double theta = narrowest * std::pow(widest_photon / narrowest, random.uniform());
      const Vec3 direction = turned({0, 0, along ? 1.0 : -1.0}, std::cos(theta), random.angle());
      const FourVector photon{direction * energy, energy};
      builder.add(22, photon, status_stable, {along ? electron : positron});
      collision = collision - photon;
    }
    process_.build(builder, collision, {electron, positron}, random);
    return {static_cast<std::int64_t>(number), 1, builder.take()};
  }

 private:
  const Process& process_;
  double sqrt_s_;
  BeamRadiation radiation_;
};

Error unknown(const std::string& process, const std::string& hint) {
  return {"there is no process '" + process + "'", "--process", hint, ErrorKind::usage};
}

std::string example_hint(const std::string& name) {
  std::vector<std::string> known = {"gun"};
  for (const Process& process : processes()) known.push_back("ee_" + std::string(process.name));
  const std::string near = nearest(name, known);
  if (near == "gun") return "did you mean 'gun'?";
  if (!near.empty()) return "did you mean '" + near + "_380'? the energy in GeV comes last";
  std::string all;
  for (const std::string& one : known)
    all += (all.empty() ? "" : ", ") + one + (one == "gun" ? "" : "_ENERGY");
  return "known: " + all;
}

}  // namespace

std::vector<std::string> process_kinds() {
  std::vector<std::string> kinds;
  for (const Process& process : processes()) kinds.emplace_back(process.name);
  return kinds;
}

Result<std::unique_ptr<Generator>> make_generator(const std::string& process, const GunSettings& gun) {
  if (process == "gun") {
    if (find_particle(gun.pdg) == nullptr)
      return Error{"no particle has the code " + std::to_string(gun.pdg), "--gun_pdg",
                   "PDG codes, such as 22 for photons, 211 for pi+, 130 for K0L", ErrorKind::usage};
    if (gun.energy_min_gev > gun.energy_max_gev || gun.theta_min_deg > gun.theta_max_deg)
      return Error{"the gun's least energy or angle is above the greatest",
                   "--gun_energy_min, --gun_theta_min", "", ErrorKind::usage};
    if (gun.energy_min_gev < mass_of(gun.pdg))
      return Error{"the gun's least energy is below the particle's mass", "--gun_energy_min",
                   "energies are total energies", ErrorKind::usage};
    return std::unique_ptr<Generator>(std::make_unique<Gun>(gun));
  }
  const std::size_t last = process.rfind('_');
  const std::string name = process.substr(0, last);
  double energy = 0;
  if (last != std::string::npos) {
    const char* const end = process.data() + process.size();
    const auto [stop, problem] = std::from_chars(process.data() + last + 1, end, energy);
    if (problem != std::errc() || stop != end) energy = 0;
  }
  for (const Process& known : processes()) {
    if (name != "ee_" + std::string(known.name) && process != "ee_" + std::string(known.name)) continue;
    if (!(energy >= 10 && energy <= 5000))
      return unknown(process,
                     "the energy comes last, from 10 to 5000 GeV: ee_" + std::string(known.name) + "_380");
    if (energy <= known.least_gev)
      return Error{"the energy is too low for '" + process + "'", "--process",
                   "it takes more than " + std::to_string(static_cast<int>(known.least_gev)) + " GeV",
                   ErrorKind::usage};
    return std::unique_ptr<Generator>(std::make_unique<Collisions>(known, energy));
  }
  return unknown(process, example_hint(energy > 0 ? name : process));
}

}  // namespace sluice::simulate
