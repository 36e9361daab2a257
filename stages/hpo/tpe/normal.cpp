#include "stages/hpo/tpe/normal.h"

#include <algorithm>

namespace sluice::hpo {

namespace {

/// Start values: Abramowitz and Stegun 26.2.23, good to 4.5e-4.
double rough_quantile(double p) {
  const bool lower = p < 0.5;
  const double t = std::sqrt(-2 * std::log(lower ? p : 1 - p));
  const double z =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return lower ? -z : z;
}

}  // namespace

double normal_quantile(double p) {
  constexpr int refinements = 3;
  double z = rough_quantile(p);
  for (int i = 0; i < refinements; ++i) {  // Halley's method
    const double error = (normal_cdf(z) - p) * std::exp(-log_normal_pdf(z));
    z -= error / (1 + z * error / 2);
  }
  return z;
}

double truncated_normal(double mu, double sigma, double low, double high, double u) {
  double a = (low - mu) / sigma;
  double b = (high - mu) / sigma;
  const bool flip = a > 0;  // work in the lower tail, where the distribution function is exact
  if (flip) {
    std::swap(a, b);
    a = -a;
    b = -b;
  }
  const double below = normal_cdf(a);
  const double p = below + u * (normal_cdf(b) - below);
  double z = p > 0 && p < 1 ? normal_quantile(p) : b;
  z = std::clamp(z, a, b);
  return std::clamp(mu + sigma * (flip ? -z : z), low, high);
}

}  // namespace sluice::hpo
