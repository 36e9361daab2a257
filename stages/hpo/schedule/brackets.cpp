#include "stages/hpo/schedule/brackets.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

namespace {

std::int64_t power(std::int64_t base, int exponent) {
  std::int64_t result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

int whole_log(std::int64_t most, std::int64_t least, std::int64_t eta) {
  int exponent = 0;
  for (std::int64_t budget = least; budget <= most / eta; budget *= eta) ++exponent;
  return exponent;
}

Bracket bracket(std::int64_t most, std::int64_t eta, int s, int s_max, BracketRule rule) {
  const std::int64_t many = power(eta, s);
  const std::int64_t trials =
      rule == BracketRule::jmlr ? divide_up((s_max + 1) * many, s + 1) : ((s_max + 1) / (s + 1)) * many;
  Bracket rounds;
  for (int i = 0; i <= s; ++i) {
    const double budget = static_cast<double>(most) / static_cast<double>(power(eta, s - i));
    rounds.push_back({std::max<std::int64_t>(trials / power(eta, i), 1), budget});
  }
  return rounds;
}

std::vector<Bracket> hyperband_brackets(std::int64_t most, std::int64_t least, std::int64_t eta,
                                        BracketRule rule) {
  const int s_max = whole_log(most, least, eta);
  std::vector<Bracket> brackets;
  for (int s = s_max; s >= 0; --s) brackets.push_back(bracket(most, eta, s, s_max, rule));
  return brackets;
}

std::int64_t milestone(double budget) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::nearbyint(budget)));
}

std::int64_t steps_of(const std::vector<Bracket>& brackets) {
  std::int64_t steps = 0;
  for (const Bracket& rounds : brackets) {
    std::int64_t from = 0;
    for (const Round& round : rounds) {
      steps += round.trials * (milestone(round.budget) - from);
      from = milestone(round.budget);
    }
  }
  return steps;
}

std::vector<std::int64_t> rungs(std::int64_t most, std::int64_t least, std::int64_t eta) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = least; step < most; step *= eta) {
    steps.push_back(step);
    if (step > most / eta) break;
  }
  steps.push_back(most);
  return steps;
}

}  // namespace sluice::hpo
