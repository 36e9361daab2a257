#include "stages/hpo/gp/acquisition.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/hpo/gp/improvement.h"
#include "stages/hpo/search/plain.h"
#include "stages/hpo/tpe/normal.h"

namespace sluice::hpo {

namespace {

constexpr std::size_t largest_fit = 250;     // points that length scales are learnt from
constexpr Eigen::Index many_dimensions = 6;  // above: the prior of long length scales
constexpr std::size_t least_targets = 3;
// The chance to work counts to this power: once the region that works is explored, its expected improvement
// is many orders of magnitude below that of the unknown region that does not.
constexpr double caution = 6;

/// Larger is better; centred, of unit spread. Losses that spread over decades are compressed first, or the
/// worst of them would be all that the model sees.
Vector standardised(const std::vector<Target>& targets) {
  std::vector<double> sorted;
  for (const Target& target : targets) sorted.push_back(target.loss);
  std::sort(sorted.begin(), sorted.end());
  const double least = sorted.front();
  const double middle = sorted[sorted.size() / 2] - least;
  const double spread = sorted.back() - least;
  constexpr double skewed = 8;
  const bool compress = middle > 0 && spread > skewed * middle;
  Vector y(static_cast<Eigen::Index>(targets.size()));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double above = targets[i].loss - least;
    y[static_cast<Eigen::Index>(i)] = -(compress ? middle * std::log1p(above / middle) : above);
  }
  const double mean = y.mean();
  const double deviation = std::sqrt((y.array() - mean).square().mean());
  return ((y.array() - mean) / (deviation > 0 ? deviation : 1)).matrix();
}

Inputs inputs_of(const Space& space, const std::vector<std::size_t>& searched,
                 const std::vector<const Point*>& points) {
  Inputs inputs;
  inputs.x.resize(static_cast<Eigen::Index>(points.size()), static_cast<Eigen::Index>(searched.size()));
  for (std::size_t i = 0; i < points.size(); ++i)
    inputs.x.row(static_cast<Eigen::Index>(i)) = model_row(space, searched, *points[i]).transpose();
  for (const std::size_t k : searched) inputs.choice.push_back(space.parameters[k].is_unordered());
  return inputs;
}

/// Enough points to learn length scales from: the best, and every so many of the others.
Hyper fit_to_some(const Inputs& inputs, const Vector& y) {
  const Prior prior = inputs.dimensions() > many_dimensions ? Prior::long_scales : Prior::flat_scales;
  const auto n = static_cast<std::size_t>(inputs.size());
  if (n <= largest_fit) return fit(inputs, y, prior);
  std::vector<Eigen::Index> order(n);
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return y[a] > y[b]; });
  const std::size_t best = largest_fit / 3;
  Inputs some = {Matrix(static_cast<Eigen::Index>(largest_fit), inputs.dimensions()), inputs.choice};
  Vector of_some(static_cast<Eigen::Index>(largest_fit));
  for (std::size_t i = 0; i < largest_fit; ++i) {
    const std::size_t place = i < best ? i : best + (i - best) * (n - best) / (largest_fit - best);
    some.x.row(static_cast<Eigen::Index>(i)) = inputs.x.row(order[place]);
    of_some[static_cast<Eigen::Index>(i)] = y[order[place]];
  }
  return fit(some, of_some, prior);
}

Inputs joined(const Inputs& a, const Inputs& b) {
  Inputs both = {Matrix(a.size() + b.size(), a.dimensions()), a.choice};
  both.x << a.x, b.x;
  return both;
}

/// `count` draws of the function at `points`, as columns.
Matrix fantasies(const Posterior& model, const Inputs& points, const Vector& means, int count,
                 std::uint64_t seed) {
  Matrix joint = model.joint(points);
  joint.diagonal().array() += 1e-8 * model.hyper().scale;
  const Eigen::LLT<Matrix> factor(joint);
  const auto uniform =
      sobol_points(seed, static_cast<std::size_t>(count), static_cast<std::size_t>(points.size()));
  Matrix normal(points.size(), count);
  for (Eigen::Index s = 0; s < count; ++s)
    for (Eigen::Index i = 0; i < points.size(); ++i)
      normal(i, s) = normal_quantile(uniform[static_cast<std::size_t>(s)][static_cast<std::size_t>(i)]);
  return (factor.matrixL() * normal).colwise() + means;
}

double log_mean_exp(const Vector& values) {
  const double most = values.maxCoeff();
  return most + std::log((values.array() - most).exp().mean());
}

}  // namespace

Vector model_row(const Space& space, const std::vector<std::size_t>& searched, const Point& point) {
  Vector row(static_cast<Eigen::Index>(searched.size()));
  for (std::size_t k = 0; k < searched.size(); ++k) {
    const Parameter& parameter = space.parameters[searched[k]];
    const double value = point[searched[k]];
    row[static_cast<Eigen::Index>(k)] =
        std::isnan(value) ? (parameter.is_unordered() ? 0 : 0.5) : coordinate(parameter, value);
  }
  return row;
}

