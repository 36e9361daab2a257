#include "stages/hpo/gp/likelihood.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <numbers>

namespace sluice::hpo {

namespace {

constexpr double least_noise = 1e-6;
constexpr double widest = 9;       // of the logarithms that are searched
constexpr double least_log = -16;  // of the noise above the least

Hyper unpack(const std::vector<double>& theta, Eigen::Index dimensions) {
  Hyper hyper;
  hyper.weights.resize(dimensions);
  for (Eigen::Index j = 0; j < dimensions; ++j)
    hyper.weights[j] = std::exp(theta[static_cast<std::size_t>(j)]);
  hyper.scale = std::exp(theta[theta.size() - 2]);
  hyper.noise = std::exp(theta.back()) + least_noise;
  return hyper;
}

/// Derivatives of the prior by log weights, log scale, and the noise.
Vector prior_gradient(const Hyper& hyper, Prior prior) {
  const Eigen::Index d = hyper.weights.size();
  Vector gradient(d + 2);
  for (Eigen::Index j = 0; j < d; ++j) {
    const double w = hyper.weights[j];
    if (prior == Prior::flat_scales) {
      gradient[j] = 0.1 / w - 0.1 * w;
    } else {
      const double centre = std::numbers::sqrt2 + 0.5 * std::log(static_cast<double>(d));
      gradient[j] = (-0.5 * std::log(w) - centre) / 3 * 0.5;
    }
  }
  gradient[d] = 1 - hyper.scale;
  gradient[d + 1] = 0.1 / hyper.noise - 30;
  return gradient;
}

/// What the search for the most probable hyperparameters needs, and the best it has seen.
struct Fit {
  const Likelihood& likelihood;
  Eigen::Index dimensions;
  Prior prior;
  std::vector<double> best;
  double highest;
};

double posterior_density(const std::vector<double>& theta, std::vector<double>& slope, void* data) {
  Fit& fit = *static_cast<Fit*>(data);
  const Hyper hyper = unpack(theta, fit.dimensions);
  Vector gradient;
  const double value = fit.likelihood.value(hyper, &gradient) + log_prior(hyper, fit.prior);
  if (!std::isfinite(value)) {
    constexpr double nowhere = -1e30;
    std::fill(slope.begin(), slope.end(), 0.0);
    return nowhere;
  }
  gradient += prior_gradient(hyper, fit.prior);
  gradient[fit.dimensions + 1] *= hyper.noise - least_noise;  // its logarithm is searched
  if (!slope.empty()) std::copy(gradient.begin(), gradient.end(), slope.begin());
  if (value > fit.highest) {
    fit.highest = value;
    fit.best = theta;
  }
  return value;
}

}  // namespace

double log_prior(const Hyper& hyper, Prior prior) {
  double sum = 0;
  const auto d = static_cast<double>(hyper.weights.size());
  for (const double w : hyper.weights) {
    if (prior == Prior::flat_scales) {
      sum -= 0.1 / w + 0.1 * w;
    } else {
      const double off = -0.5 * std::log(w) - (std::numbers::sqrt2 + 0.5 * std::log(d));
      sum -= off * off / (2 * 3);
    }
  }
  return sum + std::log(hyper.scale) - hyper.scale + 0.1 * std::log(hyper.noise) - 30 * hyper.noise;
}

Likelihood::Likelihood(const Inputs& inputs, const Vector& y)
    : y_(y), n_(inputs.size()), squares_(n_ * (n_ - 1) / 2, inputs.dimensions()) {
  for (Eigen::Index j = 0; j < inputs.dimensions(); ++j) {
    Eigen::Index pair = 0;
    for (Eigen::Index k = 0; k < n_; ++k)
      for (Eigen::Index i = k + 1; i < n_; ++i) {
        const double apart = inputs.x(i, j) - inputs.x(k, j);
        squares_(pair++, j) =
            inputs.choice[static_cast<std::size_t>(j)] ? (apart == 0 ? 0.0 : 1.0) : apart * apart;
      }
  }
}

double Likelihood::value(const Hyper& hyper, Vector* gradient) const {
  const Vector squared = squares_ * hyper.weights;
  Matrix covariance = Matrix::Zero(n_, n_);
  Vector slopes(squared.size());
  Eigen::Index pair = 0;
  for (Eigen::Index k = 0; k < n_; ++k) {
    covariance(k, k) = hyper.scale + hyper.noise;
    for (Eigen::Index i = k + 1; i < n_; ++i) {
      const Matern value = matern(squared[pair]);
      covariance(i, k) = hyper.scale * value.value;
      slopes[pair++] = hyper.scale * value.slope;
    }
  }
  const Eigen::LLT<Matrix, Eigen::Lower> factor(covariance);
  if (factor.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
  const Vector alpha = factor.solve(y_);
  const double half_log_det = factor.matrixLLT().diagonal().array().log().sum();
  const double result =
      -0.5 * y_.dot(alpha) - half_log_det - 0.5 * static_cast<double>(n_) * std::log(2 * std::numbers::pi);
  if (gradient == nullptr) return result;

  // ½ tr((ααᵀ - K⁻¹) dK), each pair once.
  const Matrix inverse = factor.solve(Matrix::Identity(n_, n_));
  Vector g(squared.size());
  pair = 0;
  for (Eigen::Index k = 0; k < n_; ++k)
    for (Eigen::Index i = k + 1; i < n_; ++i, ++pair)
      g[pair] = (alpha[i] * alpha[k] - inverse(i, k)) * slopes[pair];
  const Eigen::Index d = hyper.weights.size();
  gradient->resize(d + 2);
  gradient->head(d) = (squares_.transpose() * g).cwiseProduct(hyper.weights);
  const double trace = alpha.squaredNorm() - inverse.trace();
  // K = scale C + noise I: tr(M scale C) = tr(M K) - noise tr(M).
  const double of_k = y_.dot(alpha) - static_cast<double>(n_);
  (*gradient)[d] = 0.5 * (of_k - hyper.noise * trace);
  (*gradient)[d + 1] = 0.5 * trace;
  return result;
}

double log_likelihood(const Hyper& hyper, const Inputs& inputs, const Vector& y) {
  return Likelihood(inputs, y).value(hyper, nullptr);
}

Hyper fit(const Inputs& inputs, const Vector& y, Prior prior) {
  const auto parameters = static_cast<std::size_t>(inputs.dimensions()) + 2;
  std::vector<double> theta(parameters, 0);  // all length scales and the scale 1
  theta.back() = std::log(1e-2);
  const Likelihood likelihood(inputs, y);
  Fit state = {likelihood, inputs.dimensions(), prior, theta, -std::numeric_limits<double>::infinity()};
  nlopt::opt search(nlopt::LD_LBFGS, static_cast<unsigned>(parameters));
  search.set_max_objective(&posterior_density, &state);
  std::vector<double> lowest(parameters, -widest);
  lowest.back() = least_log;
  search.set_lower_bounds(lowest);
  search.set_upper_bounds(widest);
  search.set_ftol_abs(1e-3);
  search.set_maxeval(50);
  double value = 0;
  try {
    search.optimize(theta, value);
  } catch (const std::exception&) {  // rounding has the last word: the best so far is what there is
  }
  return unpack(state.best, state.dimensions);
}

}  // namespace sluice::hpo
