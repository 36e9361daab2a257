// What follows when a try ended without a result: another one, when and with what resources, or the end.
#pragma once

#include <cstdint>

#include "engine/schedule/actions.h"
#include "engine/schedule/problem.h"

namespace sluice::schedule {

/// The history of a unit, as far as it decides about another try.
struct Tries {
  std::uint32_t user_failures = 0;            ///< counted against RetryPolicy::attempts
  std::uint16_t infrastructure_failures = 0;  ///< in a row
  std::uint16_t refusals = 0;                 ///< in a row
  bool stood_still = false;                   ///< it stopped at the same checkpoint as before
};

struct NextTry {
  bool retry = false;
  Why why = Why::none;        ///< of giving up
  std::int64_t delay_ms = 0;  ///< before the retry
};

/// Counts the failed try in `tries`; when more of something is worth a try, raises `resources`.
NextTry next_try(Outcome outcome, int exit_code, bool progressed, const RetryPolicy& policy, int free_retries,
                 Tries& tries, Resources& resources);

/// The executor is there but does not take the attempt now (a queue limit, say). Nothing ran and nothing was
/// lost, and it may last for days, so it is asked again for as long as it takes.
std::int64_t delay_after_refusal_ms(Tries& tries);

}  // namespace sluice::schedule
