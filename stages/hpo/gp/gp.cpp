#include "stages/hpo/gp/gp.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <numeric>

#include "stages/hpo/gp/acquisition.h"
#include "stages/hpo/search/plain.h"

namespace sluice::hpo {

namespace {

/// How hard to look for the maximum; less so for large models, whose every evaluation costs n².
struct Effort {
  std::size_t candidates = 2048;
  std::size_t starts = 8;
  int evaluations = 60;
};
Effort effort_for(std::size_t n) {
  constexpr std::size_t small = 150;
  if (n <= small) return {};
  const std::size_t candidates = std::max<std::size_t>(2048 * small / n, 256);
  return {candidates, n > 500 ? std::size_t{3} : std::size_t{5}, n > 500 ? 25 : 40};
}

/// Climbs to a maximum of the acquisition: continuous coordinates together, stepped ones and choices one by
/// one.
class Climber {
 public:
  Climber(const Space& space, const std::vector<std::size_t>& searched, const Acquisition& acquisition,
          int evaluations)
      : space_(space), searched_(searched), acquisition_(acquisition), evaluations_(evaluations) {
    for (std::size_t k = 0; k < searched.size(); ++k) {
      const bool continuous = space.parameters[searched[k]].count() == 0;
      (continuous ? continuous_ : stepped_).push_back(static_cast<Eigen::Index>(k));
    }
  }

  double climb(Vector& x) const {
    constexpr int rounds = 4;
    double value = acquisition_.value(x, nullptr);
    for (int round = 0; round < rounds; ++round) {
      const double before = value;
      if (!continuous_.empty()) value = slide(x, value);
      if (stepped_.empty()) break;
      value = step(x, value);
      if (value <= before + 1e-6) break;
    }
    return value;
  }

 private:
  struct Slide {
    const Climber& climber;
    Vector x;
    Vector best;
    double highest;
  };

  double slide(Vector& x, double value) const {
    Slide state = {*this, x, x, value};
    nlopt::opt search(nlopt::LD_LBFGS, static_cast<unsigned>(continuous_.size()));
    search.set_max_objective(&Climber::evaluate, &state);
    search.set_lower_bounds(0);
    search.set_upper_bounds(1);
    search.set_ftol_abs(1e-5);
    search.set_maxeval(evaluations_);
    std::vector<double> place;
    for (const Eigen::Index k : continuous_) place.push_back(x[k]);
    double result = 0;
    try {
      search.optimize(place, result);
    } catch (const std::exception&) {  // rounding: the best so far stands
    }
    x = state.best;
    return state.highest;
  }

  static double evaluate(const std::vector<double>& place, std::vector<double>& slope, void* data) {
    Slide& state = *static_cast<Slide*>(data);
    const auto& continuous = state.climber.continuous_;
    for (std::size_t i = 0; i < place.size(); ++i) state.x[continuous[i]] = place[i];
    Vector gradient;
    const double value = state.climber.acquisition_.value(state.x, &gradient);
    for (std::size_t i = 0; i < slope.size(); ++i) slope[i] = gradient[continuous[i]];
    if (value > state.highest) {
      state.highest = value;
      state.best = state.x;
    }
    return value;
  }

  double step(Vector& x, double value) const {
    for (const Eigen::Index k : stepped_) {
      const Parameter& parameter = space_.parameters[searched_[static_cast<std::size_t>(k)]];
      const std::vector<double> places = neighbours(parameter, x[k]);
      Matrix rows = x.transpose().replicate(static_cast<Eigen::Index>(places.size()), 1);
      for (std::size_t i = 0; i < places.size(); ++i) rows(static_cast<Eigen::Index>(i), k) = places[i];
      Eigen::Index best = 0;
      const double found = acquisition_.values(rows).maxCoeff(&best);
      if (found <= value) continue;
      value = found;
      x[k] = places[static_cast<std::size_t>(best)];
    }
    return value;
  }

  /// All values of a parameter that has few; else those near by, and some far away.
  static std::vector<double> neighbours(const Parameter& parameter, double at) {
    constexpr std::uint64_t few = 16;
    const std::uint64_t count = parameter.count();
    const auto value = [&](std::uint64_t i) {
      return coordinate(parameter, parameter.is_number()
                                       ? parameter.low + static_cast<double>(i) * parameter.step
                                       : static_cast<double>(i));
    };
    std::vector<double> places;
    for (std::uint64_t i = 0; i < std::min(count, few); ++i)
      places.push_back(value(count <= few ? i : i * (count - 1) / (few - 1)));
    if (count <= few) return places;
    std::uint64_t low = 0;
    for (std::uint64_t high = count - 1; low < high;) {
      const std::uint64_t middle = (low + high) / 2;
      if (value(middle) < at)
        low = middle + 1;
      else
        high = middle;
    }
    for (std::uint64_t far = 1; far <= few; far *= 2) {
      if (low >= far) places.push_back(value(low - far));
      if (low + far < count) places.push_back(value(low + far));
    }
    return places;
  }

