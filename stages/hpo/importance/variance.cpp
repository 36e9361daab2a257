#include <algorithm>
#include <cmath>

#include "stages/hpo/importance/importance.h"

namespace sluice::hpo {

namespace {

constexpr std::size_t most_paired = 8;  // features that are looked at by twos

/// One feature of a tree, cut into cells in which no leaf begins or ends.
struct Cells {
  std::vector<double> edges;  ///< of a number
  std::vector<double> widths;
};

/// Cells of one feature that a leaf covers, and how much of the feature that is.
struct Cover {
  std::vector<std::size_t> cells;
  double width = 0;
};

class TreeVariance {
 public:
  TreeVariance(const std::vector<Forest::Leaf>& leaves, const std::vector<std::size_t>& unordered)
      : features_(unordered.size()) {
    for (std::size_t j = 0; j < features_; ++j) cells_.push_back(cells_of(leaves, j, unordered[j]));
    for (const Forest::Leaf& leaf : leaves) add(leaf, unordered);
    for (const Piece& piece : pieces_) {
      mean_ += piece.volume * piece.value;
      variance_ += piece.volume * piece.value * piece.value;
    }
    variance_ -= mean_ * mean_;
  }

  double total() const { return variance_; }

  double single(std::size_t j) const {
    std::vector<double> marginal(cells_[j].widths.size(), 0);
    for (const Piece& piece : pieces_)
      for (const std::size_t cell : piece.covers[j].cells)
        marginal[cell] += piece.volume / piece.covers[j].width * piece.value;
    double sum = 0;
    for (std::size_t cell = 0; cell < marginal.size(); ++cell)
      sum += cells_[j].widths[cell] * (marginal[cell] - mean_) * (marginal[cell] - mean_);
    return sum;
  }

  /// Of both together, what they explain alone included.
  double both(std::size_t i, std::size_t j) const {
    const std::size_t columns = cells_[j].widths.size();
    std::vector<double> marginal(cells_[i].widths.size() * columns, 0);
    for (const Piece& piece : pieces_) {
      const Cover& a = piece.covers[i];
      const Cover& b = piece.covers[j];
      const double height = piece.volume / (a.width * b.width) * piece.value;
      for (const std::size_t row : a.cells)
        for (const std::size_t column : b.cells) marginal[row * columns + column] += height;
    }
    double sum = 0;
    for (std::size_t k = 0; k < marginal.size(); ++k)
      sum += cells_[i].widths[k / columns] * cells_[j].widths[k % columns] * (marginal[k] - mean_) *
             (marginal[k] - mean_);
    return sum;
  }

 private:
  struct Piece {
    double volume = 1;
    double value = 0;
    std::vector<Cover> covers;
  };

  static Cells cells_of(const std::vector<Forest::Leaf>& leaves, std::size_t j, std::size_t values) {
    if (values > 0) return {{}, std::vector<double>(values, 1 / static_cast<double>(values))};
    Cells cells = {{0, 1}, {}};
    for (const Forest::Leaf& leaf : leaves)
      for (const double edge : {leaf.low[j], leaf.high[j]})
        if (edge > 0 && edge < 1) cells.edges.push_back(edge);
    std::sort(cells.edges.begin(), cells.edges.end());
    cells.edges.erase(std::unique(cells.edges.begin(), cells.edges.end()), cells.edges.end());
    for (std::size_t k = 1; k < cells.edges.size(); ++k)
      cells.widths.push_back(cells.edges[k] - cells.edges[k - 1]);
    return cells;
  }

  static Cover cover(const Forest::Leaf& leaf, std::size_t j, const Cells& cells) {
    Cover cover;
    for (std::size_t cell = 0; cell < cells.widths.size(); ++cell) {
      const bool inside = cells.edges.empty()
                              ? ((leaf.values[j] >> (cell & 63U)) & 1U) != 0
                              : cells.edges[cell] >= leaf.low[j] && cells.edges[cell + 1] <= leaf.high[j];
      if (!inside) continue;
      cover.cells.push_back(cell);
      cover.width += cells.widths[cell];
    }
    return cover;
  }

  /// A leaf that lies outside the space (where parameters are inactive) covers nothing.
  void add(const Forest::Leaf& leaf, const std::vector<std::size_t>& unordered) {
    Piece piece;
    piece.value = leaf.value;
    for (std::size_t j = 0; j < unordered.size(); ++j) {
      piece.covers.push_back(cover(leaf, j, cells_[j]));
      piece.volume *= piece.covers.back().width;
    }
    if (piece.volume > 0) pieces_.push_back(std::move(piece));
  }

  std::size_t features_;
  std::vector<Cells> cells_;
  std::vector<Piece> pieces_;
  double mean_ = 0;
  double variance_ = 0;
};

/// The features that explain most alone.
std::vector<std::size_t> leading(const std::vector<double>& single) {
  std::vector<std::size_t> order(single.size());
  for (std::size_t j = 0; j < order.size(); ++j) order[j] = j;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return single[a] > single[b]; });
  order.resize(std::min(order.size(), most_paired));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

VarianceShares variance_shares(const Forest& forest) {
  const std::size_t features = forest.unordered().size();
  std::vector<TreeVariance> trees;
  for (std::size_t t = 0; t < forest.size(); ++t) {
    TreeVariance tree(forest.leaves(t), forest.unordered());
    if (tree.total() > 0) trees.push_back(std::move(tree));
  }
  VarianceShares shares = {std::vector<double>(features, 0), {}};
  const auto count = static_cast<double>(trees.size());
  for (const TreeVariance& tree : trees)
    for (std::size_t j = 0; j < features; ++j) shares.single[j] += tree.single(j) / tree.total() / count;
  const auto order = leading(shares.single);
  for (std::size_t a = 0; a < order.size(); ++a)
    for (std::size_t b = a + 1; b < order.size(); ++b) {
      PairShare pair = {order[a], order[b], 0};
      for (const TreeVariance& tree : trees)
        pair.share +=
            (tree.both(pair.first, pair.second) - tree.single(pair.first) - tree.single(pair.second)) /
            tree.total() / count;
      pair.share = std::max(pair.share, 0.0);
      shares.pairs.push_back(pair);
    }
  std::stable_sort(shares.pairs.begin(), shares.pairs.end(),
                   [](const PairShare& a, const PairShare& b) { return a.share > b.share; });
  return shares;
}

}  // namespace sluice::hpo
