// What the search maximises: log expected improvement over a model with fantasies, less where trials are
// likely to fail, as a function on the unit cube.
#pragma once

#include <memory>
#include <optional>

#include "stages/hpo/gp/gp.h"
#include "stages/hpo/gp/kernel.h"
#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

/// Coordinates for a model: inactive parameters take the middle, or the first choice.
Vector model_row(const Space& space, const std::vector<std::size_t>& searched, const Point& point);

class Acquisition {
 public:
  /// Nothing when there are too few results for a model.
  static std::optional<Acquisition> make(const Space& space, const std::vector<std::size_t>& searched,
                                         const Question& question, const GpSettings& settings);

  double value(const Vector& x, Vector* gradient) const;
  Vector values(const Matrix& rows) const;
  const std::vector<bool>& choice() const { return model_->inputs().choice; }
  const Vector& weights() const { return model_->hyper().weights; }
  const Hyper& hyper() const { return model_->hyper(); }
  const Vector& incumbent() const { return incumbent_; }

 private:
  Acquisition() = default;
  void condition(const Question& question, const Space& space, const std::vector<std::size_t>& searched,
                 const GpSettings& settings, const Hyper& hyper, Inputs inputs, const Vector& y);
  void learn_failures(const Question& question, const Space& space, const std::vector<std::size_t>& searched,
                      const Inputs& feasible);

  std::optional<Posterior> model_;
  Vector best_;  ///< the best so far, in each fantasy
  std::optional<Posterior> failures_;
  Vector incumbent_;
};

}  // namespace sluice::hpo
