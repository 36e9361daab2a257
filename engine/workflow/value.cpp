#include "engine/workflow/value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t number_digits = 32;
constexpr double exact_integers = 9007199254740992.0;  // 2^53: beyond, a double skips integers

template <typename Number>
std::string digits_of(Number number) {
  std::array<char, number_digits> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

std::optional<Scalar> parse_scalar(Type type, std::string_view text) {
  switch (type) {
    case Type::text:
      if (!is_utf8(text) || has_control(text)) return std::nullopt;
      return Scalar(std::string(text));
    case Type::integer: {
      if (const auto integer = number_of<std::int64_t>(text)) return Scalar(*integer);
      const auto real = number_of<double>(text);  // 1e6 is how people write a million
      if (real && std::abs(*real) < exact_integers && std::floor(*real) == *real)
        return Scalar(static_cast<std::int64_t>(*real));
      return std::nullopt;
    }
    case Type::real:
      if (const auto real = number_of<double>(text); real && std::isfinite(*real)) return Scalar(*real);
      return std::nullopt;
    case Type::boolean:
      if (text == "true" || text == "false") return Scalar(text == "true");
      return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string_view> split_list(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']') && text.size() > 1) text = text.substr(1, text.size() - 2);
  std::vector<std::string_view> items;
  const auto trimmed = [](std::string_view item) {
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item.size() > 1 && item.front() == item.back() && (item.front() == '"' || item.front() == '\''))
      item = item.substr(1, item.size() - 2);
    return item;
  };
  if (text.find_first_not_of(' ') == std::string_view::npos) return items;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    items.push_back(trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return items;
}

json::value json_of(const Scalar& scalar) {
  return std::visit([](const auto& held) { return json::value(held); }, scalar);
}

}  // namespace

Type type_of(const Scalar& scalar) { return static_cast<Type>(scalar.index()); }

std::string to_text(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) return digits_of(*integer);
  if (const auto* real = std::get_if<double>(&scalar)) {
    // A whole number is the same text whether it was written 1000000, 1e6 or 1000000.0.
    const bool whole = std::abs(*real) < exact_integers && std::floor(*real) == *real;
    return whole ? digits_of(static_cast<std::int64_t>(*real)) : digits_of(*real);
  }
  return std::get<bool>(scalar) ? "true" : "false";
}

std::string to_text(const Value& value) {
  if (!value.is_list) return to_text(value.items.front());
  json::array array;
  for (const Scalar& item : value.items) array.push_back(json_of(item));
  return json::serialize(array);
}

std::string shown(const Scalar& scalar) {
  const std::string text = to_text(scalar);
  return type_of(scalar) == Type::text ? "'" + text + "'" : text;
}

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 4> names = {"a text", "an integer", "a number",
                                                            "true or false"};
  return names[static_cast<std::size_t>(type)];
}

std::string type_name(const Value& value) {
  static constexpr std::array<std::string_view, 4> plurals = {"texts", "integers", "numbers", "booleans"};
  if (!value.is_list) return std::string(type_name(value.type));
  return "a list of " + std::string(plurals[static_cast<std::size_t>(value.type)]);
}

Value scalar_value(Scalar scalar) {
  const Type type = type_of(scalar);
  return {type, false, {std::move(scalar)}};
}

std::optional<Scalar> scalar_of(const TomlValue& value) {
  switch (value.kind) {
    case TomlValue::Kind::text: return Scalar(value.text);
    case TomlValue::Kind::integer: return Scalar(value.integer);
    case TomlValue::Kind::boolean: return Scalar(value.boolean);
    case TomlValue::Kind::real:
      if (std::isfinite(value.real)) return Scalar(value.real);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<Value> read_value(const TomlValue& value, const std::string& what, Diagnostics& diagnostics) {
  const auto refuse = [&](const TomlValue& item) -> std::nullopt_t {
    const std::string hint = item.kind == TomlValue::Kind::time   ? "write dates and times as text, in quotes"
                             : item.kind == TomlValue::Kind::real ? "write a finite number"
                                                                  : "";
    diagnostics.error(item.range, what + " can't be " + std::string(kind_name(item.kind)), hint);
    return std::nullopt;
  };
  if (!value.is_array()) {
    auto scalar = scalar_of(value);
    if (!scalar) return refuse(value);
    return scalar_value(*std::move(scalar));
  }
  Value list{Type::text, true, {}};
  for (const TomlValue& item : value.items) {
    auto scalar = scalar_of(item);
    if (!scalar) {
      if (!item.is_array() && !item.is_table()) return refuse(item);
      diagnostics.error(item.range, what + " can't hold " + std::string(kind_name(item.kind)),
                        "write a plain list of values");
      return std::nullopt;
    }
    if (list.items.empty()) list.type = type_of(*scalar);
    if (type_of(*scalar) != list.type) {
      diagnostics.error(item.range, what + " mixes types: this is " +
                                        std::string(type_name(type_of(*scalar))) + ", the first is " +
                                        std::string(type_name(list.type)));
      return std::nullopt;
    }
    list.items.push_back(*std::move(scalar));
  }
  return list;
}

Result<Value> parse_like(const Value& like, std::string_view text) {
  const Error wrong{"'" + std::string(text) + "' is not " + type_name(like), "", "", ErrorKind::usage};
  Value value{like.type, like.is_list, {}};
  const std::vector<std::string_view> items = like.is_list ? split_list(text) : std::vector{text};
  for (const std::string_view item : items) {
    auto scalar = parse_scalar(like.type, item);
    if (!scalar) return wrong;
    value.items.push_back(*std::move(scalar));
  }
  return value;
}

}  // namespace sluice::workflow