  const Space& space_;
  const std::vector<std::size_t>& searched_;
  const Acquisition& acquisition_;
  int evaluations_;
  std::vector<Eigen::Index> continuous_;
  std::vector<Eigen::Index> stepped_;
};

class Gp final : public Searcher {
 public:
  Gp(const Space& space, GpSettings settings)
      : space_(space), settings_(settings), searched_(space.searched()), sobol_(make_sobol(space)) {}

  std::optional<Point> suggest(const Question& question) const override {
    if (question.trial < settings_.first) return sobol_->suggest(question);
    const auto acquisition = Acquisition::make(space_, searched_, question, settings_);
    if (!acquisition) return sobol_->suggest(question);
    const Effort effort = effort_for(question.history.size());
    const Matrix rows = candidate_rows(question, effort, *acquisition);
    const Vector values = acquisition->values(rows);
    const Climber climber(space_, searched_, *acquisition, effort.evaluations);
    std::vector<std::pair<double, Point>> found;
    for (const Eigen::Index i : starts(values, effort.starts, question)) {
      Vector x = rows.row(i).transpose();
      const double value = climber.climb(x);
      found.emplace_back(value, to_point(x));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::uint64_t skip = question.attempt;
    for (auto& [value, point] : found)
      if (!is_forbidden(space_, point) && skip-- == 0) return std::move(point);
    return sobol_->suggest(question);
  }

 private:
  Matrix candidate_rows(const Question& question, const Effort& effort,
                        const Acquisition& acquisition) const {
    const auto d = static_cast<Eigen::Index>(searched_.size());
    Draws draws = question.draws(Purpose::candidates);
    const auto uniform = sobol_points(draws.bits(), effort.candidates, space_.parameters.size());
    constexpr Eigen::Index near = 64;  // points around the best one
    Matrix rows(static_cast<Eigen::Index>(effort.candidates) + near, d);
    for (std::size_t i = 0; i < effort.candidates; ++i)
      rows.row(static_cast<Eigen::Index>(i)) =
          model_row(space_, searched_, point_from_uniform(space_, uniform[i])).transpose();
    for (Eigen::Index i = 0; i < near; ++i) {
      Vector x = acquisition.incumbent();
      const double reach = 0.3 * std::pow(10.0, -3.0 * static_cast<double>(i) / near);
      for (Eigen::Index k = 0; k < d; ++k) {
        if (acquisition.choice()[static_cast<std::size_t>(k)]) continue;
        const double width = reach / std::sqrt(std::max(acquisition.weights()[k], 1.0));
        x[k] = std::clamp(x[k] + width * draws.normal(), 0.0, 1.0);
      }
      rows.row(static_cast<Eigen::Index>(effort.candidates) + i) =
          model_row(space_, searched_, to_point(x)).transpose();
    }
    return rows;
  }

  /// The best candidate, and others with a chance that grows with their value.
  static std::vector<Eigen::Index> starts(const Vector& values, std::size_t count, const Question& question) {
    Draws draws = question.draws(Purpose::model);
    Eigen::Index best = 0;
    const double most = values.maxCoeff(&best);
    std::vector<Eigen::Index> chosen = {best};
    Vector weights = (values.array() - most).exp();
    weights[best] = 0;
    while (chosen.size() < count && weights.sum() > 0) {
      double rest = draws.uniform() * weights.sum();
      Eigen::Index i = 0;
      while (i + 1 < weights.size() && rest >= weights[i]) rest -= weights[i++];
      if (weights[i] <= 0) break;
      chosen.push_back(i);
      weights[i] = 0;
    }
    return chosen;
  }

  Point to_point(const Vector& x) const {
    Cube cube(space_.parameters.size(), 0.5);
    for (std::size_t i = 0; i < cube.size(); ++i)
      if (space_.parameters[i].is_unordered()) cube[i] = 0;
    for (std::size_t k = 0; k < searched_.size(); ++k) cube[searched_[k]] = x[static_cast<Eigen::Index>(k)];
    return from_cube(space_, cube);
  }

  const Space& space_;
  GpSettings settings_;
  std::vector<std::size_t> searched_;
  std::unique_ptr<Searcher> sobol_;
};

}  // namespace

std::unique_ptr<Searcher> make_gp(const Space& space, GpSettings settings) {
  return std::make_unique<Gp>(space, settings);
}

}  // namespace sluice::hpo
