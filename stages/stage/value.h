// Texts into values and back: what a parameter accepts, checked against its type, range and choices.
#pragma once

#include <string>
#include <string_view>

#include "stages/stage/description.h"

namespace sluice::stage {

/// One item of a parameter's value; the error says what is wrong with the text, and what would be right.
Result<Scalar> parse_value(const Parameter& parameter, std::string_view text);

/// The text that parses to the same value: "0.1", "true", "64 GB", "90 min".
std::string value_text(Type type, const Scalar& value);
/// With the parameter's unit: "20 us".
std::string value_with_unit(const Parameter& parameter, const Scalar& value);

}  // namespace sluice::stage
