#include "engine/workflow/range.h"

#include <charconv>
#include <optional>
#include <string>

namespace sluice::workflow {

namespace {

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

std::optional<std::int64_t> take_integer(std::string_view& text) {
  skip_blanks(text);
  std::int64_t value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  skip_blanks(text);
  return value;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

Result<std::vector<std::int64_t>> parse_range(std::string_view text, std::uint64_t most) {
  const std::string quoted = "'" + std::string(text) + "'";
  const Error wrong{quoted + " is not a range", "", "write \"1..4\" or \"0..100 step 10\""};
  std::string_view rest = text;
  const auto first = take_integer(rest);
  if (!first || !take(rest, "..")) return wrong;
  const auto last = take_integer(rest);
  if (!last) return wrong;
  std::int64_t step = 1;
  if (take(rest, "step")) {
    const auto given = take_integer(rest);
    if (!given) return wrong;
    step = *given;
  }
  if (!rest.empty()) return wrong;
  if (step < 1)
    return Error{quoted + " has a step below 1", "", "write the smaller end first, and a step of 1 or more"};
  if (*last < *first) return Error{quoted + " is empty", "", "write the smaller end first"};
  // Unsigned, because the ends may be further apart than a signed number can say.
  const std::uint64_t distance = static_cast<std::uint64_t>(*last) - static_cast<std::uint64_t>(*first);
  const std::uint64_t steps = distance / static_cast<std::uint64_t>(step);
  if (steps >= most)
    return Error{quoted + " has more than " + std::to_string(most) + " values", "",
                 "that is the most tasks a workflow can have"};
  std::vector<std::int64_t> values(steps + 1);
  for (std::uint64_t i = 0; i <= steps; ++i)
    values[i] =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(*first) + i * static_cast<std::uint64_t>(step));
  return values;
}

}  // namespace sluice::workflow
