#include "stages/hello_fit/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

namespace sluice::hello {

namespace {

constexpr std::size_t signal = 0;
constexpr std::size_t rate = 1;  // 1 / lifetime
constexpr std::size_t background = 2;
constexpr std::size_t size = 3;
using Vector = std::array<double, size>;
using Matrix = std::array<Vector, size>;

/// One bin's expectation and its derivatives.
struct Point {
  double value = 0;
  Vector slope{};
};

Point model(const Vector& at, double low_us, double high_us) {
  const double early = std::exp(-at[rate] * low_us);
  const double late = std::exp(-at[rate] * high_us);
  constexpr double least = 1e-12;  // the likelihood has a logarithm of it
  return {std::max(at[signal] * (early - late) + at[background], least),
          {early - late, at[signal] * (high_us * late - low_us * early), 1}};
}

/// Solves m x = b for a positive definite m; nothing when it is not.
std::optional<Vector> solve(Matrix m, Vector b) {
  for (std::size_t i = 0; i < size; ++i) {
    if (!(m[i][i] > 0)) return std::nullopt;
    for (std::size_t row = i + 1; row < size; ++row) {
      const double factor = m[row][i] / m[i][i];
      for (std::size_t column = i; column < size; ++column) m[row][column] -= factor * m[i][column];
      b[row] -= factor * b[i];
    }
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t column = i + 1; column < size; ++column) b[i] -= m[i][column] * b[column];
    b[i] /= m[i][i];
  }
  return b;
}

struct Likelihood {
  std::span<const std::int64_t> counts;
  double bin_width_us;

  Point bin(const Vector& at, std::size_t index) const {
    const auto low = static_cast<double>(index);
    return model(at, low * bin_width_us, (low + 1) * bin_width_us);
  }
  double logarithm(const Vector& at) const {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Point point = bin(at, i);
      sum += static_cast<double>(counts[i]) * std::log(point.value) - point.value;
    }
    return sum;
  }
  /// Its gradient, and the expected information (Fisher's).
  void slopes(const Vector& at, Vector& gradient, Matrix& information) const {
    gradient = {};
    information = {};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Point point = bin(at, i);
      for (std::size_t a = 0; a < size; ++a) {
        gradient[a] += (static_cast<double>(counts[i]) / point.value - 1) * point.slope[a];
        for (std::size_t b = 0; b < size; ++b)
          information[a][b] += point.slope[a] * point.slope[b] / point.value;
      }
    }
  }
};

Vector first_guess(const Likelihood& likelihood) {
  const auto& counts = likelihood.counts;
  const auto tail = counts.last(std::max<std::size_t>(counts.size() / 10, 1));
  const double flat = static_cast<double>(std::accumulate(tail.begin(), tail.end(), std::int64_t{0})) /
                      static_cast<double>(tail.size());
  double sum = 0;
  double moment = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double excess = std::max(static_cast<double>(counts[i]) - flat, 0.0);
    sum += excess;
    moment += excess * (static_cast<double>(i) + 0.5) * likelihood.bin_width_us;
  }
  return {std::max(sum, 1.0), std::max(sum, 1.0) / std::max(moment, likelihood.bin_width_us), flat};
}

/// A step of Fisher scoring, halved until it climbs; false at the top.
bool climb(const Likelihood& likelihood, Vector& at) {
  Vector gradient;
  Matrix information;
  likelihood.slopes(at, gradient, information);
  const auto step = solve(information, gradient);
  if (!step) return false;
  const double here = likelihood.logarithm(at);
  constexpr int halvings = 30;
  double length = 1;
  for (int i = 0; i < halvings; ++i, length /= 2) {
    Vector next = at;
    for (std::size_t a = 0; a < size; ++a) next[a] += length * (*step)[a];
    next[background] = std::max(next[background], 0.0);
    if (!(next[rate] > 0) || !(next[signal] > 0)) continue;
    const double gain = likelihood.logarithm(next) - here;
    if (!(gain >= 0)) continue;
    at = next;
    constexpr double negligible = 1e-10;
    return gain > negligible;
  }
  return false;
}

double chi2_per_dof(const Likelihood& likelihood, const Vector& at) {
  constexpr double fewest = 5;  // below that, counts are not nearly normal
  double sum = 0;
  int bins = 0;
  for (std::size_t i = 0; i < likelihood.counts.size(); ++i) {
    const double value = likelihood.bin(at, i).value;
    if (value < fewest) continue;
    const double pull = static_cast<double>(likelihood.counts[i]) - value;
    sum += pull * pull / value;
    ++bins;
  }
  constexpr int parameters = size;
  return bins > parameters ? sum / (bins - parameters) : 0;
}

}  // namespace

Result<LifetimeFit> fit_lifetime(std::span<const std::int64_t> counts, double bin_width_us) {
  const std::int64_t total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  constexpr std::int64_t fewest = 100;
  if (total < fewest || counts.size() < 10)
    return Error{"there is too little to fit: " + std::to_string(total) + " decays in " +
                     std::to_string(counts.size()) + " bins",
                 "", "100 decays in 10 bins are the least", ErrorKind::data};
  const Likelihood likelihood{counts, bin_width_us};
  Vector at = first_guess(likelihood);
  constexpr int most_steps = 200;
  for (int step = 0; step < most_steps && climb(likelihood, at); ++step) {
  }
  Vector gradient;
  Matrix information;
  likelihood.slopes(at, gradient, information);
  const auto variance = solve(information, {0, 1, 0});  // the rate's column of the inverse
  if (!variance || !((*variance)[rate] > 0))
    return Error{"the decay times do not look like a decay", "", "look at the histogram", ErrorKind::data};
  const double lifetime_us = 1 / at[rate];
  return LifetimeFit{lifetime_us, lifetime_us * lifetime_us * std::sqrt((*variance)[rate]), at[signal],
                     at[background], chi2_per_dof(likelihood, at)};
}

double expected(const LifetimeFit& fit, std::size_t bin, double bin_width_us) {
  const auto low = static_cast<double>(bin);
  return model({fit.signal, 1 / fit.lifetime_us, fit.background_per_bin}, low * bin_width_us,
               (low + 1) * bin_width_us)
      .value;
}

}  // namespace sluice::hello
