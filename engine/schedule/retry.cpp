#include "engine/schedule/retry.h"

#include <algorithm>
#include <limits>

namespace sluice::schedule {
namespace {

constexpr std::int64_t first_back_off_ms = 1000;
constexpr std::int64_t longest_back_off_ms = 5 * 60 * 1000;
constexpr std::int64_t longest_delay_ms = 24LL * 60 * 60 * 1000;
constexpr double most_memory_bytes = 1e18;  // keeps the product in 64 bits

template <class Count>
void count(Count& counter) {
  if (counter < std::numeric_limits<Count>::max()) ++counter;
}

/// first · 2^doublings, but not more than `longest` (or `first`, where somebody asked for more than that).
std::int64_t doubled(std::int64_t first, std::uint32_t doublings, std::int64_t longest) {
  if (first <= 0) return 0;
  for (; doublings > 0 && first < longest; --doublings) first = std::min(first * 2, longest);
  return first;
}

enum class Raised : std::uint8_t { yes, no_rule, at_cap };

Raised raise(double& amount, double factor, double cap) {
  if (!(factor > 1) || !(amount > 0)) return Raised::no_rule;
  if (cap > 0 && amount >= cap) return Raised::at_cap;
  amount *= factor;
  if (cap > 0) amount = std::min(amount, cap);
  return Raised::yes;
}

Raised raise_what_ran_out(Outcome outcome, const RetryPolicy& policy, Resources& resources) {
  if (outcome == Outcome::timeout) return raise(resources.time_s, policy.time_factor, policy.time_cap_s);
  auto memory = static_cast<double>(resources.memory_bytes);
  const Raised raised = raise(memory, policy.memory_factor, static_cast<double>(policy.memory_cap_bytes));
  if (raised == Raised::yes)
    resources.memory_bytes = static_cast<std::uint64_t>(std::min(memory, most_memory_bytes));
  return raised;
}

NextTry give_up(Why why) { return {.retry = false, .why = why}; }

NextTry after_checkpoint(bool progressed, Tries& tries) {
  if (!progressed && tries.stood_still) return give_up(Why::no_progress);
  tries.stood_still = !progressed;
  return {.retry = true};
}

NextTry after_infrastructure(int free_retries, Tries& tries) {
  if (tries.infrastructure_failures >= free_retries) return give_up(Why::infrastructure);
  const std::int64_t delay = doubled(first_back_off_ms, tries.infrastructure_failures, longest_back_off_ms);
  count(tries.infrastructure_failures);
  return {.retry = true, .delay_ms = delay};
}

/// A failure that counts: the program's own, or a limit it ran into.
NextTry after_failure(Outcome outcome, int exit_code, const RetryPolicy& policy, Tries& tries,
                      Resources& resources) {
  const std::uint32_t earlier = tries.user_failures;
  count(tries.user_failures);
  const auto attempts = static_cast<std::uint32_t>(std::max(policy.attempts, 1));
  const Why why = attempts == 1 ? Why::own_failure : Why::retries_used_up;
  if (tries.user_failures >= attempts) return give_up(why);
  const Raised raised =
      outcome == Outcome::user_failure ? Raised::no_rule : raise_what_ran_out(outcome, policy, resources);
  if (raised == Raised::at_cap) return give_up(why);
  const auto& codes = policy.exit_codes;
  if (raised == Raised::no_rule && !codes.empty() &&
      std::find(codes.begin(), codes.end(), exit_code) == codes.end())
    return give_up(Why::own_failure);
  return {.retry = true, .delay_ms = doubled(policy.delay_ms, earlier, longest_delay_ms)};
}

}  // namespace

NextTry next_try(Outcome outcome, int exit_code, bool progressed, const RetryPolicy& policy, int free_retries,
                 Tries& tries, Resources& resources) {
  tries.refusals = 0;
  if (outcome == Outcome::infrastructure) return after_infrastructure(free_retries, tries);
  tries.infrastructure_failures = 0;
  if (outcome == Outcome::again) return after_checkpoint(progressed, tries);
  tries.stood_still = false;
  return after_failure(outcome, exit_code, policy, tries, resources);
}

std::int64_t delay_after_refusal_ms(Tries& tries) {
  const std::int64_t delay = doubled(first_back_off_ms, tries.refusals, longest_back_off_ms);
  count(tries.refusals);
  return delay;
}

}  // namespace sluice::schedule
