// The tree-structured Parzen estimator: a density of good configurations l, one of all others g, and the
// candidate drawn from l with the largest l / g. Running trials count as bad, so that the next worker looks
// elsewhere. What was infeasible stands at the very end of the bad ones.
#pragma once

#include <memory>

#include "stages/hpo/search/searcher.h"
#include "stages/hpo/tpe/parzen.h"

namespace sluice::hpo {

enum class TpeRule : std::uint8_t {
  automatic,  ///< v5 where numbers are searched, v4 where most parameters are choices or ordinals
  v5,         ///< jointly, neighbour widths
  v4,         ///< jointly, one width for all
  v4_single   ///< every parameter by itself
};

struct TpeSettings {
  TpeRule rule = TpeRule::automatic;
  int random_first = 10;  ///< trials that are drawn at random
  int candidates = 24;
};
std::unique_ptr<Searcher> make_tpe(const Space& space, TpeSettings settings = {});

/// How many of n finished trials count as good: a tenth, at most 25.
std::size_t count_of_good(std::size_t n);

}  // namespace sluice::hpo
