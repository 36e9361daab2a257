#include "stages/simulate/generator/processes.h"

#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>

#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

constexpr double sin2_theta_w = 0.2312;
constexpr double mass_z = 91.1876;
constexpr double width_z = 2.4955;
constexpr double mass_w = 80.377;
constexpr double mass_top = 172.5;
constexpr double mass_higgs = 125;

/// e+e- -> gamma*/Z -> f fbar, in units of the point cross section; Review of Particle Physics, section 10.
double fermion_strength(int pdg, double s) {
  const int code = std::abs(pdg);
  const double charge = charge_of(code);
  const bool up = code % 2 == 0;
  const double axial = up ? 0.5 : -0.5;
  const double vector = axial - 2 * charge * sin2_theta_w;
  constexpr double electron_axial = -0.5;
  constexpr double electron_vector = -0.5 + 2 * sin2_theta_w;
  const std::complex<double> propagator = s / std::complex<double>(s - mass_z * mass_z, mass_z * width_z);
  const std::complex<double> chi = propagator / (4 * sin2_theta_w * (1 - sin2_theta_w));
  const double couplings = (electron_axial * electron_axial + electron_vector * electron_vector) *
                           (axial * axial + vector * vector);
  return (code < 10 ? 3 : 1) *
         (charge * charge - 2 * charge * electron_vector * vector * chi.real() + couplings * std::norm(chi));
}

double quark_cross_section(double s) {
  double sum = 0;
  for (int quark = 1; quark <= 5; ++quark) sum += fermion_strength(quark, s);
  return sum / s;
}

double tau_cross_section(double s) { return fermion_strength(15, s) / s; }

/// Above a threshold: phase space, and the fall with s.
double threshold(double s, double mass_sum, double power) {
  const double beta2 = 1 - mass_sum * mass_sum / s;
  return beta2 > 0 ? std::pow(beta2, power) / s : 0;
}
double top_cross_section(double s) { return threshold(s, 2 * mass_top, 0.5); }
double w_cross_section(double s) { return threshold(s, 2 * mass_w, 0.5); }
double zh_cross_section(double s) { return threshold(s, mass_z + mass_higgs, 0.5) / s; }

/// Two particles back to back along 1 + beta^2 cos^2, beta their speed.
std::array<FourVector, 2> pair(const FourVector& total, double m1, double m2, RandomStream& random) {
  const double mass = total.mass();
  const double e1 = (mass * mass + m1 * m1 - m2 * m2) / (2 * mass);
  const double p = std::sqrt(std::max(0.0, e1 * e1 - m1 * m1));
  const double beta2 = e1 > 0 ? p * p / (e1 * e1) : 1;
  double cosine = random.uniform(-1, 1);
  while (!random.chance((1 + beta2 * cosine * cosine) / (1 + beta2))) cosine = random.uniform(-1, 1);
  const Vec3 direction = turned({0, 0, 1}, cosine, random.angle());
  return {boosted(with_mass(direction * p, m1), total), boosted(with_mass(direction * -p, m2), total)};
}

void build_quarks(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
                  RandomStream& random) {
  const double s = collision.mass2();
  double left = random.uniform() * quark_cross_section(s) * s;
  int quark = 1;
  while (quark < 5 && (left -= fermion_strength(quark, s)) > 0) ++quark;
  double mass = mass_of(quark);
  if (2 * mass + 1 > collision.mass()) quark = 1, mass = mass_of(1);
  const int boson = event.add(23, collision, 22, parents);
  const auto momenta = pair(collision, mass, mass, random);
  const int a = event.add(quark, momenta[0], 23, {boson});
  const int b = event.add(-quark, momenta[1], 23, {boson});
  event.hadronise(a, b, collision.mass() / 2);
}

