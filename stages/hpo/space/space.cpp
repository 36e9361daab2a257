#include "stages/hpo/space/space.h"

#include <algorithm>
#include <cmath>

#include "stages/hpo/space/cube.h"

namespace sluice::hpo {

namespace {

constexpr int most_draws = 1000;
constexpr double countable = 1e15;

double nearest_value(const Parameter& parameter, double value) {
  if (!parameter.is_number()) {
    const double last = static_cast<double>(parameter.values.size()) - 1;
    return std::clamp(std::floor(value + 0.5), 0.0, last);
  }
  if (parameter.step > 0) {
    const double steps = std::floor((parameter.high - parameter.low) / parameter.step + 1e-9);
    const double index = std::clamp(std::floor((value - parameter.low) / parameter.step + 0.5), 0.0, steps);
    return parameter.low + index * parameter.step;
  }
  return std::clamp(value, parameter.low, parameter.high);
}

}  // namespace

std::uint64_t Parameter::count() const {
  if (!is_number()) return values.size();
  if (low == high) return 1;
  if (step <= 0) return 0;
  return static_cast<std::uint64_t>(std::floor((high - low) / step + 1e-9)) + 1;
}

std::optional<std::size_t> Space::find(std::string_view name) const {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].name == name) return i;
  return std::nullopt;
}

bool Space::is_conditional() const {
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Parameter& p) { return !p.when.empty(); });
}

std::vector<std::size_t> Space::searched() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].count() != 1) found.push_back(i);
  return found;
}

std::optional<std::uint64_t> Space::count() const {
  double product = 1;
  for (const Parameter& parameter : parameters) {
    if (parameter.count() == 0) return std::nullopt;
    product *= static_cast<double>(parameter.count());
    if (product > countable) return std::nullopt;
  }
  return static_cast<std::uint64_t>(product);
}

bool holds(const Clause& clause, const Point& point) {
  const double value = point[clause.parameter];
  if (std::isnan(value)) return false;
  if (!clause.any_of.empty())
    return std::find(clause.any_of.begin(), clause.any_of.end(), value) != clause.any_of.end();
  return value >= clause.minimum && value <= clause.maximum;
}

bool is_forbidden(const Space& space, const Point& point) {
  const auto all_hold = [&](const std::vector<Clause>& clauses) {
    return std::all_of(clauses.begin(), clauses.end(), [&](const Clause& c) { return holds(c, point); });
  };
  return std::any_of(space.forbidden.begin(), space.forbidden.end(), all_hold);
}

Point settle(const Space& space, Point point) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const bool active = std::all_of(parameter.when.begin(), parameter.when.end(),
                                    [&](const Clause& clause) { return holds(clause, point); });
    point[i] = active && !std::isnan(point[i]) ? nearest_value(parameter, point[i]) : inactive;
  }
  return point;
}

bool same(const Point& a, const Point& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

std::optional<Point> draw_point(const Space& space, Draws& draws) {
  Cube cube(space.parameters.size());
  for (int attempt = 0; attempt < most_draws; ++attempt) {
    for (double& coordinate : cube) coordinate = draws.uniform();
    Point point = point_from_uniform(space, cube);
    if (!is_forbidden(space, point)) return point;
  }
  return std::nullopt;
}

Point numbered_point(const Space& space, std::uint64_t number) {
  Point point(space.parameters.size());
  for (std::size_t i = point.size(); i-- > 0;) {  // the last parameter changes fastest
    const Parameter& parameter = space.parameters[i];
    const std::uint64_t count = parameter.count();
    const auto index = static_cast<double>(number % count);
    number /= count;
    point[i] = parameter.is_number() ? parameter.low + index * parameter.step : index;
  }
  return settle(space, std::move(point));
}

}  // namespace sluice::hpo
