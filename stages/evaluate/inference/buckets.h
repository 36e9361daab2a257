// Which events go through the network together: neighbours in length, so that little of a batch is padding.
// The batches depend on lengths and the budget alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice::evaluate {

/// Events [first, last) of the order by length.
struct Bucket {
  std::size_t first = 0;
  std::size_t last = 0;

  bool operator==(const Bucket&) const = default;
};

/// `lengths` ascend. A batch has at most `budget` elements with padding, but one event at least.
std::vector<Bucket> buckets_of(std::span<const std::uint64_t> lengths, std::uint64_t budget);

}  // namespace sluice::evaluate
