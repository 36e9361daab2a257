// The tables of successive halving: how many trials train how far. Two rules circulate for the number of
// trials a bracket begins with, that of the paper (Li et al., JMLR 18 (2018) 185) and that of the HpBandSter
// program. Logarithms are taken with integers: log(243)/log(3) is 4.999… in floating point.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice::hpo {

enum class BracketRule : std::uint8_t { jmlr, hpbandster };

struct Round {
  std::int64_t trials = 0;
  double budget = 0;

  bool operator==(const Round&) const = default;
};
using Bracket = std::vector<Round>;

/// The largest k with least · eta^k ≤ most.
int whole_log(std::int64_t most, std::int64_t least, std::int64_t eta);

/// The bracket with `s` halvings; `s_max` is that of the most aggressive one.
Bracket bracket(std::int64_t most, std::int64_t eta, int s, int s_max, BracketRule rule);
/// All of Hyperband's brackets, the most aggressive one first.
std::vector<Bracket> hyperband_brackets(std::int64_t most, std::int64_t least, std::int64_t eta,
                                        BracketRule rule);

/// A budget as a step: rounded half to even, at least 1.
std::int64_t milestone(double budget);
/// Steps trained in all if every trial of a bracket goes on from its checkpoint.
std::int64_t steps_of(const std::vector<Bracket>& brackets);

/// least · eta^k for k = 0, 1, … up to most, which is always the last one.
std::vector<std::int64_t> rungs(std::int64_t most, std::int64_t least, std::int64_t eta);

}  // namespace sluice::hpo
