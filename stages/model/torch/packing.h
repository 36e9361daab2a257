// Events behind each other instead of side by side: features [1, all elements, F], no padding. What a network
// does element by element doesn't notice; what it does with whole events asks here where they begin.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice::model {

struct Packing {
  std::vector<std::int64_t> starts;  ///< of each event, in elements, and where the last one ends

  std::int64_t events() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  std::int64_t elements() const { return starts.back(); }
  std::int64_t start(std::int64_t event) const { return starts[static_cast<std::size_t>(event)]; }
  std::int64_t length(std::int64_t event) const { return start(event + 1) - start(event); }
};

}  // namespace sluice::model
