// The likelihood of hyperparameters with its gradient: the inner loop of a fit.
#pragma once

#include "stages/hpo/gp/kernel.h"

namespace sluice::hpo {

/// The Matérn-5/2 correlation at a squared distance, and its derivative by that square.
struct Matern {
  double value = 1;
  double slope = 0;
};
Matern matern(double squared);

class Likelihood {
 public:
  Likelihood(const Inputs& inputs, const Vector& y);
  /// log p(y | x) and its derivatives by log weights, log scale, and the noise itself.
  double value(const Hyper& hyper, Vector* gradient) const;

 private:
  const Vector& y_;
  Eigen::Index n_;
  Matrix squares_;  ///< pairs (i > k) x dimensions: squared differences
};

}  // namespace sluice::hpo
