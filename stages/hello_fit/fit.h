// The lifetime behind a histogram of decay times: an exponential on a flat background, by maximum likelihood.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/result.h"

namespace sluice::hello {

struct LifetimeFit {
  double lifetime_us = 0;
  double error_us = 0;  ///< one standard deviation
  double signal = 0;    ///< decays after the start of the fit, as if the clock ran for ever
  double background_per_bin = 0;
  double chi2_per_dof = 0;  ///< far above 1: not one exponential
};

/// `counts` are bins of `bin_width_us`, the first of which begins at the start of the fit.
Result<LifetimeFit> fit_lifetime(std::span<const std::int64_t> counts, double bin_width_us);
/// Decays that the fit expects in bin `bin`.
double expected(const LifetimeFit& fit, std::size_t bin, double bin_width_us);

}  // namespace sluice::hello
