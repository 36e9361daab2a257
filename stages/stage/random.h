// Random numbers that depend on what they are for, not on when they are drawn: event 17 of seed 3 gets the
// same ones whatever thread computes it, in whatever order, after whatever restart. Philox4x32 with 10
// rounds: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, doi:10.1145/2063384.2063405.
#pragma once

#include <array>
#include <cstdint>

namespace sluice::stage {

using Random4 = std::array<std::uint32_t, 4>;

constexpr Random4 philox(Random4 counter, std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multiplier_a = 0xD2511F53;
  constexpr std::uint64_t multiplier_b = 0xCD9E8D57;
  constexpr std::uint32_t weyl_a = 0x9E3779B9;
  constexpr std::uint32_t weyl_b = 0xBB67AE85;
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = multiplier_a * counter[0];
    const std::uint64_t b = multiplier_b * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key = {key[0] + weyl_a, key[1] + weyl_b};
  }
  return counter;
}

/// Four numbers for draw `draw` of event `event`.
constexpr Random4 random4(std::uint64_t seed, std::uint64_t event, std::uint64_t draw = 0) {
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); };
  return philox({low(event), high(event), low(draw), high(draw)}, {low(seed), high(seed)});
}

/// Uniform in (0, 1): never 0, never 1, so that its logarithm is always finite.
constexpr double uniform(std::uint32_t bits) { return (static_cast<double>(bits) + 0.5) / 4294967296.0; }

}  // namespace sluice::stage
