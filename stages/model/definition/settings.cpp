#include "stages/model/definition/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sluice::model {

namespace {

std::string number_text(double number) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

std::string range_text(const std::string& what, const Limits& limits) {
  const bool low = std::isfinite(limits.least);
  const bool high = std::isfinite(limits.most);
  if (low && high) return what + " from " + number_text(limits.least) + " to " + number_text(limits.most);
  if (low) return what + " of at least " + number_text(limits.least);
  if (high) return what + " of at most " + number_text(limits.most);
  return what;
}

bool inside(double number, const Limits& limits) { return number >= limits.least && number <= limits.most; }

}  // namespace

std::optional<std::string> assign(std::int64_t& field, const SettingValue& value, const Limits& limits) {
  std::optional<std::int64_t> number;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) number = *whole;
  // A sweep may write 3 as 3.0.
  if (const auto* real = std::get_if<double>(&value);
      real != nullptr && std::abs(*real) < 1e15 && *real == std::floor(*real))
    number = static_cast<std::int64_t>(*real);
  if (!number || !inside(static_cast<double>(*number), limits)) return range_text("an integer", limits);
  field = *number;
  return std::nullopt;
}

std::optional<std::string> assign(double& field, const SettingValue& value, const Limits& limits) {
  std::optional<double> number;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) number = *real;
  if (!number || !std::isfinite(*number) || !inside(*number, limits)) return range_text("a number", limits);
  field = *number;
  return std::nullopt;
}

std::optional<std::string> assign(bool& field, const SettingValue& value, const Limits&) {
  const auto* flag = std::get_if<bool>(&value);
  if (flag == nullptr) return "true or false";
  field = *flag;
  return std::nullopt;
}

std::optional<std::string> assign(std::string& field, const SettingValue& value, const Limits& limits) {
  const auto* text = std::get_if<std::string>(&value);
  const auto& choices = limits.choices;
  if (text != nullptr &&
      (choices.empty() || std::find(choices.begin(), choices.end(), *text) != choices.end())) {
    field = *text;
    return std::nullopt;
  }
  if (choices.empty()) return "a text";
  std::string expected = "one of";
  for (const std::string& choice : choices) expected += " " + choice;
  return expected;
}

std::optional<SettingValue> setting_value(const json::value& value) {
  if (value.is_bool()) return SettingValue(value.get_bool());
  if (value.is_int64()) return SettingValue(value.get_int64());
  if (value.is_uint64()) return SettingValue(static_cast<double>(value.get_uint64()));
  if (value.is_double()) return SettingValue(value.get_double());
  if (value.is_string()) return SettingValue(std::string(value.get_string()));
  return std::nullopt;
}

std::optional<SettingValue> setting_value(const TomlValue& value) {
  switch (value.kind) {
    case TomlValue::Kind::text: return SettingValue(value.text);
    case TomlValue::Kind::integer: return SettingValue(value.integer);
    case TomlValue::Kind::real: return SettingValue(value.real);
    case TomlValue::Kind::boolean: return SettingValue(value.boolean);
    default: return std::nullopt;
  }
}

std::string toml_text(const SettingValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return json::serialize(json::string(*text));
  std::string text = number_text(std::get<double>(value));
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace sluice::model