std::optional<Acquisition> Acquisition::make(const Space& space, const std::vector<std::size_t>& searched,
                                             const Question& question, const GpSettings& settings) {
  const std::vector<Target> targets = model_targets(question.history, searched.size() + 2);
  if (targets.size() < least_targets) return std::nullopt;
  std::vector<const Point*> points;
  for (const Target& target : targets) points.push_back(&target.trial->point);
  const Vector y = standardised(targets);
  Inputs inputs = inputs_of(space, searched, points);
  const Hyper hyper = fit_to_some(inputs, y);
  Acquisition result;
  Eigen::Index best = 0;
  y.maxCoeff(&best);
  result.incumbent_ = inputs.x.row(best).transpose();
  result.learn_failures(question, space, searched, inputs);
  result.condition(question, space, searched, settings, hyper, std::move(inputs), y);
  return result;
}

void Acquisition::condition(const Question& question, const Space& space,
                            const std::vector<std::size_t>& searched, const GpSettings& settings,
                            const Hyper& hyper, Inputs inputs, const Vector& y) {
  std::vector<const Point*> running;
  for (const Observation& seen : question.history)
    if (seen.state == TrialState::running && seen.measures.empty()) running.push_back(&seen.point);
  const double best = y.maxCoeff();
  if (running.empty() || settings.pending == Pending::ignore) {
    model_.emplace(hyper, std::move(inputs), y);
    best_ = Vector::Constant(1, best);
    return;
  }
  const Inputs at = inputs_of(space, searched, running);
  const Posterior before(hyper, inputs, y);
  Matrix means;
  Vector variances;
  before.at(at, means, variances);
  const bool many = settings.pending == Pending::fantasies;
  Matrix imagined = many ? fantasies(before, at, means.col(0), settings.fantasies, question.seed) : means;
  if (settings.pending == Pending::liar_best) imagined.setConstant(best);
  if (settings.pending == Pending::liar_mean) imagined.setConstant(y.mean());
  if (settings.pending == Pending::liar_worst) imagined.setConstant(y.minCoeff());
  Matrix all(y.size() + imagined.rows(), imagined.cols());
  all << y.replicate(1, imagined.cols()), imagined;
  best_ = Vector::Constant(imagined.cols(), best);
  if (settings.pending != Pending::variance)
    best_ = best_.cwiseMax(imagined.colwise().maxCoeff().transpose());
  model_.emplace(hyper, joined(inputs, at), all);
}

/// A second process, on 1 for trials that worked and -1 for those that did not.
void Acquisition::learn_failures(const Question& question, const Space& space,
                                 const std::vector<std::size_t>& searched, const Inputs& feasible) {
  std::vector<const Point*> points;
  for (const Observation& seen : question.history)
    if (seen.state == TrialState::infeasible) points.push_back(&seen.point);
  if (points.empty()) return;
  const Inputs failed = inputs_of(space, searched, points);
  Vector labels(feasible.size() + failed.size());
  labels << Vector::Ones(feasible.size()), -Vector::Ones(failed.size());
  Hyper hyper;
  constexpr double length = 0.4;
  hyper.weights = Vector::Constant(feasible.dimensions(), 1 / (length * length));
  hyper.noise = 0.05;
  failures_.emplace(hyper, joined(feasible, failed), labels);
}

double Acquisition::value(const Vector& x, Vector* gradient) const {
  const Posterior::Marginal marginal = model_->at(x, gradient != nullptr);
  const double sigma = std::sqrt(marginal.variance);
  const Eigen::Index count = marginal.means.size();
  Vector logs(count);
  Vector by_mean(count);
  Vector by_sigma(count);
  for (Eigen::Index s = 0; s < count; ++s) {
    const LogImprovement improvement = log_improvement(marginal.means[s], sigma, best_[s]);
    logs[s] = improvement.value;
    by_mean[s] = improvement.by_mean;
    by_sigma[s] = improvement.by_sigma;
  }
  double result = log_mean_exp(logs);
  if (gradient != nullptr) {
    const Vector share = (logs.array() - logs.maxCoeff()).exp();
    const double sum = share.sum();
    *gradient = marginal.mean_gradient * share.cwiseProduct(by_mean) / sum +
                marginal.variance_gradient * (share.dot(by_sigma) / sum / (2 * sigma));
  }
  if (!failures_) return result;
  const Posterior::Marginal works = failures_->at(x, gradient != nullptr);
  const double spread = std::sqrt(works.variance + failures_->hyper().noise);
  const double z = works.means[0] / spread;
  const double probability = std::max(normal_cdf(z), 1e-300);
  result += caution * std::log(probability);
  if (gradient != nullptr) {
    const double slope = caution * std::exp(log_normal_pdf(z)) / probability;
    *gradient +=
        slope * (works.mean_gradient.col(0) / spread - works.variance_gradient * (z / (2 * spread * spread)));
  }
  return result;
}

Vector Acquisition::values(const Matrix& rows) const {
  Matrix means;
  Vector variances;
  model_->at({rows, choice()}, means, variances);
  Vector results(rows.rows());
  Vector logs(means.cols());
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double sigma = std::sqrt(variances[i]);
    for (Eigen::Index s = 0; s < means.cols(); ++s)
      logs[s] = log_h((means(i, s) - best_[s]) / sigma) + std::log(sigma);
    results[i] = log_mean_exp(logs);
  }
  if (!failures_) return results;
  failures_->at({rows, choice()}, means, variances);
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    results[i] +=
        caution * std::log(std::max(
                      normal_cdf(means(i, 0) / std::sqrt(variances[i] + failures_->hyper().noise)), 1e-300));
  return results;
}

}  // namespace sluice::hpo
