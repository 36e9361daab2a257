// Looks into an EDM4hep file, for people (--list) and for comparisons with other readers (--sums).
#pragma once

#include <string>

#include "engine/base/result.h"

namespace sluice::import {

/// What the file holds: its collections, their types, and how many objects of each there are.
Result<std::string> list_contents(const std::string& path);

/// A JSON object with the number of entries and, for every column of numbers (fixed arrays aside), how many
/// numbers there are, how many in each of the first twelve entries, their sum and the first three. Integers
/// that a double can't hold are written as text.
Result<std::string> sum_columns(const std::string& path, int threads);

}  // namespace sluice::import
