#include "stages/hpo/predict/qsvr.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice::hpo {

namespace {

constexpr std::size_t solutions_used = 4;

/// α_n - α̂_n of each point.
std::vector<double> decode(const std::vector<std::uint8_t>& bits, std::size_t points,
                           const QsvrSettings& settings) {
  std::vector<double> duals(points, 0);
  std::size_t i = 0;
  for (std::size_t n = 0; n < points; ++n)
    for (const double sign : {1.0, -1.0})
      for (int k = 0; k < settings.bits; ++k)
        duals[n] += bits[i++] != 0 ? sign * std::pow(settings.base, k - settings.shift) : 0;
  return duals;
}

double mean_squared(const std::vector<double>& truth, const std::vector<double>& predicted) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += (truth[i] - predicted[i]) * (truth[i] - predicted[i]);
  return sum / static_cast<double>(truth.size());
}

double mean_logcosh(const std::vector<double>& truth, const std::vector<double>& predicted) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::log2(std::cosh(predicted[i] - truth[i]));
  return sum / static_cast<double>(truth.size());
}

std::vector<double> softmax(const std::vector<double>& values) {
  const double most = *std::max_element(values.begin(), values.end());
  std::vector<double> weights;
  for (const double value : values) weights.push_back(std::exp(value - most));
  return weights;
}

std::vector<double> weights_of(Combine combine, const std::vector<double>& y,
                               const std::vector<std::vector<double>>& fitted) {
  constexpr double least_error = 1e-12;
  std::vector<double> scores;
  for (const auto& predicted : fitted) {
    const double mse = std::max(mean_squared(y, predicted), least_error);
    const double logcosh = std::max(mean_logcosh(y, predicted), least_error);
    switch (combine) {
      case Combine::mean: scores.push_back(1); break;
      case Combine::best:
      case Combine::inverse_mse:
      case Combine::softmax_mse: scores.push_back(1 / mse); break;
      case Combine::inverse_logcosh:
      case Combine::softmax_logcosh: scores.push_back(1 / logcosh); break;
      case Combine::softmax_r2: scores.push_back(r_squared(y, predicted)); break;
    }
  }
  if (combine == Combine::softmax_mse || combine == Combine::softmax_logcosh ||
      combine == Combine::softmax_r2)
    scores = softmax(scores);
  if (combine == Combine::best) {
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    std::fill(scores.begin(), scores.end(), 0.0);
    scores[static_cast<std::size_t>(best)] = 1;
  }
  const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
  for (double& score : scores) score /= sum;
  return scores;
}

}  // namespace

Qsvr::Qsvr(const std::vector<Row>& rows, const std::vector<double>& y, const QsvrSettings& settings,
           const std::vector<Sample>& samples, Combine combine)
    : rows_(rows), gamma_(settings.gamma), duals_(rows.size(), 0) {
  std::vector<std::vector<double>> duals;
  std::vector<std::vector<double>> fitted;
  for (std::size_t i = 0; i < std::min(samples.size(), solutions_used); ++i) {
    duals.push_back(decode(samples[i].bits, rows.size(), settings));
    const double shift = offset(duals.back(), y, settings.epsilon);
    fitted.emplace_back();
    for (const Row& row : rows) fitted.back().push_back(raw(duals.back(), row) + shift);
  }
  const std::vector<double> weights = weights_of(combine, y, fitted);
  for (std::size_t i = 0; i < duals.size(); ++i)
    for (std::size_t n = 0; n < duals_.size(); ++n) duals_[n] += weights[i] * duals[i][n];
  offset_ = offset(duals_, y, settings.epsilon);
}

double Qsvr::raw(const std::vector<double>& duals, const Row& row) const {
  double sum = 0;
  for (std::size_t n = 0; n < rows_.size(); ++n) {
    double distance = 0;
    for (std::size_t j = 0; j < row.size(); ++j) distance += (row[j] - rows_[n][j]) * (row[j] - rows_[n][j]);
    sum += duals[n] * std::exp(-gamma_ * distance);
  }
  return sum;
}

/// Support vectors lie on the edge of the tube: above it where the dual is positive, below it where it is
/// negative.
double Qsvr::offset(const std::vector<double>& duals, const std::vector<double>& y, double epsilon) const {
  double sum = 0;
  double count = 0;
  for (std::size_t n = 0; n < duals.size(); ++n) {
    if (duals[n] == 0) continue;
    sum += y[n] - (duals[n] > 0 ? epsilon : -epsilon) - raw(duals, rows_[n]);
    ++count;
  }
  if (count > 0) return sum / count;
  return std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
}

double Qsvr::predict(const Row& row) const { return raw(duals_, row) + offset_; }

}  // namespace sluice::hpo
