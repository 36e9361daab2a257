// Scrambled Sobol points. The direction numbers are those of Boost.Random; the scrambling is Owen's, computed
// by hashing (B. Burley, "Practical hash-based Owen scrambling", JCGT 9 (2020) 4).
#include <boost/random/sobol.hpp>

#include "stages/hpo/search/plain.h"

namespace sluice::hpo {

namespace {

std::uint32_t reverse_bits(std::uint32_t x) {
  x = ((x >> 1U) & 0x55555555U) | ((x & 0x55555555U) << 1U);
  x = ((x >> 2U) & 0x33333333U) | ((x & 0x33333333U) << 2U);
  x = ((x >> 4U) & 0x0F0F0F0FU) | ((x & 0x0F0F0F0FU) << 4U);
  x = ((x >> 8U) & 0x00FF00FFU) | ((x & 0x00FF00FFU) << 8U);
  return (x >> 16U) | (x << 16U);
}

/// A hash in which every bit depends on lower bits only: applied to reversed bits it permutes the tree of
/// intervals.
std::uint32_t permute(std::uint32_t x, std::uint32_t seed) {
  x ^= x * 0x3D20ADEAU;
  x += seed;
  x *= (seed >> 16U) | 1U;
  x ^= x * 0x05526C56U;
  x ^= x * 0x53A22864U;
  return x;
}

double scramble(std::uint64_t bits, std::uint32_t seed) {
  const auto high = static_cast<std::uint32_t>(bits >> 32U);
  return (static_cast<double>(reverse_bits(permute(reverse_bits(high), seed))) + 0.5) * 0x1p-32;
}

std::vector<std::uint32_t> seeds_of(std::uint64_t seed, std::size_t dimensions) {
  std::vector<std::uint32_t> seeds;
  Draws draws(seed, 0, Purpose::scramble);
  for (std::size_t i = 0; i < dimensions; ++i)
    seeds.push_back(static_cast<std::uint32_t>(draws.bits() >> 32U));
  return seeds;
}

}  // namespace

std::vector<std::vector<double>> sobol_points(std::uint64_t seed, std::size_t count, std::size_t dimensions) {
  const auto seeds = seeds_of(seed, dimensions);
  boost::random::sobol engine(dimensions);
  std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < dimensions; ++k) points[i][k] = scramble(i == 0 ? 0 : engine(), seeds[k]);
  return points;
}

std::vector<double> sobol_point(std::uint64_t seed, std::uint64_t index, std::size_t dimensions) {
  const auto seeds = seeds_of(seed, dimensions);
  boost::random::sobol engine(dimensions);
  if (index > 0) engine.discard((index - 1) * dimensions);
  std::vector<double> point(dimensions);
  for (std::size_t k = 0; k < dimensions; ++k) point[k] = scramble(index == 0 ? 0 : engine(), seeds[k]);
  return point;
}

}  // namespace sluice::hpo
