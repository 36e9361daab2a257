// The published way to judge predictors of learning curves (data of 296 MLPF trainings): 1000 splits in
// halves, 20 trainings to learn from, losses of every second of the first 25 epochs as features. The
// published protocol has three flaws (the last but one epoch as target, scales fitted to all, arguments of R²
// swapped); the corrected one has not.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tests/stages/hpo/support/reference.h"

namespace sluice::hpo {

/// numpy's RandomState(seed).permutation(n), which the published splits were drawn with.
std::vector<std::size_t> numpy_permutation(std::uint32_t seed, std::size_t n);

struct ScoreTable {
  double best = 0, worst = 0, mean = 0, deviation = 0, median = 0;
};
ScoreTable table_of(std::vector<double> scores);

}  // namespace sluice::hpo
