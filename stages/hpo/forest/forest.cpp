#include "stages/hpo/forest/forest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice::hpo {

/// Grows one tree on a sample of the rows.
class Forest::Grower {
 public:
  Grower(const std::vector<std::vector<double>>& rows, const std::vector<double>& y,
         const std::vector<std::size_t>& unordered, Draws& draws, const Settings& settings)
      : rows_(rows), y_(y), unordered_(unordered), draws_(draws), settings_(settings) {}

  Tree grow() {
    std::vector<std::size_t> sample(rows_.size());
    for (std::size_t& index : sample) index = draws_.below(rows_.size());
    tree_.clear();
    add(sample);
    return std::move(tree_);
  }

 private:
  std::uint32_t add(const std::vector<std::size_t>& sample) {
    const auto index = static_cast<std::uint32_t>(tree_.size());
    tree_.emplace_back();
    Node node = best_split(sample);
    std::vector<std::size_t> left;
    std::vector<std::size_t> right;
    if (node.feature >= 0)
      for (const std::size_t i : sample) (goes_left(node, rows_[i], unordered_) ? left : right).push_back(i);
    if (left.empty() || right.empty()) {
      double sum = 0;
      for (const std::size_t i : sample) sum += y_[i];
      tree_[index].value = sum / static_cast<double>(sample.size());
      return index;
    }
    node.left = add(left);
    node.right = add(right);
    tree_[index] = node;
    return index;
  }

  /// Random thresholds for each feature; the one that leaves the least variance.
  Node best_split(const std::vector<std::size_t>& sample) {
    Node best;
    double lowest = std::numeric_limits<double>::infinity();
    if (sample.size() < settings_.least_to_split) return best;
    for (std::size_t j = 0; j < unordered_.size(); ++j)
      for (int i = 0; i < settings_.thresholds; ++i) {
        Node node;
        if (!draw_split(sample, j, node)) break;
        const double spread = spread_after(node, sample);
        if (spread >= lowest) continue;
        lowest = spread;
        best = node;
      }
    return best;
  }

  bool draw_split(const std::vector<std::size_t>& sample, std::size_t j, Node& node) {
    double low = rows_[sample[0]][j];
    double high = low;
    std::uint64_t seen = 0;
    for (const std::size_t i : sample) {
      low = std::min(low, rows_[i][j]);
      high = std::max(high, rows_[i][j]);
      if (unordered_[j] > 0) seen |= std::uint64_t{1} << (static_cast<std::uint64_t>(rows_[i][j]) & 63U);
    }
    if (low == high) return false;
    node.feature = static_cast<int>(j);
    if (unordered_[j] == 0) {
      node.threshold = draws_.uniform(low, high);
      return true;
    }
    do {
      node.left_values = draws_.bits();
    } while ((node.left_values & seen) == 0 || (node.left_values & seen) == seen);
    return true;
  }

  double spread_after(const Node& node, const std::vector<std::size_t>& sample) const {
    double sums[2] = {0, 0};
    double squares[2] = {0, 0};
    double counts[2] = {0, 0};
    for (const std::size_t i : sample) {
      const int side = goes_left(node, rows_[i], unordered_) ? 0 : 1;
      sums[side] += y_[i];
      squares[side] += y_[i] * y_[i];
      ++counts[side];
    }
    double spread = 0;
    for (int side = 0; side < 2; ++side)
      if (counts[side] > 0) spread += squares[side] - sums[side] * sums[side] / counts[side];
    return spread;
  }

  const std::vector<std::vector<double>>& rows_;
  const std::vector<double>& y_;
  const std::vector<std::size_t>& unordered_;
  Draws& draws_;
  const Settings& settings_;
  Tree tree_;
};

bool Forest::goes_left(const Node& node, const std::vector<double>& x,
                       const std::vector<std::size_t>& unordered) {
  const auto j = static_cast<std::size_t>(node.feature);
  if (unordered[j] == 0) return x[j] <= node.threshold;
  return ((node.left_values >> (static_cast<std::uint64_t>(x[j]) & 63U)) & 1U) != 0;
}

Forest::Forest(const std::vector<std::vector<double>>& rows, const std::vector<double>& y,
               const std::vector<std::size_t>& unordered, Draws draws, Settings settings)
    : unordered_(unordered) {
  Grower grower(rows, y, unordered, draws, settings);
  for (int i = 0; i < settings.trees; ++i) trees_.push_back(grower.grow());
}

Forest::Estimate Forest::at(const std::vector<double>& x) const {
  double sum = 0;
  double squares = 0;
  for (const Tree& tree : trees_) {
    const Node* node = tree.data();
    while (node->feature >= 0) node = &tree[goes_left(*node, x, unordered_) ? node->left : node->right];
    sum += node->value;
    squares += node->value * node->value;
  }
  const auto n = static_cast<double>(trees_.size());
  return {sum / n, std::max(squares / n - sum * sum / (n * n), 0.0)};
}

std::vector<Forest::Leaf> Forest::leaves(std::size_t tree) const {
  const std::size_t features = unordered_.size();
  constexpr double everywhere = std::numeric_limits<double>::infinity();
  const Leaf whole = {std::vector<double>(features, -everywhere), std::vector<double>(features, everywhere),
                      std::vector<std::uint64_t>(features, ~std::uint64_t{0}), 0};
  std::vector<Leaf> leaves;
  collect(trees_[tree], 0, whole, leaves);
  return leaves;
}

void Forest::collect(const Tree& tree, std::size_t node, Leaf here, std::vector<Leaf>& leaves) const {
  const Node& split = tree[node];
  if (split.feature < 0) {
    here.value = split.value;
    leaves.push_back(std::move(here));
    return;
  }
  const auto j = static_cast<std::size_t>(split.feature);
  Leaf right = here;
  if (unordered_[j] == 0) {
    here.high[j] = std::min(here.high[j], split.threshold);
    right.low[j] = std::max(right.low[j], split.threshold);
  } else {
    here.values[j] &= split.left_values;
    right.values[j] &= ~split.left_values;
  }
  collect(tree, split.left, std::move(here), leaves);
  collect(tree, split.right, std::move(right), leaves);
}

}  // namespace sluice::hpo
