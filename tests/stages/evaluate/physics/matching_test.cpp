// Which is which: one to one, the nearest first.
#include "stages/evaluate/physics/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "stages/stage/random.h"

namespace sluice::evaluate {
namespace {

using Directions = std::vector<Direction>;
constexpr double limit = 0.1;

std::vector<std::pair<std::size_t, std::size_t>> pairs(const Directions& first, const Directions& second) {
  std::vector<std::pair<std::size_t, std::size_t>> result;
  for (const Match& match : match_nearest(first, second, limit))
    result.emplace_back(match.first, match.second);
  return result;
}
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

TEST(Matching, TakesTheNearestPairOfAllFirst) {
  // 0 is nearer to 1' than to 0', but 1 is nearer still to 1'.
  EXPECT_EQ(pairs({{0, 0}, {0.05, 0}}, {{-0.04, 0}, {0.03, 0}}), (Pairs{{1, 1}, {0, 0}}));
}

TEST(Matching, GivesNobodyTwice) {
  EXPECT_EQ(pairs({{0, 0}, {0.01, 0}}, {{0.002, 0}}), (Pairs{{0, 0}}));
  EXPECT_EQ(pairs({{0.002, 0}}, {{0, 0}, {0.01, 0}}), (Pairs{{0, 0}}));
}

TEST(Matching, EndsBelowTheLimit) {
  EXPECT_EQ(pairs({{0, 0}}, {{0.0999, 0}}), (Pairs{{0, 0}}));
  EXPECT_EQ(pairs({{0, 0}}, {{0.1, 0}}), (Pairs{}));
  EXPECT_EQ(pairs({{0, 0}}, {{0.08, 0.08}}), (Pairs{}));
}

TEST(Matching, GoesAcrossTheSeamOfTheAzimuth) {
  EXPECT_EQ(pairs({{1, std::numbers::pi - 0.01}}, {{1, -std::numbers::pi + 0.01}}), (Pairs{{0, 0}}));
  EXPECT_NEAR(delta_r({0, 3.1}, {0, -3.1}), 2 * std::numbers::pi - 6.2, 1e-12);
}

TEST(Matching, OfEqualDistancesPrefersTheFirst) {
  EXPECT_EQ(pairs({{0, 0}}, {{0.05, 0}, {-0.05, 0}}), (Pairs{{0, 0}}));
}

TEST(Matching, OfNothingIsNothing) {
  EXPECT_EQ(pairs({}, {{0, 0}}), (Pairs{}));
  EXPECT_EQ(pairs({{0, 0}}, {}), (Pairs{}));
  EXPECT_EQ(pairs({{std::nan(""), 0}}, {{0, 0}}), (Pairs{}));
  EXPECT_EQ(pairs({{0, 0}}, {{std::nan(""), 0}}), (Pairs{}));
}

Directions random_directions(std::uint64_t seed, std::size_t count) {
  Directions result;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = stage::random4(seed, i);
    result.push_back({stage::uniform(bits[0]) - 0.5, (stage::uniform(bits[1]) - 0.5) * 0.6 + 3.1});
  }
  return result;
}

/// The definition, word by word.
Pairs one_after_the_other(const Directions& first, const Directions& second) {
  Pairs result;
  std::set<std::size_t> a;
  std::set<std::size_t> b;
  for (;;) {
    double nearest = limit;
    std::pair<std::size_t, std::size_t> best;
    for (std::size_t i = 0; i < first.size(); ++i)
      for (std::size_t j = 0; j < second.size(); ++j)
        if (!a.contains(i) && !b.contains(j) && delta_r(first[i], second[j]) < nearest)
          nearest = delta_r(first[i], second[j]), best = {i, j};
    if (nearest == limit) return result;
    result.push_back(best);
    a.insert(best.first), b.insert(best.second);
  }
}

TEST(Matching, IsTheDefinitionForAnyDirections) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto first = random_directions(2 * seed, seed % 23);
    const auto second = random_directions(2 * seed + 1, seed % 17);
    ASSERT_EQ(pairs(first, second), one_after_the_other(first, second)) << seed;
  }
}

TEST(Matching, IsTheSameFromTheOtherSideAndInAnyOrder) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    auto first = random_directions(2 * seed, 20);
    auto second = random_directions(2 * seed + 1, 25);
    const Pairs forward = pairs(first, second);
    Pairs backward;
    for (const auto& [j, i] : pairs(second, first)) backward.emplace_back(i, j);
    ASSERT_EQ(forward, backward) << seed;
    std::reverse(second.begin(), second.end());
    Pairs reversed;
    for (const auto& [i, j] : pairs(first, second)) reversed.emplace_back(i, 24 - j);
    ASSERT_EQ(forward, reversed) << seed;
  }
}

}  // namespace
}  // namespace sluice::evaluate
