// How a quantity is distributed, in bounded memory: a fine histogram, from which medians, shares and figures
// come.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::preprocess {

class Distribution {
 public:
  Distribution() = default;
  /// From `low` to `high` in 4,000 bins, so that a quantile is right to a 4,000th of the range.
  Distribution(std::string what, double low, double high)
      : what_(std::move(what)), low_(low), high_(high), counts_(bins, 0) {}

  void add(double value) {
    ++count_;
    if (!(value >= low_)) {
      ++below_;  // and what is no number
    } else if (value >= high_) {
      ++above_;
    } else {
      ++counts_[static_cast<std::size_t>((value - low_) / (high_ - low_) * bins)];
    }
  }

  const std::string& what() const { return what_; }
  std::uint64_t count() const { return count_; }
  double low() const { return low_; }
  double high() const { return high_; }
  /// The ends of the range stand for what lies outside of it; 0 for nothing at all.
  double quantile(double share) const;
  double median() const { return quantile(0.5); }
  /// Share of values in [from, to), to a bin; 0 for nothing at all.
  double share(double from, double to) const;
  /// Counts of `wanted` bins of equal width.
  std::vector<std::uint64_t> histogram(std::size_t wanted) const;

 private:
  static constexpr std::size_t bins = 4000;
  std::string what_;
  double low_ = 0;
  double high_ = 1;
  std::uint64_t count_ = 0;
  std::uint64_t below_ = 0;
  std::uint64_t above_ = 0;
  std::vector<std::uint64_t> counts_;
};

}  // namespace sluice::preprocess
