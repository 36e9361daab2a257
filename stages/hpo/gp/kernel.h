// The Gaussian process: a Matérn-5/2 kernel with one length scale for each parameter, its likelihood and
// prior, and the posterior. Choices have distance 0 or 1.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

namespace sluice::hpo {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

/// What the likelihood determines. All positive.
struct Hyper {
  Vector weights;       ///< inverse squared length scales
  double scale = 1;     ///< variance of the function
  double noise = 1e-4;  ///< variance of a measurement
};

/// Points as rows of unit-cube coordinates, in which some columns are choices.
struct Inputs {
  Matrix x;
  std::vector<bool> choice;

  Eigen::Index size() const { return x.rows(); }
  Eigen::Index dimensions() const { return x.cols(); }
};

/// Covariances between the rows of `a` and those of `b`.
Matrix covariance(const Hyper& hyper, const Inputs& a, const Inputs& b);

enum class Prior {
  flat_scales,  ///< for few parameters: length scales about 1, as Optuna has it
  long_scales,  ///< for many: log length scale about √2 + ½ log d (Hvarfner et al., ICML 2024), as BoTorch
                ///< has it
};
double log_prior(const Hyper& hyper, Prior prior);
/// log p(y | x), the constant -n/2 log 2π included.
double log_likelihood(const Hyper& hyper, const Inputs& inputs, const Vector& y);

/// The most probable hyperparameters (maximum a posteriori, by bounded L-BFGS).
Hyper fit(const Inputs& inputs, const Vector& y, Prior prior);

/// The posterior for any number of alternative results at the same points: the columns of `y`.
class Posterior {
 public:
  Posterior(Hyper hyper, Inputs inputs, const Matrix& y);

  struct Marginal {
    Vector means;  ///< one for each column of y
    double variance = 0;
    Matrix mean_gradient;      ///< dimensions x columns
    Vector variance_gradient;  ///< choices have 0
  };
  Marginal at(const Vector& x, bool gradient) const;
  /// Many points at once: means (points x columns) and variances.
  void at(const Inputs& points, Matrix& means, Vector& variances) const;
  /// Joint covariance of the function at these points.
  Matrix joint(const Inputs& points) const;

  const Hyper& hyper() const { return hyper_; }
  const Inputs& inputs() const { return inputs_; }

 private:
  Hyper hyper_;
  Inputs inputs_;
  Matrix lower_;  ///< Cholesky factor
  Matrix alpha_;  ///< inverse covariance times y
};

}  // namespace sluice::hpo
