// Counters that an evaluation streams into: their size depends on neither the number of events nor on their
// order, as all they hold is integers.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "stages/evaluate/physics/bootstrap.h"

namespace sluice::evaluate {

/// Edges of bins, ascending. A value at an edge belongs to the bin above.
struct Binning {
  std::vector<double> edges;

  std::size_t bins() const { return edges.size() - 1; }
  /// `bins()` for what lies outside, or is no number.
  std::size_t find(double value) const;
};

/// How many there were, in truth and in each replica.
class Count {
 public:
  Count() = default;
  explicit Count(int replicas) : counts_(static_cast<std::size_t>(replicas) + 1, 0) {}

  void add(const Weights& weights, std::uint64_t how_many = 1) {
    counts_[0] += how_many;
    for (std::size_t i = 0; i < weights.size(); ++i) counts_[i + 1] += weights[i] * how_many;
  }
  double at(int replica) const { return static_cast<double>(counts_[static_cast<std::size_t>(replica) + 1]); }
  std::uint64_t total() const { return counts_[0]; }

 private:
  std::vector<std::uint64_t> counts_;
};

/// a / b, NaN where b is 0.
std::optional<Estimate> ratio(int replicas, const Count& a, const Count& b);

/// A spectrum in bins of equal width from 0 on, as far as there is anything.
class Spectrum {
 public:
  Spectrum() = default;
  Spectrum(double width, int replicas) : width_(width), empty_(replicas) {}

  void add(double value, const Weights& weights);
  double width() const { return width_; }
  std::size_t bins() const { return counts_.empty() ? 0 : counts_.rbegin()->first + 1; }
  const Count& bin(std::size_t index) const;

 private:
  static constexpr std::size_t most_bins = 2000;  ///< the last one has all that lies above
  double width_ = 1;
  Count empty_;
  std::map<std::size_t, Count> counts_;
};

/// Quantiles of a distribution on [low, high): from a fine histogram of all values, and a coarser one of each
/// replica. Values outside count as the end of the range. Takes memory only when something is in it.
class Distribution {
 public:
  Distribution() = default;
  Distribution(double low, double high, int replicas) : low_(low), high_(high), replicas_(replicas) {}

  void add(double value, const Weights& weights);
  std::uint64_t count() const { return count_; }
  double low() const { return low_; }
  double high() const { return high_; }

  struct Quartiles {
    double lower = 0, median = 0, upper = 0;
  };
  /// NaN below `least_count` values; linear inside of a bin.
  Quartiles quartiles(int replica) const;
  /// For figures: counts in bins of equal width; what lies outside is left out.
  std::vector<std::uint64_t> histogram(std::size_t bins) const;

  /// Fewer have no quartiles worth the name.
  static constexpr std::uint64_t least_count = 10;
  static constexpr std::size_t coarse_bins = 512;
  static constexpr std::size_t fine_bins = 32 * coarse_bins;

 private:
  std::size_t bin_of(double value, std::size_t bins) const;
  template <typename At>
  Quartiles find_quartiles(std::size_t bins, At at) const;

  double low_ = 0;
  double high_ = 1;
  int replicas_ = 0;
  std::uint64_t count_ = 0;
  // The first and the last bin are what lies below and above.
  std::vector<std::uint64_t> fine_;
  std::vector<std::uint32_t> coarse_;  ///< bins x replicas
};

}  // namespace sluice::evaluate
