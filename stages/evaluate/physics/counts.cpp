#include "stages/evaluate/physics/counts.h"

#include <algorithm>
#include <limits>

namespace sluice::evaluate {

std::size_t Binning::find(double value) const {
  if (!(value >= edges.front() && value < edges.back())) return bins();
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1;
}

std::optional<Estimate> ratio(int replicas, const Count& a, const Count& b) {
  return estimate(replicas, [&](int replica) { return a.at(replica) / b.at(replica); });
}

void Spectrum::add(double value, const Weights& weights) {
  if (!(value >= 0)) return;
  const auto bin = static_cast<std::size_t>(std::min(value / width_, static_cast<double>(most_bins - 1)));
  counts_.try_emplace(bin, empty_).first->second.add(weights);
}

const Count& Spectrum::bin(std::size_t index) const {
  const auto found = counts_.find(index);
  return found == counts_.end() ? empty_ : found->second;
}

std::size_t Distribution::bin_of(double value, std::size_t bins) const {
  if (!(value >= low_)) return 0;
  if (value >= high_) return bins + 1;
  const double place = (value - low_) / (high_ - low_) * static_cast<double>(bins);
  return std::min(static_cast<std::size_t>(place), bins - 1) + 1;
}

void Distribution::add(double value, const Weights& weights) {
  if (count_++ == 0) {
    fine_.assign(fine_bins + 2, 0);
    coarse_.assign((coarse_bins + 2) * static_cast<std::size_t>(replicas_), 0);
  }
  ++fine_[bin_of(value, fine_bins)];
  std::uint32_t* row = coarse_.data() + bin_of(value, coarse_bins) * weights.size();
  for (std::size_t i = 0; i < weights.size(); ++i) row[i] += weights[i];
}

template <typename At>
Distribution::Quartiles Distribution::find_quartiles(std::size_t bins, At at) const {
  double total = 0;
  for (std::size_t bin = 0; bin < bins + 2; ++bin) total += at(bin);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (total < static_cast<double>(least_count)) return {nan, nan, nan};
  const double width = (high_ - low_) / static_cast<double>(bins);
  std::array<double, 3> found{};
  std::size_t next = 0;
  double before = 0;
  for (std::size_t bin = 0; bin < bins + 2 && next < 3; ++bin) {
    const double here = at(bin);
    for (; next < 3 && before + here >= total * 0.25 * static_cast<double>(next + 1); ++next) {
      const double inside = (total * 0.25 * static_cast<double>(next + 1) - before) / here;
      found[next] = bin == 0          ? low_
                    : bin == bins + 1 ? high_
                                      : low_ + (static_cast<double>(bin) - 1 + inside) * width;
    }
    before += here;
  }
  return {found[0], found[1], found[2]};
}

Distribution::Quartiles Distribution::quartiles(int replica) const {
  if (count_ < least_count) return find_quartiles(0, [](std::size_t) { return 0.0; });
  if (replica == nominal)
    return find_quartiles(fine_bins, [&](std::size_t bin) { return static_cast<double>(fine_[bin]); });
  const auto stride = static_cast<std::size_t>(replicas_);
  const std::uint32_t* column = coarse_.data() + replica;
  return find_quartiles(coarse_bins,
                        [&](std::size_t bin) { return static_cast<double>(column[bin * stride]); });
}

std::vector<std::uint64_t> Distribution::histogram(std::size_t bins) const {
  std::vector<std::uint64_t> counts(bins, 0);
  for (std::size_t i = 0; i < (fine_.empty() ? 0 : fine_bins); ++i)
    counts[i * bins / fine_bins] += fine_[i + 1];
  return counts;
}

}  // namespace sluice::evaluate
