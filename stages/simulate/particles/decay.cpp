#include "stages/simulate/particles/decay.h"

#include <algorithm>
#include <cmath>

#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

constexpr double speed_of_light_mm_ns = 299.792458;
constexpr double lightest_resonance = 0.3;  ///< GeV

double two_body_momentum(double mass, double a, double b) {
  if (mass <= a + b) return 0;
  const double square = (mass * mass - (a + b) * (a + b)) * (mass * mass - (a - b) * (a - b));
  return std::sqrt(square) / (2 * mass);
}

/// Masses of the last 1, 2, ... n particles together, and the weight of this choice.
double draw_intermediate(std::span<const double> masses, double free_energy, RandomStream& random,
                         std::vector<double>& intermediate) {
  const std::size_t n = masses.size();
  std::vector<double> steps(n);
  for (std::size_t i = 1; i + 1 < n; ++i) steps[i] = random.uniform();
  steps[n - 1] = 1;
  std::sort(steps.begin(), steps.end());
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += masses[i];
    intermediate[i] = sum + steps[i] * free_energy;
  }
  double weight = 1;
  for (std::size_t i = 1; i < n; ++i)
    weight *= two_body_momentum(intermediate[i], intermediate[i - 1], masses[i]);
  return weight;
}

double largest_weight(std::span<const double> masses, double free_energy) {
  double weight = 1;
  double low = 0;
  double high = free_energy + masses[0];
  for (std::size_t i = 1; i < masses.size(); ++i) {
    low += masses[i - 1];
    high += masses[i];
    weight *= two_body_momentum(high, low, masses[i]);
  }
  return weight;
}

/// The channel and the masses of its products; those of broad resonances are drawn until they fit.
bool choose(const Particle& parent, RandomStream& random, std::vector<int>& daughters,
            std::vector<double>& masses) {
  const auto channels = decays_of(parent.pdg);
  for (int attempt = 0; attempt < 100; ++attempt) {
    double left = random.uniform();
    const DecayChannel* chosen = &channels.back();
    for (const DecayChannel& channel : channels)
      if ((left -= channel.fraction) < 0) {
        chosen = &channel;
        break;
      }
    daughters.clear();
    masses.clear();
    double sum = 0;
    for (const int pdg : chosen->daughters) {
      daughters.push_back(parent.pdg > 0 ? pdg : antiparticle(pdg));
      masses.push_back(drawn_mass(pdg, parent.mass, random));
      sum += masses.back();
    }
    if (sum < parent.mass || daughters.size() == 1) return true;
  }
  return false;
}

/// Where and when the products come into being.
void place(const Particle& parent, RandomStream& random, Vec3& vertex, double& time_ns) {
  const ParticleData* data = find_particle(parent.pdg);
  vertex = parent.vertex;
  time_ns = parent.time_ns;
  if (data == nullptr || data->ctau_mm <= 0 || parent.mass <= 0) return;
  const double proper_mm = data->ctau_mm * random.exponential();
  vertex = vertex + parent.momentum * (proper_mm / parent.mass);
  time_ns += proper_mm * parent.energy() / parent.mass / speed_of_light_mm_ns;
}

}  // namespace

std::vector<FourVector> phase_space(const FourVector& total, std::span<const double> masses,
                                    RandomStream& random) {
  const std::size_t n = masses.size();
  if (n == 1) return {total};
  const double mass = total.mass();
  double free_energy = mass;
  for (const double one : masses) free_energy -= one;
  std::vector<double> intermediate(n);
  const double most = largest_weight(masses, free_energy);
  for (int attempt = 0; attempt < 10'000; ++attempt)
    if (draw_intermediate(masses, free_energy, random, intermediate) >= most * random.uniform()) break;

  // The last two fly apart in their rest frame; that system and the next one in theirs, and so on.
  std::vector<FourVector> products(n);
  FourVector rest = total;
  for (std::size_t i = n - 1; i > 0; --i) {
    const double p = two_body_momentum(intermediate[i], intermediate[i - 1], masses[i]);
    const Vec3 direction = turned({0, 0, 1}, random.uniform(-1, 1), random.angle());
    products[i] = boosted(with_mass(direction * p, masses[i]), rest);
    rest = boosted(with_mass(direction * -p, intermediate[i - 1]), rest);
  }
  products[0] = rest;
  return products;
}

double drawn_mass(int pdg, double most, RandomStream& random) {
  const ParticleData* data = find_particle(pdg);
  if (data == nullptr) return 0;
  if (data->width <= 0 || data->mass > 10) return data->mass;
  // A Breit-Wigner in the mass, cut at two widths and where phase space ends.
  const double low = std::max(-2 * data->width, lightest_resonance - data->mass);
  const double high = std::min(2 * data->width, most - data->mass);
  if (high <= low) return data->mass;
  const double half = 0.5 * data->width;
  return data->mass + half * std::tan(random.uniform(std::atan(low / half), std::atan(high / half)));
}

void decay_tree(std::vector<Particle>& particles, std::size_t index, double ctau_max_mm, bool simulated,
                RandomStream& random) {
  const std::size_t first = particles.size();
  std::size_t next = index;
  for (std::size_t steps = 0; steps < 10'000; ++steps) {
    // By value: particles grows below.
    const Particle parent = particles[next];
    std::vector<int> daughters;
    std::vector<double> masses;
    if (!decays_of(parent.pdg).empty() && choose(parent, random, daughters, masses)) {
      Particle product;
      // The first one decays where the caller says; the others where their lives end.
      if (next != index || !simulated)
        place(parent, random, product.vertex, product.time_ns);
      else
        product.vertex = parent.vertex, product.time_ns = parent.time_ns;
      const auto momenta = phase_space(parent.four_momentum(), masses, random);
      particles[next].status = simulated ? parent.status : status_decayed;
      for (std::size_t i = 0; i < daughters.size(); ++i) {
        product.pdg = daughters[i];
        product.status = simulated ? status_simulated : status_stable;
        product.mass = masses[i];
        product.momentum = momenta[i].p;
        product.charge = charge_of(product.pdg);
        product.parents = {static_cast<int>(next)};
        particles.push_back(product);
      }
    }
    const auto decays_here = [&](const Particle& particle) {
      const ParticleData* data = find_particle(particle.pdg);
      return data != nullptr && data->ctau_mm <= ctau_max_mm && !decays_of(particle.pdg).empty();
    };
    next = next == index ? first : next + 1;
    while (next < particles.size() && !decays_here(particles[next])) ++next;
    if (next >= particles.size()) return;
  }
}

}  // namespace sluice::simulate
