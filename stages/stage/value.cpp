#include "stages/stage/value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/base/diagnostics.h"
#include "engine/base/text.h"
#include "engine/base/units.h"

namespace sluice::stage {

namespace {

constexpr std::size_t number_digits = 32;

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

Error wrong(std::string what, std::string hint = {}) {
  return {std::move(what), "", std::move(hint), ErrorKind::usage};
}

std::string example_of(const Parameter& parameter, const char* otherwise) {
  const bool known = parameter.has_standard && !parameter.standard.empty();
  return "for example " + (known ? value_text(parameter.type, parameter.standard.front()) : otherwise);
}

Result<Scalar> parse_integer(const Parameter& parameter, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem == std::errc::result_out_of_range) return wrong(quoted(text) + " does not fit into 64 bits");
  if (problem != std::errc() || stop != end)
    return wrong(quoted(text) + " is not a whole number", example_of(parameter, "200"));
  return Scalar(value);
}

Result<Scalar> parse_real(const Parameter& parameter, std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem == std::errc::result_out_of_range)
    return wrong(quoted(text) + " is too large or too small a number");
  if (problem != std::errc() || stop != end)
    return wrong(quoted(text) + " is not a number", example_of(parameter, "0.5"));
  if (!std::isfinite(value))
    return wrong(quoted(text) + " is not a finite number", example_of(parameter, "0.5"));
  return Scalar(value);
}

Result<Scalar> parse_choice(const Parameter& parameter, std::string_view text) {
  for (const std::string& choice : parameter.choices)
    if (choice == text) return Scalar(choice);
  std::string hint = "one of";
  for (const std::string& choice : parameter.choices) hint += (hint.size() > 6 ? ", " : " ") + choice;
  if (const std::string near = nearest(text, parameter.choices); !near.empty())
    hint = "did you mean '" + near + "'? It is " + hint;
  return wrong(quoted(text) + " is not one of the choices", hint);
}

Result<Scalar> parse_quantity(Type type, std::string_view text) {
  if (type == Type::bytes) {
    const auto bytes = parse_bytes(text);
    if (!bytes) return wrong(bytes.error().what, bytes.error().hint);
    if (*bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return wrong(quoted(text) + " is too much");
    return Scalar(static_cast<std::int64_t>(*bytes));
  }
  const auto seconds = parse_seconds(text);
  if (!seconds) return wrong(seconds.error().what, seconds.error().hint);
  return Scalar(*seconds);
}

Result<Scalar> parse_typed(const Parameter& parameter, std::string_view text) {
  switch (parameter.type) {
    case Type::integer: return parse_integer(parameter, text);
    case Type::real: return parse_real(parameter, text);
    case Type::choice: return parse_choice(parameter, text);
    case Type::bytes:
    case Type::duration: return parse_quantity(parameter.type, text);
    case Type::boolean:
      if (text == "true" || text == "false") return Scalar(text == "true");
      return wrong(quoted(text) + " is neither true nor false");
    case Type::text: break;
  }
  if (!is_utf8(text)) return wrong(quoted(text) + " is not UTF-8");
  return Scalar(std::string(text));
}

template <typename Number>
std::string digits_of(Number number) {
  std::array<char, number_digits> digits{};
  char* const end = digits.data() + digits.size();
  return {digits.data(), std::to_chars(digits.data(), end, number).ptr};
}

std::string bytes_text(std::int64_t bytes) {
  static constexpr std::array<std::pair<std::int64_t, const char*>, 8> units = {{{1'000'000'000'000, " TB"},
                                                                                 {1'000'000'000, " GB"},
                                                                                 {1'000'000, " MB"},
                                                                                 {1'000, " kB"},
                                                                                 {1LL << 40, " TiB"},
                                                                                 {1LL << 30, " GiB"},
                                                                                 {1LL << 20, " MiB"},
                                                                                 {1LL << 10, " KiB"}}};
  for (const auto& [factor, name] : units)  // the largest unit that divides it leaves an exact text
    if (bytes != 0 && bytes % factor == 0) return digits_of(bytes / factor) + name;
  return digits_of(bytes) + " B";
}

std::string seconds_text(double seconds) {
  static constexpr std::array<std::pair<double, const char*>, 3> units = {
      {{86400.0, " d"}, {3600.0, " h"}, {60.0, " min"}}};
  for (const auto& [factor, name] : units)
    if (seconds != 0 && std::fmod(seconds, factor) == 0) return digits_of(seconds / factor) + name;
  return digits_of(seconds) + " s";
}

}  // namespace

Result<Scalar> parse_value(const Parameter& parameter, std::string_view text) {
  auto value = parse_typed(parameter, text);
  if (!value) return value;
  const auto bounds = [&] {
    const std::string least = parameter.minimum ? value_with_unit(parameter, *parameter.minimum) : "";
    const std::string most = parameter.maximum ? value_with_unit(parameter, *parameter.maximum) : "";
    if (!parameter.maximum) return "at least " + least;
    return parameter.minimum ? least + " to " + most : "at most " + most;
  };
  if (parameter.minimum && *value < *parameter.minimum)
    return wrong(quoted(text) + " is too small", "allowed: " + bounds());
  if (parameter.maximum && *parameter.maximum < *value)
    return wrong(quoted(text) + " is too large", "allowed: " + bounds());
  return value;
}

std::string value_text(Type type, const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return type == Type::bytes ? bytes_text(*number) : digits_of(*number);
  const double number = std::get<double>(value);
  return type == Type::duration ? seconds_text(number) : digits_of(number);
}

std::string value_with_unit(const Parameter& parameter, const Scalar& value) {
  const std::string text = value_text(parameter.type, value);
  return parameter.unit.empty() ? text : text + " " + parameter.unit;
}

}  // namespace sluice::stage
