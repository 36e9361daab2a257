// BOHB's model (Falkner et al., ICML 2018): for each budget a kernel density of the good and one of the bad
// configurations; the farthest budget with enough results is used, and every third suggestion is random.
// Together with Hyperband's brackets this is BOHB.
#pragma once

#include <memory>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

/// A product of normal and Aitchison-Aitken kernels with rule-of-thumb widths.
class Density {
 public:
  /// `values[j]`: how many values a choice has; 0 for a coordinate of the unit cube.
  Density(std::vector<std::vector<double>> rows, std::vector<std::size_t> values);
  double pdf(const std::vector<double>& x) const;
  const std::vector<double>& widths() const { return widths_; }
  const std::vector<std::vector<double>>& rows() const { return rows_; }

 private:
  std::vector<std::vector<double>> rows_;
  std::vector<std::size_t> values_;
  std::vector<double> widths_;
};

struct BohbSettings {
  double random_share = 1.0 / 3;
  double good_share = 0.15;
  int candidates = 64;
  double widen = 3;  ///< of the kernels that candidates are drawn from
};
std::unique_ptr<Searcher> make_bohb(const Space& space, BohbSettings settings = {});

}  // namespace sluice::hpo
