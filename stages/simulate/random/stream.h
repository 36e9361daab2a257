// Random numbers for one purpose of one event: the shower of particle 17 of event 3 gets the same ones
// whatever was simulated before it, on whatever thread, so that any event can be made alone.
#pragma once

#include <array>
#include <cstdint>

#include "stages/stage/random.h"

namespace sluice::simulate {

/// What the numbers are for. Appended to, never reordered: the values are part of every result.
enum class Purpose : std::uint8_t { generator = 1, decay, tracker, shower };

class RandomStream {
 public:
  /// `item` (below 2^24) is usually a particle's index.
  RandomStream(std::uint64_t seed, std::uint64_t event, Purpose purpose, std::uint64_t item = 0)
      : seed_(seed), event_(event), draw_(static_cast<std::uint64_t>(purpose) << 56U | item << 32U) {}

  /// In (0, 1), never 0, never 1.
  double uniform() {
    if (next_ == numbers_.size()) {
      numbers_ = stage::random4(seed_, event_, draw_++);
      next_ = 0;
    }
    return stage::uniform(numbers_[next_++]);
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// True in a share `probability` of all cases.
  bool chance(double probability) { return uniform() < probability; }
  double angle();        ///< in [0, 2 pi)
  double exponential();  ///< of mean 1
  double normal();       ///< of mean 0 and width 1
  /// Of this shape and scale 1, so of mean `shape` (G. Marsaglia and W. Tsang, ACM TOMS 26 (2000) 363).
  double gamma(double shape);
  /// Beyond a mean of 64 a rounded normal, which no histogram can tell from it.
  int poisson(double mean);

 private:
  std::uint64_t seed_;
  std::uint64_t event_;
  std::uint64_t draw_;
  stage::Random4 numbers_{};
  std::size_t next_ = 4;
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

}  // namespace sluice::simulate
