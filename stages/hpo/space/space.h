// What a study searches: named parameters, which of them exist under which condition, and which combinations
// are not allowed. A configuration is a Point, one number for each parameter: the value itself for numbers,
// the index for choices and ordinals, not-a-number for a parameter that is not active.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "stages/hpo/space/draws.h"

namespace sluice::hpo {

enum class Kind : std::uint8_t {
  real,
  integer,
  choice,   ///< values without an order
  ordinal,  ///< values in the order they are written
  constant
};

/// A test on one parameter. Values are internal: indices of choices.
struct Clause {
  std::size_t parameter = 0;
  std::vector<double> any_of;  ///< empty: the interval counts
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
};

struct Parameter {
  std::string name;
  Kind kind = Kind::real;
  double low = 0;
  double high = 1;
  bool log = false;
  double step = 0;                  ///< of a grid that begins at low; 0: none. Integers have one.
  std::vector<json::value> values;  ///< of a choice, an ordinal, a constant
  std::vector<Clause> when;         ///< active when all of these hold; empty: always

  bool is_number() const { return kind == Kind::real || kind == Kind::integer; }
  bool is_unordered() const { return kind == Kind::choice; }
  /// How many values it can take; 0: a continuum.
  std::uint64_t count() const;
};

using Point = std::vector<double>;
constexpr double inactive = std::numeric_limits<double>::quiet_NaN();

struct Space {
  std::vector<Parameter> parameters;           ///< a condition's parameter stands before those it governs
  std::vector<std::vector<Clause>> forbidden;  ///< not allowed: all clauses of one hold

  std::optional<std::size_t> find(std::string_view name) const;
  bool is_conditional() const;
  /// Parameters with more than one value: what a model looks at.
  std::vector<std::size_t> searched() const;
  /// How many configurations there are, conditions aside; nothing for a continuum or very many.
  std::optional<std::uint64_t> count() const;
};

bool holds(const Clause& clause, const Point& point);
bool is_forbidden(const Space& space, const Point& point);
/// Makes inactive what its conditions exclude, and rounds the rest to values that exist.
Point settle(const Space& space, Point point);
/// The same configuration: equal values, the same parameters active.
bool same(const Point& a, const Point& b);

/// Uniform (in the logarithm for log parameters), conditions kept, forbidden ones drawn again. Nothing if a
/// thousand draws were all forbidden.
std::optional<Point> draw_point(const Space& space, Draws& draws);
/// The point of the n-th cell of a space that can be counted.
Point numbered_point(const Space& space, std::uint64_t number);

/// {"lr": 0.001, "loss": "focal"}: active parameters only, in the order of the space.
json::object to_json(const Space& space, const Point& point);
/// The way back; the error names the parameter that does not fit.
Result<Point> point_from_json(const Space& space, const json::object& object);
/// "lr 0.001, loss focal"
std::string to_text(const Space& space, const Point& point);

}  // namespace sluice::hpo
