// The searcher on top of the forest, in the manner of SMAC: expected improvement of the logarithm of the
// loss, maximised by random candidates and by local search around the best trials. Trials that are running
// count as predicted.
#include <algorithm>
#include <cmath>

#include "stages/hpo/forest/forest.h"
#include "stages/hpo/search/plain.h"
#include "stages/hpo/space/cube.h"
#include "stages/hpo/tpe/normal.h"

namespace sluice::hpo {

namespace {

constexpr std::size_t random_candidates = 1000;
constexpr std::size_t local_starts = 10;
constexpr int local_steps = 20;
constexpr int neighbours = 16;
constexpr double least_variance = 1e-8;

/// Losses by the logarithm of how far they are above a point a little below the best.
std::vector<double> log_losses(const std::vector<double>& losses) {
  std::vector<double> sorted = losses;
  std::sort(sorted.begin(), sorted.end());
  const double most = sorted.back();
  const double fifth = sorted[sorted.size() / 20];
  const double low = sorted.front() - (fifth - sorted.front()) - 1e-10;
  std::vector<double> logs;
  for (const double loss : losses) logs.push_back(most > low ? std::log((loss - low) / (most - low)) : 0);
  return logs;
}

/// E[max(e^best - e^f, 0)] for a normal f.
double log_space_improvement(double best, const Forest::Estimate& estimate) {
  const double sigma = std::sqrt(std::max(estimate.variance, least_variance));
  const double v = (best - estimate.mean) / sigma;
  return std::exp(best) * normal_cdf(v) -
         std::exp(0.5 * sigma * sigma + estimate.mean) * normal_cdf(v - sigma);
}

class ForestSearch final : public Searcher {
 public:
  ForestSearch(const Space& space, ForestSettings settings)
      : space_(space), settings_(settings), searched_(space.searched()), sobol_(make_sobol(space)) {
    constexpr std::size_t most_first = 10;
    if (settings_.first == 0) settings_.first = static_cast<int>(std::min(searched_.size() + 3, most_first));
    for (const std::size_t i : searched_)
      unordered_.push_back(space.parameters[i].is_unordered() ? space.parameters[i].values.size() : 0);
  }

  std::optional<Point> suggest(const Question& question) const override {
    Draws draws = question.draws(Purpose::candidates);
    if (question.trial < settings_.first) return sobol_->suggest(question);
    if (draws.uniform() < settings_.random_share) return draw_point(space_, draws);
    const std::vector<Target> targets = model_targets(question.history, searched_.size() + 2);
    if (targets.size() < 2) return sobol_->suggest(question);
    Training training = learn(question, targets);
    const Forest forest(training.rows, training.y, unordered_, question.draws(Purpose::model));
    return maximise(forest, training.best, targets, draws);
  }

 private:
  struct Training {
    std::vector<std::vector<double>> rows;
    std::vector<double> y;
    double best = 0;
  };

  Training learn(const Question& question, const std::vector<Target>& targets) const {
    std::vector<double> losses;
    Training training;
    for (const Target& target : targets) {
      training.rows.push_back(row(target.trial->point));
      losses.push_back(target.loss);
    }
    const double worst = *std::max_element(losses.begin(), losses.end());
    for (const Observation& seen : question.history) {
      if (seen.state != TrialState::infeasible) continue;
      training.rows.push_back(row(seen.point));
      losses.push_back(worst);
    }
    training.y = log_losses(losses);
    training.best = *std::min_element(training.y.begin(), training.y.end());
    std::vector<std::vector<double>> running;
    for (const Observation& seen : question.history)
      if (seen.state == TrialState::running && seen.measures.empty()) running.push_back(row(seen.point));
    if (running.empty()) return training;
    const Forest before(training.rows, training.y, unordered_, question.draws(Purpose::schedule));
    for (auto& x : running) {
      training.y.push_back(before.at(x).mean);
      training.rows.push_back(std::move(x));
    }
    return training;
  }

  /// Inactive parameters get a value that no active one has.
  std::vector<double> row(const Point& point) const {
    const Cube cube = to_cube(space_, point);
    std::vector<double> x;
    for (std::size_t k = 0; k < searched_.size(); ++k) {
      const double value = cube[searched_[k]];
      x.push_back(!std::isnan(value) ? value : unordered_[k] > 0 ? static_cast<double>(unordered_[k]) : -1);
    }
    return x;
  }

  std::optional<Point> maximise(const Forest& forest, double best, const std::vector<Target>& targets,
                                Draws& draws) const {
    std::vector<std::pair<double, Point>> found;
    const auto consider = [&](Point point) {
      const double value = log_space_improvement(best, forest.at(row(point)));
      found.emplace_back(value, std::move(point));
    };
    for (std::size_t i = 0; i < random_candidates; ++i)
      if (auto point = draw_point(space_, draws)) consider(std::move(*point));
    std::vector<const Target*> order;
    for (const Target& target : targets) order.push_back(&target);
    std::stable_sort(order.begin(), order.end(),
                     [](const Target* a, const Target* b) { return a->loss < b->loss; });
    for (std::size_t i = 0; i < std::min(local_starts, order.size()); ++i)
      consider(climb(forest, best, order[i]->trial->point, draws));
    if (found.empty()) return std::nullopt;
    return std::max_element(found.begin(), found.end(),
                            [](const auto& a, const auto& b) { return a.first < b.first; })
        ->second;
  }

  Point climb(const Forest& forest, double best, Point point, Draws& draws) const {
    double value = -1;  // the point itself is known: any neighbour is more interesting
    for (int step = 0; step < local_steps; ++step) {
      Point next;
      double highest = value;
      for (int i = 0; i < neighbours; ++i) {
        Point near = neighbour(point, draws);
        if (is_forbidden(space_, near) || same(near, point)) continue;
        const double found = log_space_improvement(best, forest.at(row(near)));
        if (found <= highest) continue;
        highest = found;
        next = std::move(near);
      }
      if (next.empty()) break;
      point = std::move(next);
      value = highest;
    }
    return point;
  }

  /// One active parameter a little different.
  Point neighbour(const Point& point, Draws& draws) const {
    constexpr double reach = 0.2;
    std::vector<std::size_t> active;
    for (const std::size_t i : searched_)
      if (!std::isnan(point[i])) active.push_back(i);
    const std::size_t changed = active[draws.below(active.size())];
    const Parameter& parameter = space_.parameters[changed];
    Cube cube = to_cube(space_, point);
    for (std::size_t i = 0; i < cube.size(); ++i)
      if (std::isnan(cube[i])) cube[i] = space_.parameters[i].is_unordered() ? 0 : draws.uniform();
    if (parameter.is_unordered()) {
      cube[changed] = static_cast<double>(draws.below(parameter.values.size()));
    } else {
      const double step = parameter.count() > 0 ? 1.0 / static_cast<double>(parameter.count()) : 0;
      cube[changed] = std::clamp(cube[changed] + std::max(reach, step) * draws.normal(), 0.0, 1.0);
    }
    return from_cube(space_, cube);
  }

  const Space& space_;
  ForestSettings settings_;
  std::vector<std::size_t> searched_;
  std::vector<std::size_t> unordered_;
  std::unique_ptr<Searcher> sobol_;
};

}  // namespace

std::unique_ptr<Searcher> make_forest(const Space& space, ForestSettings settings) {
  return std::make_unique<ForestSearch>(space, settings);
}

}  // namespace sluice::hpo
