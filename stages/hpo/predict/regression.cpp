#include "stages/hpo/predict/regression.h"

#include <svm.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice::hpo {

namespace {

std::vector<svm_node> nodes_of(const Row& row) {
  std::vector<svm_node> nodes;
  for (std::size_t j = 0; j < row.size(); ++j) nodes.push_back({static_cast<int>(j) + 1, row[j]});
  nodes.push_back({-1, 0});
  return nodes;
}

double default_gamma(const std::vector<Row>& rows) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const Row& row : rows)
    for (const double value : row) {
      sum += value;
      squares += value * value;
      ++count;
    }
  const double variance = squares / count - sum / count * (sum / count);
  return variance > 0 ? 1 / (static_cast<double>(rows[0].size()) * variance) : 1;
}

double interpolate(double x, const std::vector<double>& xs, const std::vector<double>& ys) {
  if (x <= xs.front()) return ys.front();
  if (x >= xs.back()) return ys.back();
  const auto right = static_cast<std::size_t>(std::upper_bound(xs.begin(), xs.end(), x) - xs.begin());
  const std::size_t left = right - 1;
  return (ys[right] - ys[left]) / (xs[right] - xs[left]) * (x - xs[left]) + ys[left];
}

/// `share` of the way from a to b, from the nearer end.
double between(double a, double b, double share) {
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
}

std::vector<double> even_steps(std::size_t count) {
  std::vector<double> steps(count);
  const double step = 1 / static_cast<double>(count - 1);
  for (std::size_t i = 0; i < count; ++i) steps[i] = static_cast<double>(i) * step;
  steps.back() = 1;
  return steps;
}

}  // namespace

struct Svr::State {
  std::vector<std::vector<svm_node>> nodes;  // the model points into them
  std::vector<svm_node*> rows;
  std::vector<double> y;
  svm_model* model = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { svm_free_and_destroy_model(&model); }
};

Svr::Svr(const std::vector<Row>& rows, const std::vector<double>& y, SvrSettings settings)
    : state_(std::make_unique<State>()) {
  for (const Row& row : rows) state_->nodes.push_back(nodes_of(row));
  for (auto& nodes : state_->nodes) state_->rows.push_back(nodes.data());
  state_->y = y;
  const svm_problem problem = {static_cast<int>(rows.size()), state_->y.data(), state_->rows.data()};
  svm_parameter parameter = {};
  parameter.svm_type = settings.nu_svr ? NU_SVR : EPSILON_SVR;
  parameter.kernel_type = RBF;
  parameter.gamma = settings.gamma > 0 ? settings.gamma : default_gamma(rows);
  parameter.C = settings.c;
  parameter.p = settings.epsilon;
  parameter.nu = settings.nu;
  parameter.eps = settings.tolerance;
  parameter.cache_size = 16;
  parameter.shrinking = 1;
  svm_set_print_string_function([](const char*) {});
  state_->model = svm_train(&problem, &parameter);
}

Svr::~Svr() = default;
Svr::Svr(Svr&&) noexcept = default;
Svr& Svr::operator=(Svr&&) noexcept = default;

double Svr::predict(const Row& row) const { return svm_predict(state_->model, nodes_of(row).data()); }

/// Rounded as numpy's percentiles are: the published table has trainings that share a curve, and which of
/// them the solver takes as support vector hangs on the last bit.
QuantileScale::QuantileScale(const std::vector<double>& column, int quantiles) {
  std::vector<double> sorted = column;
  std::sort(sorted.begin(), sorted.end());
  for (const double q : even_steps(static_cast<std::size_t>(quantiles))) {
    constexpr double percent = 100;
    const double place = q * percent / percent * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double above = sorted[std::min(below + 1, sorted.size() - 1)];
    quantiles_.push_back(between(sorted[below], above, place - static_cast<double>(below)));
  }
}

/// Where several quantiles are equal, the middle of their ranks.
double QuantileScale::to(double value) const {
  const std::vector<double> ranks = even_steps(quantiles_.size());
  std::vector<double> mirrored(quantiles_.rbegin(), quantiles_.rend());
  std::vector<double> mirrored_ranks(ranks.rbegin(), ranks.rend());
  for (double& x : mirrored) x = -x;
  for (double& x : mirrored_ranks) x = -x;
  if (value <= quantiles_.front()) return 0;
  if (value >= quantiles_.back()) return 1;
  return 0.5 * (interpolate(value, quantiles_, ranks) - interpolate(-value, mirrored, mirrored_ranks));
}

double QuantileScale::from(double rank) const {
  return interpolate(rank, even_steps(quantiles_.size()), quantiles_);
}

MinMaxScale::MinMaxScale(const std::vector<Row>& rows) : low_(rows.front()), width_(rows.front().size()) {
  Row high = low_;
  for (const Row& row : rows)
    for (std::size_t j = 0; j < row.size(); ++j) {
      low_[j] = std::min(low_[j], row[j]);
      high[j] = std::max(high[j], row[j]);
    }
  for (std::size_t j = 0; j < high.size(); ++j) width_[j] = high[j] > low_[j] ? high[j] - low_[j] : 1;
}

Row MinMaxScale::to(const Row& row) const {
  Row scaled = row;
  for (std::size_t j = 0; j < row.size(); ++j) scaled[j] = (row[j] - low_[j]) / width_[j];
  return scaled;
}

double r_squared(const std::vector<double>& truth, const std::vector<double>& predicted) {
  const double mean = std::accumulate(truth.begin(), truth.end(), 0.0) / static_cast<double>(truth.size());
  double errors = 0;
  double deviations = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    errors += (truth[i] - predicted[i]) * (truth[i] - predicted[i]);
    deviations += (truth[i] - mean) * (truth[i] - mean);
  }
  return 1 - errors / deviations;
}

}  // namespace sluice::hpo
