// Configurations as JSON and as text.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stages/hpo/space/space.h"

namespace sluice::hpo {

namespace {

json::value value_of(const Parameter& parameter, double value) {
  if (parameter.kind == Kind::integer) return static_cast<std::int64_t>(std::llround(value));
  if (parameter.kind == Kind::real) return value;
  return parameter.values[static_cast<std::size_t>(value)];
}

Error does_not_fit(const Parameter& parameter, const json::value& value) {
  return {"parameter '" + parameter.name + "' can't be " + json::serialize(value), "", "", ErrorKind::data,
          0};
}

Result<double> read_value(const Parameter& parameter, const json::value& value) {
  if (!parameter.is_number()) {
    const auto found = std::find(parameter.values.begin(), parameter.values.end(), value);
    if (found == parameter.values.end()) return does_not_fit(parameter, value);
    return static_cast<double>(found - parameter.values.begin());
  }
  boost::system::error_code ignored;
  const auto number = value.to_number<double>(ignored);
  if (ignored || !(number >= parameter.low && number <= parameter.high))
    return does_not_fit(parameter, value);
  return number;
}

std::string to_text(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (!value.is_double()) return json::serialize(value);
  std::array<char, 32> text = {};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value.as_double()).ptr;
  return {text.data(), end};
}

}  // namespace

json::object to_json(const Space& space, const Point& point) {
  json::object object;
  for (std::size_t i = 0; i < point.size(); ++i)
    if (!std::isnan(point[i])) object[space.parameters[i].name] = value_of(space.parameters[i], point[i]);
  return object;
}

Result<Point> point_from_json(const Space& space, const json::object& object) {
  Point point(space.parameters.size(), inactive);
  for (const auto& member : object) {
    const auto index = space.find(member.key());
    if (!index) return Error{"the space has no parameter '" + std::string(member.key()) + "'", "", ""};
    auto value = read_value(space.parameters[*index], member.value());
    if (!value) return std::move(value).error();
    point[*index] = *value;
  }
  const Point settled = settle(space, point);
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (std::isnan(settled[i]) != std::isnan(point[i]))
      return Error{"parameter '" + space.parameters[i].name + "' is not active here", "", ""};
  }
  return point;
}

std::string to_text(const Space& space, const Point& point) {
  std::string text;
  for (const auto& member : to_json(space, point)) {
    if (!text.empty()) text += ", ";
    text += std::string(member.key()) + " " + to_text(member.value());
  }
  return text;
}

}  // namespace sluice::hpo
