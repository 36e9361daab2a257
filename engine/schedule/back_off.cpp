#include "engine/schedule/back_off.h"

#include <algorithm>

namespace sluice::schedule {

void BackOff::time_is(std::int64_t now_ms) {
  now_ms_ = std::max(now_ms_, now_ms);
  if (requested_ms_ && *requested_ms_ <= now_ms_) requested_ms_.reset();
}

void BackOff::drop_those_gone(const UnitTable& units) {
  while (!waiting_.empty() && units[waiting_.top().second].state != UnitState::backing_off) waiting_.pop();
}

std::optional<Unit> BackOff::pop_due(const UnitTable& units) {
  drop_those_gone(units);
  if (waiting_.empty() || waiting_.top().first > now_ms_) return std::nullopt;
  const Unit unit = waiting_.top().second;
  waiting_.pop();
  return unit;
}

std::optional<std::int64_t> BackOff::wake_to_request(const UnitTable& units) {
  drop_those_gone(units);
  if (waiting_.empty()) return std::nullopt;
  const std::int64_t first = waiting_.top().first;
  if (requested_ms_ && *requested_ms_ <= first) return std::nullopt;
  requested_ms_ = first;
  return first;
}

}  // namespace sluice::schedule
