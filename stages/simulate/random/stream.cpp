#include "stages/simulate/random/stream.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice::simulate {

double RandomStream::angle() { return 2 * std::numbers::pi * uniform(); }

double RandomStream::exponential() { return -std::log(uniform()); }

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  // Polar method: cheaper than a sine and a cosine.
  double x = 0;
  double y = 0;
  double square = 0;
  do {
    x = 2 * uniform() - 1;
    y = 2 * uniform() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * std::log(square) / square);
  spare_normal_ = y * factor;
  has_spare_ = true;
  return x * factor;
}

double RandomStream::gamma(double shape) {
  if (shape < 1) return gamma(shape + 1) * std::pow(uniform(), 1 / shape);
  const double d = shape - 1.0 / 3.0;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = normal();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = uniform();
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;
    if (std::log(u) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

int RandomStream::poisson(double mean) {
  if (mean <= 0) return 0;
  if (mean > 64) {
    const double drawn = std::floor(mean + std::sqrt(mean) * normal() + 0.5);
    return drawn > 0 ? static_cast<int>(std::min(drawn, 1e9)) : 0;
  }
  const double limit = std::exp(-mean);
  int count = 0;
  for (double product = uniform(); product > limit; product *= uniform()) ++count;
  return count;
}

}  // namespace sluice::simulate
