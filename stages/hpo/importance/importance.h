// How much each hyperparameter decides: functional analysis of variance on a regression forest (Hutter, Hoos,
// Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014). A forest
// predicts the loss anywhere in the space; the variance of its prediction over the whole space is divided
// into what one parameter explains when all others are averaged out, what two explain together beyond that,
// and the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/hpo/forest/forest.h"

namespace sluice::hpo {

struct PairShare {
  std::size_t first = 0;
  std::size_t second = 0;
  double share = 0;
};

/// Shares of the variance, means over the trees.
struct VarianceShares {
  std::vector<double> single;    ///< by feature of the forest
  std::vector<PairShare> pairs;  ///< beyond what the two explain alone; the largest first
};
/// Over the unit cube of numbers, and all values of choices.
VarianceShares variance_shares(const Forest& forest);

struct Importance {
  std::vector<std::size_t> parameters;  ///< of the space: what `shares` means by its features
  VarianceShares shares;
  std::int64_t step = 0;   ///< where losses are compared
  std::size_t trials = 0;  ///< learned from
};
/// Losses count by their ranks, so that a training that diverged does not outweigh all others; a
/// configuration that is infeasible has the last. Nothing while there are too few trials to tell.
std::optional<Importance> importance_of(const Space& space, std::span<const Observation> trials,
                                        std::uint64_t seed);

}  // namespace sluice::hpo
