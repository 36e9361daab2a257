#include "executors/runner/look_pace.h"

#include <algorithm>

namespace sluice::executors {

double until_next_scan_s(double youngest_s, bool enforcing, double cost_s) {
  constexpr double share_of_age = 0.5;
  constexpr double first_s = 1;
  constexpr double first_enforcing_s = 0.25;
  constexpr double longest_s = 5;
  constexpr double largest_share = 0.01;  // of one core, for looking
  const double by_age =
      std::clamp(share_of_age * youngest_s, enforcing ? first_enforcing_s : first_s, longest_s);
  return std::max(by_age, cost_s / largest_share);
}

double until_limit_s(std::uint64_t bytes, std::uint64_t limit) {
  constexpr double bytes_a_second = 1e9;  // about what a core gets from the kernel when it does nothing else
  constexpr double shortest_s = 0.25;
  constexpr double longest_s = 1;
  const double left = static_cast<double>(limit) - static_cast<double>(bytes);
  return std::clamp(left / bytes_a_second, shortest_s, longest_s);
}

}  // namespace sluice::executors
