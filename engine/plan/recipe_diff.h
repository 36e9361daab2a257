// The difference between two recipe texts (recipe_text.h): line by line for `explain`, and as the reasons it
// amounts to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/reason.h"

namespace sluice::plan {

struct DiffLine {
  enum class Kind : std::uint8_t { added, removed, note };
  Kind kind = Kind::added;
  std::string text;

  bool operator==(const DiffLine&) const = default;
};

/// What counts, in the order of the texts; what was removed stands before what replaced it. Then notes: which
/// files have changed, and a program that was rebuilt while its results version stayed.
std::vector<DiffLine> diff_recipes(std::string_view before, std::string_view after);
/// Empty when nothing that counts differs.
std::vector<Reason> diff_reasons(std::string_view before, std::string_view after);

}  // namespace sluice::plan
