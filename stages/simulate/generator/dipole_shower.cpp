#include <algorithm>
#include <cmath>
#include <numbers>

#include "stages/simulate/generator/partons.h"

namespace sluice::simulate {

namespace {

constexpr double softest_gev = 0.9;  ///< transverse momentum below which gluons belong to the hadrons
constexpr double lambda_gev = 0.38;  ///< of the running coupling, with five flavours
constexpr int most_gluons = 200;

double coupling(double pt) {
  return 12 * std::numbers::pi / (23 * std::log(pt * pt / (lambda_gev * lambda_gev)));
}

bool is_gluon(const Parton& parton) { return parton.pdg == 21; }

struct Emission {
  double pt = 0;
  double x1 = 0;  ///< energies of the ends, in units of half the dipole's mass
  double x3 = 0;
};

/// The next emission of a dipole below `pt_max`, by the veto algorithm; pt is 0 when there is none.
Emission next_emission(const Parton& a, const Parton& b, double pt_max, RandomStream& random) {
  const FourVector total = a.momentum + b.momentum;
  const double mass = total.mass();
  if (mass <= 2 * softest_gev) return {};
  // Gluons count as half a dipole each: their colour factor is 9/8 of that of a quark's end.
  const double factor = is_gluon(a) || is_gluon(b) ? 3 / (4 * std::numbers::pi) : 2 / (3 * std::numbers::pi);
  const double overestimate = 2 * factor * coupling(softest_gev);
  double pt = std::min(pt_max, mass / 2);
  while (true) {
    const double range = 2 * std::log(mass / pt);
    const double next = std::sqrt(range * range - 2 * std::log(random.uniform()) / overestimate);
    pt = mass * std::exp(-next / 2);
    if (pt < softest_gev) return {};
    const double y = next * (random.uniform() - 0.5);
    const Emission emission{pt, 1 - pt / mass * std::exp(-y), 1 - pt / mass * std::exp(y)};
    const double x2 = 2 - emission.x1 - emission.x3;
    if (emission.x1 <= 0 || emission.x3 <= 0 || x2 >= 1) continue;
    const double shape =
        std::pow(emission.x1, is_gluon(a) ? 3 : 2) + std::pow(emission.x3, is_gluon(b) ? 3 : 2);
    if (random.chance(shape / 2 * coupling(pt) / coupling(softest_gev))) return emission;
  }
}

/// Puts a gluon between a and b; false where their masses leave no room for it.
bool emit(const Emission& emission, Parton& a, Parton& b, Parton& gluon, RandomStream& random) {
  const FourVector total = a.momentum + b.momentum;
  const double half = total.mass() / 2;
  const double e1 = emission.x1 * half;
  const double e3 = emission.x3 * half;
  const double e2 = (2 - emission.x1 - emission.x3) * half;
  const double p1 = std::sqrt(std::max(0.0, e1 * e1 - a.momentum.mass2()));
  const double p3 = std::sqrt(std::max(0.0, e3 * e3 - b.momentum.mass2()));
  if (p1 <= 0 || p3 <= 0) return false;
  const double cosine = (e2 * e2 - p1 * p1 - p3 * p3) / (2 * p1 * p3);
  if (std::abs(cosine) > 1) return false;
  // One end keeps its direction: the harder one more often (R. Kleiss, Phys. Lett. B 180 (1986) 400).
  const Vec3 axis = unit(in_rest_frame(a.momentum, total).p);
  const bool a_keeps = random.chance(e1 * e1 / (e1 * e1 + e3 * e3));
  const double phi = random.angle();
  Vec3 first = axis * p1;
  Vec3 third = turned(axis, cosine, phi) * p3;
  if (!a_keeps) {
    third = axis * -p3;
    first = turned(-axis, cosine, phi) * p1;
  }
  const FourVector rest1{first, e1};
  const FourVector rest3{third, e3};
  const FourVector rest2{-(first + third), e2};
  a.momentum = boosted(rest1, total);
  b.momentum = boosted(rest3, total);
  gluon = {21, boosted(rest2, total)};
  return true;
}

}  // namespace

void radiate_gluons(Chain& chain, double pt_max, RandomStream& random) {
  double scale = pt_max;
  for (int count = 0; count < most_gluons; ++count) {
    Emission best;
    std::size_t where = 0;
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
      const Emission emission = next_emission(chain[i], chain[i + 1], scale, random);
      if (emission.pt <= best.pt) continue;
      best = emission;
      where = i;
    }
    if (best.pt <= 0) return;
    scale = best.pt;
    Parton gluon;
    if (emit(best, chain[where], chain[where + 1], gluon, random))
      chain.insert(chain.begin() + static_cast<std::ptrdiff_t>(where) + 1, gluon);
  }
}

}  // namespace sluice::simulate
