#include "stages/hpo/search/searcher.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sluice::hpo {

namespace {

constexpr std::uint64_t own_attempts = 4;       // the searcher's own other answers
constexpr std::uint64_t random_attempts = 200;  // then chance
constexpr std::uint64_t most_counted = 1U << 20U;

bool is_taken(const Question& question, const Point& point) {
  return std::any_of(question.history.begin(), question.history.end(),
                     [&](const Observation& seen) { return same(seen.point, point); });
}

/// The first configuration nobody has had, for a space that is nearly used up.
std::optional<Point> count_through(const Space& space, const Question& question) {
  const auto count = space.count();
  if (!count || *count > most_counted) return std::nullopt;
  for (std::uint64_t number = 0; number < *count; ++number) {
    Point point = numbered_point(space, number);
    if (!is_forbidden(space, point) && !is_taken(question, point)) return point;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Point> suggest_distinct(const Searcher& searcher, const Space& space,
                                      const Question& question) {
  Question asked = question;
  for (asked.attempt = 0; asked.attempt < own_attempts; ++asked.attempt) {
    auto point = searcher.suggest(asked);
    if (!point) return std::nullopt;
    if (!is_forbidden(space, *point) && !is_taken(question, *point)) return point;
  }
  for (; asked.attempt < own_attempts + random_attempts; ++asked.attempt) {
    Draws draws = asked.draws(Purpose::sample);
    auto point = draw_point(space, draws);
    if (point && !is_taken(question, *point)) return point;
  }
  return count_through(space, question);
}

std::vector<Target> model_targets(std::span<const Observation> history, std::size_t least) {
  std::map<std::int64_t, std::size_t> reached;  // how many trials have a loss at a step
  std::int64_t farthest = 0;
  for (const Observation& seen : history)
    for (const Measure& measure : seen.measures)
      if (std::isfinite(measure.loss)) ++reached[measure.step];
  for (const auto& [step, count] : reached)
    if (count >= least || farthest == 0) farthest = step;
  std::vector<Target> targets;
  for (const Observation& seen : history)
    for (const Measure& measure : seen.measures)
      if (measure.step == farthest && std::isfinite(measure.loss)) targets.push_back({&seen, measure.loss});
  return targets;
}

}  // namespace sluice::hpo
