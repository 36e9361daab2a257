#include "stages/preprocess/normaliser.h"

#include <cmath>

namespace sluice::preprocess {

void Normaliser::add(std::span<const float> rows) {
  for (std::size_t at = 0; at < rows.size(); at += features_) {
    Sums& sums = of_type_[rows[at]];
    if (sums.mean.empty()) {
      sums.mean.assign(features_, 0);
      sums.square.assign(features_, 0);
    }
    ++sums.count;
    for (std::size_t i = 0; i < features_; ++i) {  // Welford's, for sums that do not drift
      const double before = static_cast<double>(rows[at + i]) - sums.mean[i];
      sums.mean[i] += before / static_cast<double>(sums.count);
      sums.square[i] += before * (static_cast<double>(rows[at + i]) - sums.mean[i]);
    }
  }
}

std::vector<events::Normalisation> Normaliser::result() const {
  std::vector<events::Normalisation> result;
  for (const auto& [type, sums] : of_type_) {
    events::Normalisation normalisation;
    normalisation.elemtype = type;
    normalisation.elements = sums.count;
    for (std::size_t i = 0; i < features_; ++i) {
      const double deviation = std::sqrt(sums.square[i] / static_cast<double>(sums.count));
      const bool constant = !(deviation > 1e-7 * std::abs(sums.mean[i]));
      normalisation.mean.push_back(static_cast<float>(sums.mean[i]));
      normalisation.standard_deviation.push_back(constant ? 1.0F : static_cast<float>(deviation));
    }
    result.push_back(std::move(normalisation));
  }
  return result;
}

}  // namespace sluice::preprocess
