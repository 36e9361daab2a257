// The unit cube that models work in: every number between 0 and 1, equally important wherever its range lies
// and whatever its unit; logarithmic parameters by their logarithm, steps as cells of equal width. Choices
// keep their index, because 0 and 2 are no farther apart than 0 and 1.
#pragma once

#include <vector>

#include "stages/hpo/space/space.h"

namespace sluice::hpo {

using Cube = std::vector<double>;

/// The interval a parameter is spread over before it is scaled: widened by half a step on both sides (then
/// each value owns a cell of it), in the logarithm where the parameter is logarithmic.
struct Interval {
  double low = 0;
  double high = 1;
};
Interval interval(const Parameter& parameter);
/// Value to the scale of `interval`, and back (without rounding).
double to_scale(const Parameter& parameter, double value);
double from_scale(const Parameter& parameter, double scaled);

/// Coordinates of the active parameters; inactive ones stay not-a-number.
Cube to_cube(const Space& space, const Point& point);
/// Rounds to what exists, and applies the conditions.
Point from_cube(const Space& space, const Cube& cube);
/// The same for coordinates that are uniform numbers: choices are cut into equal parts of [0, 1) too.
Point point_from_uniform(const Space& space, const Cube& uniform);
/// The coordinate of one value.
double coordinate(const Parameter& parameter, double value);

}  // namespace sluice::hpo
