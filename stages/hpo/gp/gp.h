// Bayesian optimisation with a Gaussian process: where is the logarithm of expected improvement largest?
// Trials that are still running are taken into account in one of several ways.
#pragma once

#include <memory>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

enum class Pending : std::uint8_t {
  fantasies,  ///< averaged over what they may turn out to be: parallel expected improvement, exactly
  believer,   ///< taken to turn out as predicted
  variance,   ///< the same, but the best so far stays: only the uncertainty near them shrinks
  liar_best,  ///< taken to be as good as the best so far
  liar_mean,
  liar_worst,
  ignore
};

struct GpSettings {
  Pending pending = Pending::fantasies;
  int first = 10;  ///< trials from Sobol's sequence before there is a model
  int fantasies = 128;
};
std::unique_ptr<Searcher> make_gp(const Space& space, GpSettings settings = {});

}  // namespace sluice::hpo
