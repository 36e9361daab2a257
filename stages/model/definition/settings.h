// Settings by name: the one list from which command line, TOML files and a trial's specification set the same
// fields, and from which model.toml is written. A struct of settings has a static `describe(visitor)` that
// calls visitor(name, member, help, limits) for each of its fields.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/base/toml.h"

namespace sluice::model {

using SettingValue = std::variant<std::int64_t, double, bool, std::string>;

/// What a field may be. Choices are of texts.
struct Limits {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
};

/// Sets `field` if the value fits its type and limits; otherwise says what is expected ("an integer from 1 to
/// 64").
std::optional<std::string> assign(std::int64_t& field, const SettingValue& value, const Limits& limits);
std::optional<std::string> assign(double& field, const SettingValue& value, const Limits& limits);
std::optional<std::string> assign(bool& field, const SettingValue& value, const Limits& limits);
std::optional<std::string> assign(std::string& field, const SettingValue& value, const Limits& limits);

std::optional<SettingValue> setting_value(const json::value& value);
std::optional<SettingValue> setting_value(const TomlValue& value);
std::string toml_text(const SettingValue& value);

/// The names of all fields.
template <typename Settings>
std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  Settings::describe([&](const char* name, auto, const char*, const Limits&) { names.emplace_back(name); });
  return names;
}

/// Whether there is such a field; if it can't take the value, `problem` says what is expected.
template <typename Settings>
bool set_field(Settings& settings, const std::string& wanted, const SettingValue& value,
               std::optional<std::string>& problem) {
  bool found = false;
  Settings::describe([&](const char* name, auto member, const char*, const Limits& limits) {
    if (wanted != name) return;
    found = true;
    problem = assign(settings.*member, value, limits);
  });
  return found;
}

/// "name = value" lines of a TOML table, in the order of the list.
template <typename Settings>
std::string to_toml(const Settings& settings) {
  std::string text;
  Settings::describe([&](const char* name, auto member, const char*, const Limits&) {
    text += std::string(name) + " = " + toml_text(SettingValue(settings.*member)) + "\n";
  });
  return text;
}

}  // namespace sluice::model
