#include "engine/workflow/argument_check.h"

#include <algorithm>
#include <cmath>

#include "engine/base/diagnostics.h"
#include "engine/base/units.h"

namespace sluice::workflow {

namespace {

std::string named(const Parameter& parameter) { return "'" + parameter.name + "'"; }

Error wrong_type(const Parameter& parameter, const Scalar& value, std::string hint = {}) {
  return {named(parameter) + " has to be " + std::string(type_name(parameter.type)) + ", not " +
              std::string(type_name(type_of(value))) + ": " + shown(value),
          "", std::move(hint)};
}

std::string bounds(const Parameter& parameter) {
  const std::string unit = parameter.unit.empty() ? "" : " " + parameter.unit;
  const auto plain = [](std::string text) {
    std::erase(text, '"');
    return text;
  };
  const std::string least = plain(parameter.minimum_text) + unit;
  const std::string most = plain(parameter.maximum_text) + unit;
  if (parameter.maximum_text.empty()) return "at least " + least;
  if (parameter.minimum_text.empty()) return "at most " + most;
  return "from " + least + " to " + most;
}

Status check_bounds(const Parameter& parameter, double number, const Scalar& value) {
  if (number >= parameter.minimum && number <= parameter.maximum) return Ok{};
  return Error{named(parameter) + " has to be " + bounds(parameter) + ", not " + to_text(value), "", ""};
}

Status check_number(const Parameter& parameter, const Scalar& value) {
  double number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    number = static_cast<double>(*integer);
  else if (const auto* real = std::get_if<double>(&value))
    number = *real;
  else
    return wrong_type(parameter, value);
  constexpr double exact_integers = 9007199254740992.0;  // 2^53
  const bool whole =
      type_of(value) == Type::integer || (std::floor(number) == number && std::abs(number) < exact_integers);
  if (parameter.type == Parameter::Type::integer && !whole) return wrong_type(parameter, value);
  return check_bounds(parameter, number, value);
}

Status check_quantity(const Parameter& parameter, const Scalar& value) {
  const bool is_bytes = parameter.type == Parameter::Type::bytes;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    const bool number = type_of(value) != Type::boolean;
    const std::string example = to_text(value) + (is_bytes ? " GB" : " min");
    return wrong_type(parameter, value, number ? "write it with a unit, in quotes: \"" + example + "\"" : "");
  }
  const auto checked = [&](const auto& quantity) -> Status {
    if (!quantity) return Error{named(parameter) + ": " + quantity.error().what, "", quantity.error().hint};
    return check_bounds(parameter, static_cast<double>(*quantity), value);
  };
  return is_bytes ? checked(parse_bytes(*text)) : checked(parse_seconds(*text));
}

Status check_choice(const Parameter& parameter, const Scalar& value) {
  const std::string text = to_text(value);
  if (std::find(parameter.choices.begin(), parameter.choices.end(), text) != parameter.choices.end())
    return Ok{};
  std::string hint = suggest(text, parameter.choices);
  if (hint.starts_with("known: ")) hint = "choices: " + hint.substr(7);
  return Error{named(parameter) + " can't be " + shown(value), "", hint};
}

}  // namespace

Status check_value(const Parameter& parameter, const Scalar& value) {
  switch (parameter.type) {
    case Parameter::Type::integer:
    case Parameter::Type::real: return check_number(parameter, value);
    case Parameter::Type::bytes:
    case Parameter::Type::duration: return check_quantity(parameter, value);
    case Parameter::Type::choice: return check_choice(parameter, value);
    case Parameter::Type::boolean:
      if (type_of(value) == Type::boolean) return Ok{};
      return wrong_type(parameter, value, "write true or false, without quotes");
    case Parameter::Type::text: return Ok{};
  }
  return Ok{};
}

}  // namespace sluice::workflow
