// What the scheduler wants done, as plain values, and the words for where a unit stands.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "engine/schedule/events.h"

namespace sluice::schedule {

enum class UnitState : std::uint8_t {
  waiting,      ///< for its inputs
  checking,     ///< is its result there already?
  queued,       ///< for slots
  running,      ///< submitted: the executor may have a queue of its own
  publishing,   ///< it succeeded, its outputs are being moved in
  backing_off,  ///< until a later try
  // Settled, from here on.
  cached,
  succeeded,
  failed,
  skipped,
  cancelled,
  excluded,
};
constexpr bool is_settled(UnitState state) { return state >= UnitState::cached; }
constexpr bool has_result(UnitState state) {
  return state == UnitState::cached || state == UnitState::succeeded;
}
std::string_view to_string(UnitState state);

/// Of a settled unit.
enum class Why : std::uint8_t {
  none,
  up_to_date,
  done,
  own_failure,
  retries_used_up,
  no_progress,
  refused,
  publish_failed,
  check_failed,
  upstream,        ///< `culprit` is the unit that failed first
  excluded_input,  ///< `culprit` was not selected and its result is not there
  cancelled,
  stopped_by_user,
  infrastructure,
};
std::string_view to_string(Why why);

struct Check {
  Unit unit;
};

/// Which tasks of its list inputs are missing, their loss being tolerated, can be asked with `is_lost`.
struct Submit {
  Unit unit;
  int attempt;
  Resources resources;
  bool avoid_last_node;
};

struct Publish {
  Unit unit;
};

/// At most once for each attempt.
struct CancelAttempt {
  Unit unit;
};

/// Send TimeIs then.
struct Wake {
  std::int64_t at_ms;
};

struct Settled {
  Unit unit;
  UnitState state;
  Why why;
  Unit culprit;
};

/// For the log and the display.
struct Retrying {
  Unit unit;
  Outcome outcome;
  std::int64_t at_ms;
};

/// Nothing is left to do: every unit has settled, or the run was stopped and nothing is in flight. Always the
/// last action. Only an event that re-opens the run (ResumeSubmitting, ChildAsked, a cancel after a stop)
/// brings another.
struct AllSettled {};

using Action = std::variant<Check, Submit, Publish, CancelAttempt, Wake, Settled, Retrying, AllSettled>;

}  // namespace sluice::schedule
