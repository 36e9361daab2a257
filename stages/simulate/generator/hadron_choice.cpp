#include "stages/simulate/generator/hadron_choice.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "stages/simulate/particles/table.h"

namespace sluice::simulate {

namespace {

// Tuned to the species of Pythia's events (tests/stages/simulate/generator).
constexpr double strange_share = 0.21;  ///< of the pairs from the vacuum; up and down share the rest
constexpr double diquark_share = 0.40;
constexpr double diquark_strange_share = 0.08;
constexpr double vector_share = 0.5;  ///< of light mesons; three quarters if masses did not matter
constexpr double heavy_vector_share = 0.65;
constexpr double decuplet_share = 0.25;
constexpr double eta_share = 0.30;  ///< of the neutral mesons without flavour and spin
constexpr double eta_prime_share = 0.10;

Flavour light(double strange, RandomStream& random) {
  const double u = random.uniform();
  return u < strange ? 3 : u < strange + (1 - strange) / 2 ? 2 : 1;
}

int flavourless_meson(Flavour quark, bool vector, RandomStream& random) {
  if (quark == 3) {
    if (vector) return 333;
    return random.chance(0.6) ? 221 : 331;
  }
  if (vector) return random.chance(0.5) ? 113 : 223;
  const double u = random.uniform();
  return u < eta_share ? 221 : u < eta_share + eta_prime_share ? 331 : 111;
}

/// `quark` and `antiquark` are both given as positive flavours.
int meson(int quark, int antiquark, bool vector, RandomStream* random) {
  if (quark == antiquark) {
    if (quark > 3) return 0;
    return random == nullptr ? (quark == 3 ? 221 : 111) : flavourless_meson(quark, vector, *random);
  }
  const int heavy = std::max(quark, antiquark);
  const int other = std::min(quark, antiquark);
  if (heavy == 5 && other == 4) return 0;  // the B_c is too rare to be known here
  // The code is positive when its heavier quark is an up-like quark or a down-like antiquark.
  const bool positive = (heavy % 2 == 0) == (heavy == quark);
  const int code = 100 * heavy + 10 * other + (vector ? 3 : 1);
  return positive ? code : -code;
}

int baryon(int a, int b, int c, RandomStream* random) {
  std::array<int, 3> q = {a, b, c};
  std::sort(q.begin(), q.end(), std::greater<>());
  const auto is = [&](int x, int y, int z) { return q == std::array<int, 3>{x, y, z}; };
  if (q[0] > 3) {
    if (q[1] == q[2]) return 0;
    if (q[0] == 4) return is(4, 2, 1) ? 4122 : is(4, 3, 2) ? 4232 : 4132;
    return q[1] == 4 ? 0 : is(5, 2, 1) ? 5122 : is(5, 3, 2) ? 5232 : 5132;
  }
  const bool decuplet = random != nullptr && random->chance(decuplet_share);
  if (is(2, 2, 2)) return 2224;
  if (is(1, 1, 1)) return 1114;
  if (is(3, 3, 3)) return 3334;
  if (is(2, 2, 1)) return decuplet ? 2214 : 2212;
  if (is(2, 1, 1)) return decuplet ? 2114 : 2112;
  if (is(3, 2, 2)) return 3222;
  if (is(3, 1, 1)) return 3112;
  if (is(3, 2, 1)) return random != nullptr && random->chance(0.3) ? 3212 : 3122;
  return is(3, 3, 2) ? 3322 : 3312;
}

int choose(Flavour a, Flavour b, RandomStream* random) {
  if (is_diquark(a) && is_diquark(b)) return 0;
  if (is_diquark(b)) return baryon(a, b / 10, b % 10, random);  // quark and diquark
  if (is_diquark(a)) return -baryon(-b, -a / 10, -a % 10, random);
  const bool heavy = a > 3 || -b > 3;
  const bool vector = random != nullptr && random->chance(heavy ? heavy_vector_share : vector_share);
  return meson(a, -b, vector, random);
}

}  // namespace

Flavour vacuum_pair(RandomStream& random, bool may_be_diquark) {
  if (!may_be_diquark || !random.chance(diquark_share)) return light(strange_share, random);
  int a = light(diquark_strange_share, random);
  int b = light(diquark_strange_share, random);
  if (a < b) std::swap(a, b);
  return -(10 * a + b);
}

int hadron_of(Flavour a, Flavour b, RandomStream& random) { return choose(a, b, &random); }

int lightest_hadron_of(Flavour a, Flavour b) { return choose(a, b, nullptr); }

double constituent_mass(Flavour flavour) {
  const int code = std::abs(flavour);
  return is_diquark(flavour) ? mass_of(code / 10) + mass_of(code % 10) : mass_of(code);
}

}  // namespace sluice::simulate
