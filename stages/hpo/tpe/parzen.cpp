#include "stages/hpo/tpe/parzen.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/hpo/space/cube.h"
#include "stages/hpo/tpe/normal.h"

namespace sluice::hpo {

namespace {

constexpr std::size_t full_weight = 25;  // observations that count fully
constexpr double prior_weight = 1;

std::vector<double> sorted_positions(const std::vector<double>& mu, double low, double high) {
  std::vector<double> positions = {low};
  positions.insert(positions.end(), mu.begin(), mu.end());
  positions.push_back(high);
  std::sort(positions.begin() + 1, positions.end() - 1);
  return positions;
}

/// Distance of each to its farther neighbour among `mu`; the first and the last have only one.
std::vector<double> neighbour_widths(const std::vector<double>& mu, double low, double high) {
  const std::size_t n = mu.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return mu[a] < mu[b]; });
  const std::vector<double> at = sorted_positions(mu, low, high);
  std::vector<double> widths(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double left = at[i + 1] - at[i];
    const double right = at[i + 2] - at[i + 1];
    double width = std::max(left, right);
    if (n > 1 && i == 0) width = right;
    if (n > 1 && i == n - 1) width = left;
    widths[order[i]] = width;
  }
  return widths;
}

double log_sum_exp(const std::vector<double>& values) {
  const double most = *std::max_element(values.begin(), values.end());
  if (!std::isfinite(most)) return most;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - most);
  return most + std::log(sum);
}

}  // namespace

std::vector<double> default_weights(std::size_t n) {
  std::vector<double> weights(n, 1.0);
  if (n < full_weight) return weights;
  const std::size_t ramp = n - full_weight;
  const double least = 1.0 / static_cast<double>(n);
  for (std::size_t i = 0; i < ramp; ++i)
    weights[i] =
        ramp == 1 ? least : least + (1 - least) * static_cast<double>(i) / static_cast<double>(ramp - 1);
  return weights;
}

Parzen::Parzen(const Space& space, const std::vector<std::size_t>& parameters,
               const std::vector<const Point*>& points, Bandwidth bandwidth)
    : space_(space), weights_(default_weights(points.size())) {
  weights_.push_back(prior_weight);
  const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) {
    weight /= sum;
    log_weights_.push_back(std::log(weight));
  }
  for (const std::size_t index : parameters) {
    Dimension dimension;
    dimension.parameter = index;
    dimension.numeric = !space.parameters[index].is_unordered();
    if (dimension.numeric)
      add_numeric(dimension, points, bandwidth, parameters.size());
    else
      add_table(dimension, points);
    dimensions_.push_back(std::move(dimension));
  }
}

void Parzen::add_numeric(Dimension& dimension, const std::vector<const Point*>& points, Bandwidth bandwidth,
                         std::size_t joint) {
  const Parameter& parameter = space_.parameters[dimension.parameter];
  const Interval range = interval(parameter);
  dimension.low = range.low;
  dimension.high = range.high;
  const double width = range.high - range.low;
  const double middle = (range.low + range.high) / 2;
  std::vector<double> seen;  // an inactive parameter says nothing: its kernel is the prior's
  for (const Point* point : points)
    if (const double value = (*point)[dimension.parameter]; !std::isnan(value))
      seen.push_back(to_scale(parameter, value));
  std::vector<double> widths;
  const std::size_t n = seen.size();
  if (bandwidth == Bandwidth::scott) {
    const double exponent = -1.0 / (static_cast<double>(joint) + 4);
    widths.assign(n, 0.2 * std::pow(static_cast<double>(std::max<std::size_t>(n, 1)), exponent) * width);
  } else if (bandwidth == Bandwidth::neighbours_with_prior) {
    seen.push_back(middle);
    widths = neighbour_widths(seen, range.low, range.high);
  } else {
    widths = neighbour_widths(seen, range.low, range.high);
  }
  const double narrowest = width / std::min(100.0, static_cast<double>(points.size()) + 2);
  std::size_t next = 0;
  for (std::size_t k = 0; k <= points.size(); ++k) {
    const bool known = k < points.size() && !std::isnan((*points[k])[dimension.parameter]);
    dimension.mu.push_back(known ? seen[next] : middle);
    dimension.sigma.push_back(known ? std::clamp(widths[next], narrowest, width) : width);
    if (known) ++next;
    const double sigma = dimension.sigma.back();
    const double mass = log_normal_mass((range.low - dimension.mu.back()) / sigma,
                                        (range.high - dimension.mu.back()) / sigma);
    const bool stepped = parameter.step > 0 || !parameter.is_number();
    dimension.log_norm.push_back(stepped ? mass : mass + std::log(sigma));
  }
}

