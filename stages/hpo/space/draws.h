// The random numbers of one decision. They are counted, not streamed: draw 5 of trial 17 of seed 3 is the
// same number whatever was drawn before, for whom, after whatever restart. So a study that is replayed, or
// whose trials end in another order, still makes the same choices.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "stages/stage/random.h"

namespace sluice::hpo {

/// What numbers are drawn for. Two purposes of the same trial never share a number.
enum class Purpose : std::uint64_t { sample, model, candidates, scramble, schedule, shuffle, anneal };

class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t trial, Purpose purpose, std::uint64_t attempt = 0)
      : seed_(seed), trial_(trial), draw_((static_cast<std::uint64_t>(purpose) << 56U) | (attempt << 40U)) {}

  std::uint64_t bits() {
    const stage::Random4 four = stage::random4(seed_, trial_, draw_++);
    return (static_cast<std::uint64_t>(four[0]) << 32U) | four[1];
  }
  /// Uniform in the open interval (0, 1).
  double uniform() { return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// One of 0 … count - 1.
  std::size_t below(std::size_t count) {
    const auto index = static_cast<std::size_t>(uniform() * static_cast<double>(count));
    return index < count ? index : count - 1;
  }
  /// Standard normal (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t seed_;
  std::uint64_t trial_;
  std::uint64_t draw_;
};

}  // namespace sluice::hpo
