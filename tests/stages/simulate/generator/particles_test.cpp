// Particle codes, and decays that keep what physics keeps.
#include <gtest/gtest.h>

#include <cmath>

#include "stages/simulate/particles/decay.h"
#include "stages/simulate/particles/pdg.h"
#include "stages/simulate/particles/table.h"

namespace sluice::simulate {
namespace {

TEST(Pdg, ChargesComeFromTheCode) {
  const std::pair<int, double> known[] = {
      {11, -1},  {-11, 1},   {22, 0},   {2, 2.0 / 3}, {24, 1},   {211, 1},   {-321, -1}, {130, 0},
      {310, 0},  {411, 1},   {421, 0},  {431, 1},     {511, 0},  {521, 1},   {531, 0},   {2212, 1},
      {2112, 0}, {3112, -1}, {3222, 1}, {3334, -1},   {4122, 1}, {-5122, 0}, {2224, 2},  {1000020040, 2}};
  for (const auto& [pdg, charge] : known) EXPECT_EQ(charge_of(pdg), charge) << pdg;
}

TEST(Pdg, NonsenseHasNoCharge) {
  for (const int pdg : {0, 9, 99, 777, 2147483647, INT32_MIN}) (void)charge_of(pdg);
  EXPECT_EQ(charge_of(INT32_MIN), 0);
}

/// Everything in the table, and all it can decay to.
TEST(Decays, KeepChargeAndCanHappen) {
  int decaying = 0;
  for (int pdg = 1; pdg < 6000; ++pdg) {
    for (const DecayChannel& channel : decays_of(pdg)) {
      ++decaying;
      double charge = 0;
      double mass = 0;
      for (const int daughter : channel.daughters) {
        ASSERT_NE(find_particle(daughter), nullptr) << pdg << " -> " << daughter;
        charge += charge_of(daughter);
        // Broad resonances may be lighter than their mass.
        mass += mass_of(daughter) - 2 * find_particle(daughter)->width;
      }
      EXPECT_NEAR(charge, charge_of(pdg), 1e-9) << pdg << " -> " << channel.daughters.front() << " ...";
      EXPECT_LE(mass, mass_of(pdg)) << pdg << " -> " << channel.daughters.front() << " ...";
    }
  }
  EXPECT_GT(decaying, 200);
}

TEST(PhaseSpace, AddsUp) {
  RandomStream random(1, 2, Purpose::decay);
  const FourVector total = with_mass({3, -2, 40}, 5.3);
  const double masses[] = {1.87, 0.14, 0.14, 0.5, 0};
  for (int i = 0; i < 100; ++i) {
    FourVector sum;
    const auto products = phase_space(total, masses, random);
    for (std::size_t k = 0; k < products.size(); ++k) {
      sum = sum + products[k];
      EXPECT_NEAR(products[k].mass(), masses[k], 1e-4);
    }
    EXPECT_NEAR(sum.e, total.e, 1e-9);
    EXPECT_NEAR((sum.p - total.p).norm(), 0, 1e-9);
  }
}

TEST(RandomStream, DependsOnWhatItIsForOnly) {
  RandomStream one(1, 2, Purpose::shower, 3);
  RandomStream same(1, 2, Purpose::shower, 3);
  RandomStream other(1, 2, Purpose::shower, 4);
  const double first = one.uniform();
  EXPECT_EQ(first, same.uniform());
  EXPECT_NE(first, other.uniform());
}

TEST(RandomStream, HasTheRightMoments) {
  RandomStream random(1, 1, Purpose::generator);
  constexpr int n = 200'000;
  double normal = 0, square = 0, gamma = 0, small_gamma = 0, poisson = 0, large_poisson = 0, exponential = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    normal += x;
    square += x * x;
    gamma += random.gamma(3.5);
    small_gamma += random.gamma(0.4);
    poisson += random.poisson(4.2);
    large_poisson += random.poisson(500);
    exponential += random.exponential();
  }
  EXPECT_NEAR(normal / n, 0, 0.01);
  EXPECT_NEAR(square / n, 1, 0.02);
  EXPECT_NEAR(gamma / n, 3.5, 0.03);
  EXPECT_NEAR(small_gamma / n, 0.4, 0.01);
  EXPECT_NEAR(poisson / n, 4.2, 0.03);
  EXPECT_NEAR(large_poisson / n, 500, 0.3);
  EXPECT_NEAR(exponential / n, 1, 0.01);
}

}  // namespace
}  // namespace sluice::simulate
