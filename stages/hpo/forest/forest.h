// A regression forest: for spaces full of choices and conditions, where distances mean little. Trees are
// grown on random samples with random thresholds; how much they disagree is the uncertainty.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

class Forest {
 public:
  struct Settings {
    int trees = 10;
    std::size_t least_to_split = 2;
    int thresholds = 1;  ///< tried at random for each feature of a split
  };
  struct Estimate {
    double mean = 0;
    double variance = 0;
  };

  /// `unordered[j]`: how many values a choice has; 0 for a number. `draws` decides the samples and the
  /// splits.
  Forest(const std::vector<std::vector<double>>& rows, const std::vector<double>& y,
         const std::vector<std::size_t>& unordered, Draws draws, Settings settings);
  Forest(const std::vector<std::vector<double>>& rows, const std::vector<double>& y,
         const std::vector<std::size_t>& unordered, Draws draws)
      : Forest(rows, y, unordered, draws, Settings()) {}

  Estimate at(const std::vector<double>& x) const;

  /// A piece of the space in which one tree predicts one value.
  struct Leaf {
    std::vector<double> low, high;      ///< of numbers
    std::vector<std::uint64_t> values;  ///< of choices: a bit for each value
    double value = 0;
  };
  std::size_t size() const { return trees_.size(); }
  std::vector<Leaf> leaves(std::size_t tree) const;
  const std::vector<std::size_t>& unordered() const { return unordered_; }

 private:
  struct Node {
    int feature = -1;  ///< a leaf has none
    double threshold = 0;
    std::uint64_t left_values = 0;  ///< of a choice: those that go left
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    double value = 0;
  };
  using Tree = std::vector<Node>;
  class Grower;

  static bool goes_left(const Node& node, const std::vector<double>& x,
                        const std::vector<std::size_t>& unordered);
  void collect(const Tree& tree, std::size_t node, Leaf here, std::vector<Leaf>& leaves) const;

  std::vector<std::size_t> unordered_;
  std::vector<Tree> trees_;
};

struct ForestSettings {
  int first = 0;  ///< trials from Sobol's sequence before there is a model; 0: 3 + the parameters, at most 10
  double random_share = 0.1;  ///< of the suggestions, so that nothing is overlooked for ever
};
std::unique_ptr<Searcher> make_forest(const Space& space, ForestSettings settings = {});

}  // namespace sluice::hpo
