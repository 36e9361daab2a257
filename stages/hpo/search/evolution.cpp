#include "stages/hpo/search/evolution.h"

#include <algorithm>
#include <cmath>

#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

namespace {

class Evolution final : public Searcher {
 public:
  Evolution(const Space& space, EvolutionSettings settings)
      : space_(space), settings_(settings), searched_(space.searched()) {}

  std::optional<Point> suggest(const Question& question) const override {
    Draws draws = question.draws(Purpose::candidates);
    if (question.trial < settings_.population) return draw_point(space_, draws);
    const std::vector<const Observation*> alive = population(question);
    if (alive.empty()) return draw_point(space_, draws);
    const Observation* parent = nullptr;
    for (int i = 0; i < settings_.tournament; ++i) {
      const Observation* drawn = alive[draws.below(alive.size())];
      if (parent == nullptr || worth(*drawn) < worth(*parent)) parent = drawn;
    }
    return mutate(parent->point, draws);
  }

 private:
  static double worth(const Observation& seen) {
    return seen.state == TrialState::infeasible ? std::numeric_limits<double>::infinity() : seen.loss();
  }

  std::vector<const Observation*> population(const Question& question) const {
    std::vector<const Observation*> alive;
    for (std::size_t i = question.history.size(); i-- > 0;) {
      const Observation& seen = question.history[i];
      if (seen.state == TrialState::running || seen.state == TrialState::lost) continue;
      alive.push_back(&seen);
      if (alive.size() == static_cast<std::size_t>(settings_.population)) break;
    }
    return alive;
  }

  /// One active parameter gets another value. Parameters that the change makes active are drawn.
  std::optional<Point> mutate(const Point& parent, Draws& draws) const {
    constexpr int attempts = 100;
    std::vector<std::size_t> active;
    for (const std::size_t i : searched_)
      if (!std::isnan(parent[i])) active.push_back(i);
    for (int attempt = 0; attempt < attempts; ++attempt) {
      Cube cube(parent.size());
      for (double& u : cube) u = draws.uniform();
      const Point any = point_without_conditions(cube);
      Point child = parent;
      for (std::size_t i = 0; i < child.size(); ++i)
        if (std::isnan(child[i])) child[i] = any[i];
      const std::size_t changed = active[draws.below(active.size())];
      child[changed] = any[changed];
      child = settle(space_, std::move(child));
      if (!same(child, parent) && !is_forbidden(space_, child)) return child;
    }
    return draw_point(space_, draws);
  }

  Point point_without_conditions(const Cube& uniform) const {
    Point point(uniform.size());
    for (std::size_t i = 0; i < uniform.size(); ++i) {
      const Parameter& parameter = space_.parameters[i];
      const Interval range = interval(parameter);
      point[i] = from_scale(parameter, range.low + uniform[i] * (range.high - range.low));
    }
    return point;
  }

  const Space& space_;
  EvolutionSettings settings_;
  std::vector<std::size_t> searched_;
};

}  // namespace

std::unique_ptr<Searcher> make_evolution(const Space& space, EvolutionSettings settings) {
  return std::make_unique<Evolution>(space, settings);
}

}  // namespace sluice::hpo
