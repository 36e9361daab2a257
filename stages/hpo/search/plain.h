// Searchers that look at no result: random, grid, and Sobol points. In whatever order trials end, they
// suggest the same.
#pragma once

#include <memory>

#include "stages/hpo/search/searcher.h"

namespace sluice::hpo {

std::unique_ptr<Searcher> make_random(const Space& space);
/// Every combination; a continuum is cut into `points` values. Nothing more once all were tried.
std::unique_ptr<Searcher> make_grid(const Space& space, int points);
/// Sobol's sequence, scrambled by the seed in Owen's way, so that another seed covers the space as evenly
/// with other points.
std::unique_ptr<Searcher> make_sobol(const Space& space);

/// Point `index` of the scrambled sequence in `dimensions` dimensions.
std::vector<double> sobol_point(std::uint64_t seed, std::uint64_t index, std::size_t dimensions);
/// Points 0 … count - 1 at once, which is cheaper.
std::vector<std::vector<double>> sobol_points(std::uint64_t seed, std::size_t count, std::size_t dimensions);

}  // namespace sluice::hpo