void Parzen::add_table(Dimension& dimension, const std::vector<const Point*>& points) const {
  dimension.values = space_.parameters[dimension.parameter].values.size();
  const std::size_t kernels = points.size() + 1;
  const double base = prior_weight / static_cast<double>(kernels);
  const double sum = base * static_cast<double>(dimension.values) + 1;
  for (std::size_t k = 0; k < kernels; ++k) {
    const double value = k < points.size() ? (*points[k])[dimension.parameter] : inactive;
    for (std::size_t i = 0; i < dimension.values; ++i) {
      const bool here = static_cast<double>(i) == value;
      dimension.table.push_back(std::log(std::isnan(value) ? 1.0 / static_cast<double>(dimension.values)
                                                           : (base + (here ? 1 : 0)) / sum));
    }
  }
}

std::vector<double> Parzen::kernel_table(std::size_t dimension, std::size_t k) const {
  const Dimension& of = dimensions_[dimension];
  std::vector<double> row;
  for (std::size_t i = 0; i < of.values; ++i) row.push_back(std::exp(of.table[k * of.values + i]));
  return row;
}

void Parzen::add_log_kernels(const Dimension& dimension, double value, std::vector<double>& sums) const {
  const std::size_t kernels = weights_.size();
  if (!dimension.numeric) {
    const auto index = static_cast<std::size_t>(value);
    for (std::size_t k = 0; k < kernels; ++k) sums[k] += dimension.table[k * dimension.values + index];
    return;
  }
  const Parameter& parameter = space_.parameters[dimension.parameter];
  const double half = parameter.is_number() ? parameter.step / 2 : 0.5;
  if (half == 0) {
    const double x = to_scale(parameter, value);
    for (std::size_t k = 0; k < kernels; ++k)
      sums[k] += log_normal_pdf((x - dimension.mu[k]) / dimension.sigma[k]) - dimension.log_norm[k];
    return;
  }
  const double low = std::max(
      value - half > 0 || !parameter.log ? to_scale(parameter, value - half) : dimension.low, dimension.low);
  const double high = std::min(to_scale(parameter, value + half), dimension.high);
  for (std::size_t k = 0; k < kernels; ++k) {
    const double sigma = dimension.sigma[k];
    sums[k] += log_normal_mass((low - dimension.mu[k]) / sigma, (high - dimension.mu[k]) / sigma) -
               dimension.log_norm[k];
  }
}

double Parzen::log_pdf(const Point& point) const {
  std::vector<double> sums = log_weights_;
  for (const Dimension& dimension : dimensions_)
    if (const double value = point[dimension.parameter]; !std::isnan(value))
      add_log_kernels(dimension, value, sums);
  return log_sum_exp(sums);
}

/// Dimension by dimension, so that candidates with the same value of a stepped parameter share its kernels.
std::vector<double> Parzen::log_pdf(const std::vector<Point>& points) const {
  const std::size_t kernels = weights_.size();
  std::vector<std::vector<double>> sums(points.size(), log_weights_);
  std::vector<double> row(kernels);
  for (const Dimension& dimension : dimensions_) {
    const auto value = [&](std::size_t i) { return points[i][dimension.parameter]; };
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < points.size(); ++i)
      if (!std::isnan(value(i))) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    double known = inactive;
    for (const std::size_t i : order) {
      if (value(i) != known) {
        row.assign(kernels, 0);
        add_log_kernels(dimension, value(i), row);
        known = value(i);
      }
      for (std::size_t k = 0; k < kernels; ++k) sums[i][k] += row[k];
    }
  }
  std::vector<double> results;
  for (const auto& sum : sums) results.push_back(log_sum_exp(sum));
  return results;
}

void Parzen::sample(Draws& draws, Point& point) const {
  double rest = draws.uniform();
  std::size_t k = 0;
  while (k + 1 < weights_.size() && rest >= weights_[k]) rest -= weights_[k++];
  for (const Dimension& dimension : dimensions_) {
    const double u = draws.uniform();
    if (dimension.numeric) {
      const double x =
          truncated_normal(dimension.mu[k], dimension.sigma[k], dimension.low, dimension.high, u);
      point[dimension.parameter] = from_scale(space_.parameters[dimension.parameter], x);
      continue;
    }
    double left = u;
    std::size_t value = 0;
    while (value + 1 < dimension.values && left >= std::exp(dimension.table[k * dimension.values + value]))
      left -= std::exp(dimension.table[k * dimension.values + value++]);
    point[dimension.parameter] = static_cast<double>(value);
  }
}

}  // namespace sluice::hpo