void build_taus(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
                RandomStream& random) {
  const int boson = event.add(23, collision, 22, parents);
  const auto momenta = pair(collision, mass_of(15), mass_of(15), random);
  const int a = event.add(15, momenta[0], status_stable, {boson});
  const int b = event.add(-15, momenta[1], status_stable, {boson});
  event.finish_lepton(a);
  event.finish_lepton(b);
}

/// The quarks of a W, which is there already.
void hadronic_w(EventBuilder& event, int w, RandomStream& random) {
  const int sign = event[w].pdg > 0 ? 1 : -1;
  const bool charm = random.chance(0.5);
  const int up = sign * (charm ? 4 : 2);
  const int down = -sign * (charm ? 3 : 1);
  const std::array<double, 2> masses = {mass_of(up), mass_of(down)};
  const FourVector total = event[w].four_momentum();
  const auto momenta = phase_space(total, masses, random);
  const int a = event.add(up, momenta[0], 23, {w});
  const int b = event.add(down, momenta[1], 23, {w});
  event.hadronise(up > 0 ? a : b, up > 0 ? b : a, total.mass() / 2);
}

void build_ww(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
              RandomStream& random) {
  const double total = collision.mass();
  const double m1 = breit_wigner_mass(mass_w, 2.085, 40, std::min(120.0, total - 45), random);
  const double m2 = breit_wigner_mass(mass_w, 2.085, 40, std::min(120.0, total - m1 - 1), random);
  const auto momenta = pair(collision, m1, m2, random);
  const int a = event.add(24, momenta[0], 22, parents);
  const int b = event.add(-24, momenta[1], 22, parents);
  hadronic_w(event, a, random);
  hadronic_w(event, b, random);
}

void build_zh(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
              RandomStream& random) {
  const double mass =
      breit_wigner_mass(mass_z, width_z, 50, std::min(140.0, collision.mass() - mass_higgs - 0.5), random);
  const auto momenta = pair(collision, mass_higgs, mass, random);
  const int higgs = event.add(25, momenta[0], 22, parents);
  const int z = event.add(23, momenta[1], 22, parents);
  event.decay_boson(higgs);
  event.decay_boson(z);
}

void build_ttbar(EventBuilder& event, const FourVector& collision, const std::vector<int>& parents,
                 RandomStream& random) {
  const double most = (collision.mass() - 1) / 2;
  const double m1 = breit_wigner_mass(mass_top, 1.42, 160, std::min(185.0, most), random);
  const double m2 = breit_wigner_mass(mass_top, 1.42, 160, std::min(185.0, most), random);
  const auto tops = pair(collision, m1, m2, random);
  std::array<int, 2> bottoms{};
  std::array<int, 2> bosons{};
  for (int i = 0; i < 2; ++i) {
    const int sign = i == 0 ? 1 : -1;
    const FourVector& top = tops[static_cast<std::size_t>(i)];
    const int index = event.add(6 * sign, top, 22, parents);
    const double mass = breit_wigner_mass(mass_w, 2.085, 50, 110, random);
    const std::array<double, 2> masses = {mass, mass_of(5)};
    const auto momenta = phase_space(top, masses, random);
    bosons[static_cast<std::size_t>(i)] = event.add(24 * sign, momenta[0], 22, {index});
    bottoms[static_cast<std::size_t>(i)] = event.add(5 * sign, momenta[1], 23, {index});
  }
  event.hadronise(bottoms[0], bottoms[1], 40);  // gluons as hard as a b from a top at rest can radiate
  for (const int boson : bosons) event.decay_boson(boson);
}

}  // namespace

const std::vector<Process>& processes() {
  static const std::vector<Process> known = {
      {"qq", 12, quark_cross_section, build_quarks}, {"ttbar", 345, top_cross_section, build_ttbar},
      {"tautau", 4, tau_cross_section, build_taus},  {"WW", 165, w_cross_section, build_ww},
      {"ZH", 220, zh_cross_section, build_zh},
  };
  return known;
}

}  // namespace sluice::simulate
