// The logarithm of expected improvement, exact where the improvement itself is far below what a double can
// hold (Ament et al., NeurIPS 2023).
#pragma once

namespace sluice::hpo {

struct LogImprovement {
  double value = 0;     ///< log E[max(f - best, 0)]
  double by_mean = 0;   ///< derivative by the mean
  double by_sigma = 0;  ///< derivative by the standard deviation
};
LogImprovement log_improvement(double mean, double sigma, double best);

/// log(z Φ(z) + φ(z))
double log_h(double z);

}  // namespace sluice::hpo
