#include "stages/hpo/search/plain.h"

#include <algorithm>
#include <cmath>

#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

namespace {

class Random final : public Searcher {
 public:
  explicit Random(const Space& space) : space_(space) {}
  std::optional<Point> suggest(const Question& question) const override {
    Draws draws = question.draws(Purpose::sample);
    return draw_point(space_, draws);
  }

 private:
  const Space& space_;
};

class Sobol final : public Searcher {
 public:
  explicit Sobol(const Space& space) : space_(space) {}
  std::optional<Point> suggest(const Question& question) const override {
    if (question.attempt == 0) {
      const auto index = static_cast<std::uint64_t>(question.trial);
      Point point = point_from_uniform(space_, sobol_point(question.seed, index, space_.parameters.size()));
      if (!is_forbidden(space_, point)) return point;
    }
    Draws draws = question.draws(Purpose::sample);
    return draw_point(space_, draws);
  }

 private:
  const Space& space_;
};

class Grid final : public Searcher {
 public:
  Grid(const Space& space, int points) {
    Space cut = space;
    for (Parameter& parameter : cut.parameters) {
      if (parameter.count() == 0) {
        values_.push_back(grid_values(parameter, points));
        continue;
      }
      values_.emplace_back();
      for (std::uint64_t i = 0; i < parameter.count(); ++i)
        values_.back().push_back((parameter.is_number() ? parameter.low : 0.0) +
                                 static_cast<double>(i) * (parameter.is_number() ? parameter.step : 1.0));
    }
    enumerate(space);
  }

  std::optional<Point> suggest(const Question& question) const override {
    const std::uint64_t index = static_cast<std::uint64_t>(question.trial) + question.attempt;
    if (index >= points_.size()) return std::nullopt;
    return points_[index];
  }

 private:
  static constexpr std::size_t most_points = 1U << 20U;

  static std::vector<double> grid_values(const Parameter& parameter, int points) {
    std::vector<double> values;
    const double low = to_scale(parameter, parameter.low);
    const double high = to_scale(parameter, parameter.high);
    for (int i = 0; i < points; ++i)
      values.push_back(from_scale(parameter, low + (high - low) * i / std::max(points - 1, 1)));
    return values;
  }

  /// The last parameter changes fastest; what conditions make equal comes once.
  void enumerate(const Space& space) {
    std::vector<std::size_t> digits(values_.size(), 0);
    while (points_.size() < most_points) {
      Point point(values_.size());
      for (std::size_t i = 0; i < digits.size(); ++i) point[i] = values_[i][digits[i]];
      point = settle(space, std::move(point));
      const bool seen = space.is_conditional() && std::any_of(points_.begin(), points_.end(),
                                                              [&](const Point& p) { return same(p, point); });
      if (!seen && !is_forbidden(space, point)) points_.push_back(std::move(point));
      std::size_t place = digits.size();
      while (place > 0 && ++digits[place - 1] == values_[place - 1].size()) digits[--place] = 0;
      if (place == 0) return;
    }
  }

  std::vector<std::vector<double>> values_;
  std::vector<Point> points_;
};

}  // namespace

std::unique_ptr<Searcher> make_random(const Space& space) { return std::make_unique<Random>(space); }
std::unique_ptr<Searcher> make_grid(const Space& space, int points) {
  return std::make_unique<Grid>(space, points);
}
std::unique_ptr<Searcher> make_sobol(const Space& space) { return std::make_unique<Sobol>(space); }

}  // namespace sluice::hpo
