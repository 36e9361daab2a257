// Where bars stand in a time line: side by side as long as they overlap in time, and as many lanes wide as
// the trial has resources.
#pragma once

#include <cstddef>
#include <vector>

namespace sluice::sweep {

struct Bar {
  std::size_t work = 0;
  double begin = 0;
  double end = 0;
  std::size_t wide = 1;  ///< lanes
  std::size_t lane = 0;  ///< the first of them
};

/// Puts each bar into the lowest lanes that are free; how many lanes there are then.
std::size_t put_into_lanes(std::vector<Bar>& bars);

}  // namespace sluice::sweep
