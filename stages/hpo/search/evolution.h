// Searchers that breed: regularised evolution (Real et al., AAAI 2019) for spaces of choices, CMA-ES (Hansen,
// arXiv:1604.00772) for continuous ones.
#pragma once

#include <memory>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

struct EvolutionSettings {
  int population = 100;  ///< the youngest trials that have a result
  int tournament = 10;   ///< the best of so many of them is the parent
};
std::unique_ptr<Searcher> make_evolution(const Space& space, EvolutionSettings settings = {});

struct CmaSettings {
  double sigma = 1.0 / 6;  ///< first step size, in widths of the space
  int population = 0;      ///< 0: 4 + ⌊3 ln d⌋
};
std::unique_ptr<Searcher> make_cma(const Space& space, CmaSettings settings = {});

}  // namespace sluice::hpo
