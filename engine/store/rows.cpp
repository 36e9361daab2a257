#include "engine/store/rows.h"

#include <charconv>

namespace sluice::store {

std::string make_token(std::string_view run, std::string_view task, int number) {
  std::string token;
  token.append(run).append("/").append(task).append("/").append(std::to_string(number));
  return token;
}

std::optional<TokenParts> parse_token(std::string_view token) {
  // A task's name may hold slashes; a run's name and a number can't.
  const auto first = token.find('/');
  const auto last = token.rfind('/');
  if (first == std::string_view::npos || last == first) return std::nullopt;
  TokenParts parts{token.substr(0, first), token.substr(first + 1, last - first - 1), 0};
  const auto digits = token.substr(last + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), parts.number);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  if (parts.run.empty() || parts.task.empty() || parts.number < 1) return std::nullopt;
  return parts;
}

std::string_view to_string(AttemptState state) {
  switch (state) {
    case AttemptState::submitting: return "submitting";
    case AttemptState::accepted: return "accepted";
    case AttemptState::running: return "running";
    case AttemptState::publishing: return "publishing";
  }
  return "submitting";
}

}  // namespace sluice::store
