// Who waits for a later try, and when the scheduler wants to be woken for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

class BackOff {
 public:
  std::int64_t now_ms() const { return now_ms_; }
  void time_is(std::int64_t now_ms);
  void wait(Unit unit, std::int64_t until_ms) { waiting_.emplace(until_ms, unit); }
  /// The next unit whose time has come.
  std::optional<Unit> pop_due(const UnitTable& units);
  /// When to ask for TimeIs, unless that was asked for already.
  std::optional<std::int64_t> wake_to_request(const UnitTable& units);

 private:
  using Entry = std::pair<std::int64_t, Unit>;

  void drop_those_gone(const UnitTable& units);

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>>
      waiting_;  ///< may still hold cancelled units
  std::int64_t now_ms_ = 0;
  std::optional<std::int64_t> requested_ms_;
};

}  // namespace sluice::schedule
