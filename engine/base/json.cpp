#include "engine/base/json.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sluice {

namespace {

/// 0.1 and 20.0, where Boost.JSON writes 1E-1 and 2E1.
std::string plain_number(double number) {
  std::array<char, 32> digits{};
  std::string text(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

void print(std::string& out, const json::value& value, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2 + 2, ' ');
  const std::string closing(static_cast<std::size_t>(depth) * 2, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!first) out += ",\n";
      first = false;
      out += indent + json::serialize(json::value(key)) + ": ";
      print(out, member, depth + 1);
    }
    out += "\n" + closing + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[\n";
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ",\n";
      first = false;
      out += indent;
      print(out, item, depth + 1);
    }
    out += "\n" + closing + "]";
  } else if (const auto* real = value.if_double(); real != nullptr && std::isfinite(*real)) {
    out += plain_number(*real);
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<json::value> parse_json(std::string_view text, const std::string& where) {
  constexpr std::size_t deepest = 64;
  json::parse_options options;
  options.max_depth = deepest;
  json::stream_parser parser({}, options);
  boost::system::error_code error;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
  if (!error && consumed < text.size() &&
      text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos)
    error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error)
    return Error{"not valid JSON at byte " + std::to_string(consumed) + ": " + error.message(), where, ""};
  return parser.release();
}

std::optional<std::string> json_string(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> json_int(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* integer = value->if_int64()) return *integer;
  if (const auto* real = value->if_double())
    if (std::abs(*real) < 9e15 && std::floor(*real) == *real) return static_cast<std::int64_t>(*real);
  return std::nullopt;
}

std::optional<double> json_double(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* real = value->if_double()) return *real;
  if (const auto* integer = value->if_int64()) return static_cast<double>(*integer);
  if (const auto* natural = value->if_uint64()) return static_cast<double>(*natural);
  return std::nullopt;
}

std::optional<bool> json_bool(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

const json::object* json_object(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* json_array(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::string pretty_json(const json::value& value) {
  std::string out;
  print(out, value, 0);
  return out + "\n";
}

}  // namespace sluice
