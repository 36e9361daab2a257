#include "stages/simulate/generator/event_builder.h"

#include <array>
#include <cmath>
#include <cstdlib>

#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

constexpr int status_hard = 23;
constexpr double longest_ctau_mm = 10;  ///< what lives longer is left to the detector, as in Pythia's files

struct Mode {
  double fraction;
  int first;
  int second;
};

// Review of Particle Physics 2022; Higgs: LHC Higgs Cross Section Working Group, 125 GeV.
constexpr std::array<Mode, 5> w_modes = {
    {{0.1083, -11, 12}, {0.1083, -13, 14}, {0.1083, -15, 16}, {0.3376, 2, -1}, {0.3375, 4, -3}}};
constexpr std::array<Mode, 11> z_modes = {{{0.0336, 11, -11},
                                           {0.0337, 13, -13},
                                           {0.0337, 15, -15},
                                           {0.0667, 12, -12},
                                           {0.0667, 14, -14},
                                           {0.0666, 16, -16},
                                           {0.156, 1, -1},
                                           {0.116, 2, -2},
                                           {0.156, 3, -3},
                                           {0.120, 4, -4},
                                           {0.151, 5, -5}}};
constexpr std::array<Mode, 7> higgs_modes = {{{0.582, 5, -5},
                                              {0.214, 24, -24},
                                              {0.082, 21, 21},
                                              {0.063, 15, -15},
                                              {0.029, 4, -4},
                                              {0.027, 23, 23},
                                              {0.003, 22, 22}}};

template <std::size_t N>
const Mode& choose(const std::array<Mode, N>& modes, RandomStream& random) {
  double left = random.uniform();
  for (const Mode& mode : modes)
    if ((left -= mode.fraction) < 0) return mode;
  return modes.back();
}

bool is_quark(int pdg) { return std::abs(pdg) <= 6; }

}  // namespace

double breit_wigner_mass(double mass, double width, double least, double most, RandomStream& random) {
  const double gamma = mass * width;
  const double low = std::atan((least * least - mass * mass) / gamma);
  const double high = std::atan((most * most - mass * mass) / gamma);
  return std::sqrt(mass * mass + gamma * std::tan(random.uniform(low, high)));
}

int EventBuilder::add(int pdg, const FourVector& momentum, int status, std::vector<int> parents) {
  Particle particle;
  particle.pdg = pdg;
  particle.status = status;
  particle.momentum = momentum.p;
  particle.mass = std::abs(pdg) == 22 || is_neutrino(pdg) ? 0 : momentum.mass();
  particle.charge = charge_of(pdg);
  particle.parents = std::move(parents);
  particles_.push_back(std::move(particle));
  return static_cast<int>(particles_.size() - 1);
}

void EventBuilder::add_hadrons(const std::vector<MadeHadron>& hadrons, const std::vector<int>& parents) {
  for (const MadeHadron& hadron : hadrons) {
    const int index = add(hadron.pdg, hadron.momentum, status_stable, parents);
    const ParticleData* data = find_particle(hadron.pdg);
    if (data != nullptr && data->ctau_mm <= longest_ctau_mm)
      decay_tree(particles_, static_cast<std::size_t>(index), longest_ctau_mm, false, random_);
  }
}

void EventBuilder::hadronise(int quark, int antiquark, double pt_max) {
  Chain chain = {{(*this)[quark].pdg, (*this)[quark].four_momentum()},
                 {(*this)[antiquark].pdg, (*this)[antiquark].four_momentum()}};
  radiate_gluons(chain, pt_max, random_);
  add_hadrons(hadrons_of(chain, random_), {quark, antiquark});
}

void EventBuilder::hadronise_gluons(int one, int two, double pt_max) {
  // Two strings between two gluons: each gluon gives a quark to one and an antiquark to the other.
  const auto half = [this](int index, double share) {
    return FourVector{(*this)[index].momentum * share, (*this)[index].energy() * share};
  };
  const double a = random_.uniform(0.3, 0.7);
  const double b = random_.uniform(0.3, 0.7);
  const int first = random_.chance(0.5) ? 1 : 2;
  const int second = random_.chance(0.5) ? 1 : 2;
  for (Chain chain : {Chain{{first, half(one, a)}, {-second, half(two, b)}},
                      Chain{{second, half(two, 1 - b)}, {-first, half(one, 1 - a)}}}) {
    radiate_gluons(chain, pt_max, random_);
    add_hadrons(hadrons_of(chain, random_), {one, two});
  }
}

void EventBuilder::finish_lepton(int index) {
  if (std::abs((*this)[index].pdg) == 15)
    decay_tree(particles_, static_cast<std::size_t>(index), longest_ctau_mm, false, random_);
}

void EventBuilder::decay_to(int index, int first, int second) {
  const FourVector total = (*this)[index].four_momentum();
  const std::array<double, 2> masses = {mass_of(first), mass_of(second)};
  const auto momenta = phase_space(total, masses, random_);
  const bool coloured = is_quark(first) || first == 21;
  const int status = coloured ? status_hard : status_stable;
  const int a = add(first, momenta[0], status, {index});
  const int b = add(second, momenta[1], status, {index});
  const double pt_max = total.mass() / 2;
  if (first == 21)
    hadronise_gluons(a, b, pt_max);
  else if (coloured)
    hadronise(first > 0 ? a : b, first > 0 ? b : a, pt_max);
  else
    finish_lepton(a), finish_lepton(b);
}

void EventBuilder::decay_higgs(int index) {
  const Mode& mode = choose(higgs_modes, random_);
  if (mode.first != 24 && mode.first != 23) return decay_to(index, mode.first, mode.second);
  // One of the bosons is far off its mass shell.
  const ParticleData& boson = *find_particle(mode.first);
  const double total = (*this)[index].mass;
  const double real = breit_wigner_mass(boson.mass, boson.width, 0.75 * boson.mass, total - 12, random_);
  const double other = random_.uniform(10, total - real - 1);
  const std::array<double, 2> masses = {real, other};
  const auto momenta = phase_space((*this)[index].four_momentum(), masses, random_);
  const int a = add(mode.first, momenta[0], status_hard - 1, {index});
  const int b = add(mode.second, momenta[1], status_hard - 1, {index});
  decay_boson(a);
  decay_boson(b);
}

void EventBuilder::decay_boson(int index) {
  const int pdg = (*this)[index].pdg;
  if (pdg == 25) return decay_higgs(index);
  const double mass = (*this)[index].mass;
  Mode mode = pdg == 23 ? choose(z_modes, random_) : choose(w_modes, random_);
  while (mass_of(mode.first) + mass_of(mode.second) + 1 > mass)
    mode = pdg == 23 ? choose(z_modes, random_) : choose(w_modes, random_);
  const int sign = pdg == -24 ? -1 : 1;
  decay_to(index, sign * mode.first, sign * mode.second);
}

}  // namespace sluice::simulate
