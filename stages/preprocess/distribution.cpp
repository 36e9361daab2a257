#include "stages/preprocess/distribution.h"

#include <algorithm>

namespace sluice::preprocess {

double Distribution::quantile(double share) const {
  if (count_ == 0) return 0;
  const double wanted = share * static_cast<double>(count_);
  double sum = static_cast<double>(below_);
  if (sum >= wanted) return low_;
  const double width = (high_ - low_) / bins;
  for (std::size_t i = 0; i < bins; ++i) {
    const auto here = static_cast<double>(counts_[i]);
    if (here > 0 && sum + here >= wanted)
      return low_ + (static_cast<double>(i) + (wanted - sum) / here) * width;
    sum += here;
  }
  return high_;
}

double Distribution::share(double from, double to) const {
  if (count_ == 0) return 0;
  const double width = (high_ - low_) / bins;
  const auto bin = [&](double value) {
    return static_cast<std::size_t>(
        std::clamp(std::round((value - low_) / width), 0.0, static_cast<double>(bins)));
  };
  std::uint64_t inside = 0;
  for (std::size_t i = bin(from); i < bin(to); ++i) inside += counts_[i];
  return static_cast<double>(inside) / static_cast<double>(count_);
}

std::vector<std::uint64_t> Distribution::histogram(std::size_t wanted) const {
  std::vector<std::uint64_t> result(wanted, 0);
  for (std::size_t i = 0; i < bins && !counts_.empty(); ++i) result[i * wanted / bins] += counts_[i];
  return result;
}

}  // namespace sluice::preprocess
