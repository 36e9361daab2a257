// The normal distribution, accurate in its tails.
#pragma once

#include <cmath>
#include <numbers>

namespace sluice::hpo {

inline double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
inline double log_normal_pdf(double z) { return -0.5 * (z * z + std::log(2 * std::numbers::pi)); }

/// log of the mass between a < b, on the side where it does not vanish by subtraction.
inline double log_normal_mass(double a, double b) {
  if (a > 0) return std::log(0.5 * (std::erfc(a / std::numbers::sqrt2) - std::erfc(b / std::numbers::sqrt2)));
  return std::log(0.5 * (std::erfc(-b / std::numbers::sqrt2) - std::erfc(-a / std::numbers::sqrt2)));
}

/// z with normal_cdf(z) = p.
double normal_quantile(double p);
/// A draw from N(mu, sigma) cut to [low, high], for u uniform in (0, 1).
double truncated_normal(double mu, double sigma, double low, double high, double u);

}  // namespace sluice::hpo
