// Mean and standard deviation of features, one event after another.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "stages/events/dataset.h"

namespace sluice::preprocess {

/// Elements of different types (feature 0) are kept apart: a column means one thing for tracks, another for
/// clusters.
class Normaliser {
 public:
  explicit Normaliser(std::size_t features) : features_(features) {}

  /// Rows of elements.
  void add(std::span<const float> rows);
  std::vector<events::Normalisation> result() const;

 private:
  struct Sums {
    std::uint64_t count = 0;
    std::vector<double> mean, square;
  };
  std::size_t features_;
  std::map<float, Sums> of_type_;
};

}  // namespace sluice::preprocess
