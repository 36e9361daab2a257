// Losses of one rung, kept so that ranks, quantiles and the k-th best are found without sorting: 10⁵ reports
// a second stay possible with 10⁴ trials on a rung.
#pragma once

#include <cmath>
#include <cstdint>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <functional>
#include <limits>
#include <utility>

namespace sluice::hpo {

class Losses {
 public:
  void insert(double loss) { tree_.insert({loss, count_++}); }
  std::int64_t size() const { return count_; }

  std::int64_t count_below(double loss) const {
    return static_cast<std::int64_t>(tree_.order_of_key({loss, std::numeric_limits<std::int64_t>::min()}));
  }
  /// k = 0: the best one.
  double kth(std::int64_t k) const { return tree_.find_by_order(static_cast<std::size_t>(k))->first; }
  /// Linear between neighbours, as numpy does.
  double quantile(double q) const {
    const double place = q * static_cast<double>(count_ - 1);
    const auto below = static_cast<std::int64_t>(place);
    const double rest = place - static_cast<double>(below);
    const double low = kth(below);
    if (rest <= 0) return low;
    return low + rest * (kth(below + 1) - low);
  }

 private:
  using Key = std::pair<double, std::int64_t>;
  using Tree = __gnu_pbds::tree<Key, __gnu_pbds::null_type, std::less<>, __gnu_pbds::rb_tree_tag,
                                __gnu_pbds::tree_order_statistics_node_update>;
  Tree tree_;
  std::int64_t count_ = 0;
};

}  // namespace sluice::hpo
