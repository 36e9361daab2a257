// Clusters: hills of density, whatever order the hits come in.
#include <gtest/gtest.h>

#include <set>

#include "stages/simulate/cluster/density.h"
#include "stages/simulate/cluster/neighbours.h"
#include "stages/simulate/random/stream.h"

namespace sluice::simulate {
namespace {

constexpr DensitySettings settings{26, 2.0, 0.55, 0.03};

/// A blob of hits around a place 1600 mm from the collision.
void add_blob(double y, int hits, RandomStream& random, std::vector<Vec3>& points,
              std::vector<double>& energies) {
  for (int i = 0; i < hits; ++i) {
    points.push_back({1600 + 25 * random.normal(), y + 5 * random.normal(), 5 * random.normal()});
    energies.push_back(0.01 + 0.02 * random.uniform());
  }
}

std::size_t number_of(const std::vector<std::uint32_t>& clusters, std::size_t begin, std::size_t end) {
  return std::set<std::uint32_t>(clusters.begin() + static_cast<std::ptrdiff_t>(begin),
                                 clusters.begin() + static_cast<std::ptrdiff_t>(end))
      .size();
}

TEST(NearPairs, AreThoseThatAreNear) {
  RandomStream random(1, 1, Purpose::generator);
  std::vector<Vec3> points;
  for (int i = 0; i < 300; ++i)
    points.push_back({random.uniform(-100, 100), random.uniform(-100, 100), random.uniform(-100, 100)});
  std::set<std::pair<std::uint32_t, std::uint32_t>> expected;
  for (std::uint32_t a = 0; a < points.size(); ++a)
    for (std::uint32_t b = a + 1; b < points.size(); ++b)
      if ((points[a] - points[b]).norm() < 30) expected.emplace(a, b);
  std::set<std::pair<std::uint32_t, std::uint32_t>> found;
  for (const Pair& pair : near_pairs(points, 30))
    found.emplace(std::min(pair.a, pair.b), std::max(pair.a, pair.b));
  EXPECT_EQ(found, expected);
}

TEST(DensityClusters, KeepABlobTogetherAndTwoApart) {
  RandomStream random(1, 2, Purpose::generator);
  std::vector<Vec3> points;
  std::vector<double> energies;
  add_blob(0, 200, random, points, energies);
  add_blob(60, 200, random, points, energies);
  const auto clusters = density_clusters(points, energies, settings);
  std::size_t in_first = 0;
  for (std::size_t i = 0; i < 200; ++i) in_first += clusters[i] == clusters[0] ? 1 : 0;
  EXPECT_GT(in_first, 180U);
  std::size_t mixed = 0;
  for (std::size_t i = 200; i < 400; ++i) mixed += clusters[i] == clusters[0] ? 1 : 0;
  EXPECT_EQ(mixed, 0U);
}

TEST(DensityClusters, HitsFarFromAllOthersAreAlone) {
  const std::vector<Vec3> points = {{1600, 0, 0}, {1600, 500, 0}, {1600, -500, 0}};
  const std::vector<double> energies = {0.1, 0.1, 0.1};
  const auto clusters = density_clusters(points, energies, settings);
  EXPECT_EQ(number_of(clusters, 0, 3), 3U);
}

TEST(DensityClusters, NothingGivesNothing) { EXPECT_TRUE(density_clusters({}, {}, settings).empty()); }

}  // namespace
}  // namespace sluice::simulate
