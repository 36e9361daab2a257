// The values that parameters, keys and arguments take: four scalar types, and lists of one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/result.h"
#include "engine/base/toml.h"

namespace sluice::workflow {

enum class Type : std::uint8_t { text, integer, real, boolean };  ///< in the order of Scalar's alternatives
using Scalar = std::variant<std::string, std::int64_t, double, bool>;

struct Value {
  Type type = Type::text;
  bool is_list = false;
  std::vector<Scalar> items;  ///< exactly one unless it is a list

  bool operator==(const Value&) const = default;
};

Type type_of(const Scalar& scalar);
/// As it stands in a command line, a path or a task's name: "200", "0.1", "true", the text itself.
std::string to_text(const Scalar& scalar);
std::string to_text(const Value& value);  ///< lists as JSON
std::string shown(const Scalar& scalar);  ///< for messages: texts in quotes

std::string_view type_name(Type type);      ///< "a text", "an integer", "a number", "true or false"
std::string type_name(const Value& value);  ///< also "a list of texts"

Value scalar_value(Scalar scalar);

/// A TOML scalar, or nothing (unreported) when it is none: a table, a list, a date, a number that is not
/// finite.
std::optional<Scalar> scalar_of(const TomlValue& value);
/// A TOML scalar or list of scalars; reports what it can't be, calling it `what` ("the parameter 'events'").
std::optional<Value> read_value(const TomlValue& value, const std::string& what, Diagnostics& diagnostics);

/// Text from the command line, read as the type of `like`: "1,2,3" or "[1, 2, 3]" for a list of integers.
Result<Value> parse_like(const Value& like, std::string_view text);

}  // namespace sluice::workflow
