#include "stages/hpo/gp/improvement.h"

#include <cmath>
#include <numbers>

#include "stages/hpo/tpe/normal.h"

namespace sluice::hpo {

namespace {

constexpr double far_tail = -25;

/// 1 + z Φ(z) / φ(z) for z far below 0, by its asymptotic series.
double tail(double z) {
  const double x = 1 / (z * z);
  return x * (1 - 3 * x * (1 - 5 * x * (1 - 7 * x * (1 - 9 * x * (1 - 11 * x)))));
}

}  // namespace

double log_h(double z) {
  if (z < far_tail) return log_normal_pdf(z) + std::log(tail(z));
  return std::log(z * normal_cdf(z) + std::exp(log_normal_pdf(z)));
}

LogImprovement log_improvement(double mean, double sigma, double best) {
  const double z = (mean - best) / sigma;
  double slope = 0;  // of log_h: Φ / (z Φ + φ)
  if (z < far_tail) {
    slope = (tail(z) - 1) / (z * tail(z));
  } else {
    slope = normal_cdf(z) / (z * normal_cdf(z) + std::exp(log_normal_pdf(z)));
  }
  return {log_h(z) + std::log(sigma), slope / sigma, (1 - z * slope) / sigma};
}

}  // namespace sluice::hpo
