#include "stages/evaluate/inference/buckets.h"

namespace sluice::evaluate {

namespace {

/// Enough to fill a processor; more would only make the last batches of a run uneven.
constexpr std::size_t most_events = 256;
/// Of the longest event of a batch, the shortest has at least half, give or take a few elements.
constexpr std::uint64_t few_elements = 16;

}  // namespace

std::vector<Bucket> buckets_of(std::span<const std::uint64_t> lengths, std::uint64_t budget) {
  std::vector<Bucket> buckets;
  std::size_t first = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::size_t events = i - first + 1;
    const bool full = events > most_events || events * lengths[i] > budget ||
                      lengths[i] > 2 * lengths[first] + few_elements;
    if (i == first || !full) continue;
    buckets.push_back({first, i});
    first = i;
  }
  if (!lengths.empty()) buckets.push_back({first, lengths.size()});
  return buckets;
}

}  // namespace sluice::evaluate
