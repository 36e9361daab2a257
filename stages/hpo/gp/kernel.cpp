#include "stages/hpo/gp/kernel.h"

#include <cmath>
#include <numbers>

#include "stages/hpo/gp/likelihood.h"

namespace sluice::hpo {

namespace {

double squared_distance(const Hyper& hyper, const Inputs& a, Eigen::Index i, const Inputs& b,
                        Eigen::Index k) {
  double sum = 0;
  for (Eigen::Index j = 0; j < a.dimensions(); ++j) {
    const double apart = a.x(i, j) - b.x(k, j);
    const bool choice = a.choice[static_cast<std::size_t>(j)];
    sum += hyper.weights[j] * (choice ? (apart == 0 ? 0.0 : 1.0) : apart * apart);
  }
  return sum;
}

}  // namespace

Matern matern(double squared) {
  const double r = std::sqrt(5 * squared);
  const double decay = std::exp(-r);
  return {(1 + r + r * r / 3) * decay, -5.0 / 6 * (1 + r) * decay};
}

Matrix covariance(const Hyper& hyper, const Inputs& a, const Inputs& b) {
  Matrix k(a.size(), b.size());
  for (Eigen::Index j = 0; j < b.size(); ++j)
    for (Eigen::Index i = 0; i < a.size(); ++i)
      k(i, j) = hyper.scale * matern(squared_distance(hyper, a, i, b, j)).value;
  return k;
}

Posterior::Posterior(Hyper hyper, Inputs inputs, const Matrix& y)
    : hyper_(std::move(hyper)), inputs_(std::move(inputs)) {
  Matrix k = covariance(hyper_, inputs_, inputs_);
  k.diagonal().array() += hyper_.noise;
  Eigen::LLT<Matrix> factor(k);
  for (double jitter = 1e-8; factor.info() != Eigen::Success && jitter < 1; jitter *= 10) {
    k.diagonal().array() +=
        jitter * hyper_.scale;  // points so near each other that rounding made k indefinite
    factor.compute(k);
  }
  lower_ = factor.matrixL();
  alpha_ = factor.solve(y);
}

Posterior::Marginal Posterior::at(const Vector& x, bool gradient) const {
  const Eigen::Index n = inputs_.size();
  const Eigen::Index d = inputs_.dimensions();
  Vector k(n);
  Vector slope(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    double squared = 0;
    for (Eigen::Index j = 0; j < d; ++j) {
      const double apart = x[j] - inputs_.x(i, j);
      const bool choice = inputs_.choice[static_cast<std::size_t>(j)];
      squared += hyper_.weights[j] * (choice ? (apart == 0 ? 0.0 : 1.0) : apart * apart);
    }
    const Matern value = matern(squared);
    k[i] = hyper_.scale * value.value;
    slope[i] = hyper_.scale * value.slope;
  }
  Marginal result;
  result.means = alpha_.transpose() * k;
  Vector v = lower_.triangularView<Eigen::Lower>().solve(k);
  result.variance = std::max(hyper_.scale - v.squaredNorm(), 1e-12 * hyper_.scale);
  if (!gradient) return result;
  lower_.triangularView<Eigen::Lower>().transpose().solveInPlace(v);
  result.mean_gradient = Matrix::Zero(d, alpha_.cols());
  result.variance_gradient = Vector::Zero(d);
  for (Eigen::Index j = 0; j < d; ++j) {
    if (inputs_.choice[static_cast<std::size_t>(j)]) continue;
    const Vector dk = (2 * hyper_.weights[j] * slope.array() * (x[j] - inputs_.x.col(j).array())).matrix();
    result.mean_gradient.row(j) = dk.transpose() * alpha_;
    result.variance_gradient[j] = -2 * v.dot(dk);
  }
  return result;
}

void Posterior::at(const Inputs& points, Matrix& means, Vector& variances) const {
  Matrix k = covariance(hyper_, inputs_, points);
  means = k.transpose() * alpha_;
  lower_.triangularView<Eigen::Lower>().solveInPlace(k);
  variances =
      (hyper_.scale - k.colwise().squaredNorm().array()).max(1e-12 * hyper_.scale).matrix().transpose();
}

Matrix Posterior::joint(const Inputs& points) const {
  Matrix k = covariance(hyper_, inputs_, points);
  lower_.triangularView<Eigen::Lower>().solveInPlace(k);
  return covariance(hyper_, points, points) - k.transpose() * k;
}

}  // namespace sluice::hpo
