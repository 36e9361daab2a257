#include "stages/hpo/space/cube.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

Interval interval(const Parameter& parameter) {
  if (!parameter.is_number()) return {-0.5, static_cast<double>(parameter.values.size()) - 0.5};
  const double half = parameter.step / 2;
  double low = parameter.low - half;
  const double high = parameter.high + half;
  if (!parameter.log) return {low, high};
  if (low <= 0) low = parameter.low / 2;  // a step wider than twice the least value
  return {std::log(low), std::log(high)};
}

double to_scale(const Parameter& parameter, double value) { return parameter.log ? std::log(value) : value; }

double from_scale(const Parameter& parameter, double scaled) {
  return parameter.log ? std::exp(scaled) : scaled;
}

double coordinate(const Parameter& parameter, double value) {
  if (parameter.is_unordered() || std::isnan(value)) return value;
  const Interval range = interval(parameter);
  if (range.high <= range.low) return 0.5;
  return std::clamp((to_scale(parameter, value) - range.low) / (range.high - range.low), 0.0, 1.0);
}

Cube to_cube(const Space& space, const Point& point) {
  Cube cube(point.size());
  for (std::size_t i = 0; i < point.size(); ++i) cube[i] = coordinate(space.parameters[i], point[i]);
  return cube;
}

Point from_cube(const Space& space, const Cube& cube) {
  Point point(cube.size());
  for (std::size_t i = 0; i < cube.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const Interval range = interval(parameter);
    point[i] = parameter.is_unordered()
                   ? cube[i]
                   : from_scale(parameter, range.low + cube[i] * (range.high - range.low));
  }
  return settle(space, std::move(point));
}

Point point_from_uniform(const Space& space, const Cube& uniform) {
  Cube cube = uniform;
  for (std::size_t i = 0; i < cube.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const auto count = static_cast<double>(parameter.values.size());
    if (parameter.is_unordered()) cube[i] = std::min(std::floor(cube[i] * count), count - 1);
  }
  return from_cube(space, cube);
}

}  // namespace sluice::hpo
