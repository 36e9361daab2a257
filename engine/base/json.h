// One door to Boost.JSON, plus the few accessors that turn a wrong type into a value instead of an exception.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace sluice {

namespace json = boost::json;

/// Parses one JSON text (any value); the error says at which byte.
Result<json::value> parse_json(std::string_view text, const std::string& where);

/// Member of an object, or nothing when it is absent or of another type. Integers may be written as 1 or 1.0.
std::optional<std::string> json_string(const json::object& object, std::string_view key);
std::optional<std::int64_t> json_int(const json::object& object, std::string_view key);
std::optional<double> json_double(const json::object& object, std::string_view key);
std::optional<bool> json_bool(const json::object& object, std::string_view key);
const json::object* json_object(const json::object& object, std::string_view key);
const json::array* json_array(const json::object& object, std::string_view key);

/// Indented text for people and for files kept under version control; ends with a newline.
std::string pretty_json(const json::value& value);

}  // namespace sluice
