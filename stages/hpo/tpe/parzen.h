// The Parzen estimator of TPE (Bergstra et al., NeurIPS 2011; rules as in Optuna): a mixture with one product
// kernel for each observed configuration and one wide prior kernel. Numbers get normal kernels cut to the
// range (in the logarithm where the parameter is logarithmic, as masses of cells where it is stepped),
// choices a table.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/hpo/space/space.h"

namespace sluice::hpo {

/// How wide kernels are. v4 and v5 name the versions of Optuna that use them by default or when asked.
enum class Bandwidth : std::uint8_t {
  neighbours_with_prior,  ///< v4, one parameter at a time: distance to the farther neighbour, the prior's
                          ///< middle among them
  scott,                  ///< v4, jointly: 0.2 n^(-1 / (d + 4)) of the range, for all
  neighbours              ///< v5: distance to the farther neighbour
};

class Parzen {
 public:
  /// Models `parameters` (indices into the space) from points, the oldest first.
  Parzen(const Space& space, const std::vector<std::size_t>& parameters,
         const std::vector<const Point*>& points, Bandwidth bandwidth);

  /// log density of the parameters of the point that are active.
  double log_pdf(const Point& point) const;
  std::vector<double> log_pdf(const std::vector<Point>& points) const;
  /// Draws the modelled parameters into `point`.
  void sample(Draws& draws, Point& point) const;

  const std::vector<double>& weights() const { return weights_; }
  const std::vector<double>& centres(std::size_t dimension) const { return dimensions_[dimension].mu; }
  const std::vector<double>& widths(std::size_t dimension) const { return dimensions_[dimension].sigma; }
  /// Of a choice: the probabilities of kernel k.
  std::vector<double> kernel_table(std::size_t dimension, std::size_t k) const;

 private:
  struct Dimension {
    std::size_t parameter = 0;
    bool numeric = true;
    double low = 0;
    double high = 1;
    std::vector<double> mu;
    std::vector<double> sigma;
    std::vector<double>
        log_norm;               ///< log of the mass inside the range, and of sigma where densities are meant
    std::vector<double> table;  ///< of a choice: kernels x values, logarithms
    std::size_t values = 0;
  };

  void add_numeric(Dimension& dimension, const std::vector<const Point*>& points, Bandwidth bandwidth,
                   std::size_t joint);
  void add_table(Dimension& dimension, const std::vector<const Point*>& points) const;
  void add_log_kernels(const Dimension& dimension, double value, std::vector<double>& sums) const;

  const Space& space_;
  std::vector<Dimension> dimensions_;
  std::vector<double> weights_;
  std::vector<double> log_weights_;
};

/// Weights of n observations, the oldest first, before the prior's 1: a ramp, so that the 25 youngest count
/// fully.
std::vector<double> default_weights(std::size_t n);

}  // namespace sluice::hpo
