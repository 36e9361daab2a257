#include "stages/hpo/importance/importance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

namespace {

constexpr std::size_t least_trials = 10;
constexpr std::size_t most_trials = 600;  // more would take long, and say the same
constexpr Forest::Settings grown = {32, 6, 4};

struct Row {
  std::vector<double> x;
  double loss = 0;
};

/// As in the forest's searcher: an inactive parameter has a value outside of its range.
std::vector<double> features(const Space& space, const std::vector<std::size_t>& searched,
                             const Point& point) {
  const Cube cube = to_cube(space, point);
  std::vector<double> x;
  for (const std::size_t i : searched) {
    const Parameter& parameter = space.parameters[i];
    const double outside = parameter.is_unordered() ? static_cast<double>(parameter.values.size()) : -1;
    x.push_back(std::isnan(cube[i]) ? outside : cube[i]);
  }
  return x;
}

/// 0 for the least loss, 1 for the largest; equal losses share a rank.
std::vector<double> ranks(const std::vector<Row>& rows) {
  std::vector<double> sorted;
  for (const Row& row : rows) sorted.push_back(row.loss);
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> ranks;
  for (const Row& row : rows) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), row.loss);
    const auto middle = static_cast<double>((first - sorted.begin()) + (last - sorted.begin()) - 1) / 2;
    ranks.push_back(middle / static_cast<double>(rows.size() - 1));
  }
  return ranks;
}

}  // namespace

std::optional<Importance> importance_of(const Space& space, std::span<const Observation> trials,
                                        std::uint64_t seed) {
  Importance importance;
  importance.parameters = space.searched();
  const auto measured = static_cast<std::size_t>(
      std::count_if(trials.begin(), trials.end(), [](const Observation& t) { return !t.measures.empty(); }));
  const std::size_t least = std::max(least_trials, 2 * (importance.parameters.size() + 1));
  const auto targets = model_targets(trials, std::max(least, measured / 2));
  if (importance.parameters.empty() || targets.size() < least) return std::nullopt;
  std::vector<Row> rows;
  for (const Target& target : targets)
    rows.push_back({features(space, importance.parameters, target.trial->point), target.loss});
  for (const Observation& trial : trials)
    if (trial.state == TrialState::infeasible)
      rows.push_back(
          {features(space, importance.parameters, trial.point), std::numeric_limits<double>::infinity()});
  if (rows.size() > most_trials) {
    std::vector<Row> some;
    for (std::size_t i = 0; i < most_trials; ++i) some.push_back(rows[i * rows.size() / most_trials]);
    rows = std::move(some);
  }
  for (const Measure& measure : targets.front().trial->measures)
    if (measure.loss == targets.front().loss) importance.step = measure.step;
  std::vector<std::vector<double>> x;
  for (const Row& row : rows) x.push_back(row.x);
  std::vector<std::size_t> unordered;
  for (const std::size_t i : importance.parameters)
    unordered.push_back(space.parameters[i].is_unordered() ? space.parameters[i].values.size() : 0);
  const Forest forest(x, ranks(rows), unordered, Draws(seed, 0, Purpose::model), grown);
  importance.shares = variance_shares(forest);
  importance.trials = rows.size();
  return importance;
}

}  // namespace sluice::hpo
