#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

UnitTable::UnitTable(const Problem& problem) : by_policy_(problem.policies.size(), ByState{}) {
  records_.reserve(problem.policy_of.size());
  for (std::size_t task = 0; task < problem.policy_of.size(); ++task) {
    UnitRecord record;
    record.policy = problem.policy_of[task];
    record.must_run = problem.initial[task] != Initial::check;
    record.open_groups = problem.group_begin[task + 1] - problem.group_begin[task];
    if (!problem.attempts_before.empty()) record.attempt = problem.attempts_before[task];
    add(record);
  }
}

Unit UnitTable::add(const UnitRecord& record) {
  records_.push_back(record);
  count(record);
  ++unsettled_;
  if (!record.is_late) ++unsettled_early_;
  return size() - 1;
}

void UnitTable::count(const UnitRecord& record) {
  const auto state = static_cast<std::size_t>(record.state);
  ++by_policy_[record.policy][state];
  ++totals_[state];
}

void UnitTable::set_state(Unit unit, UnitState state) {
  UnitRecord& record = records_[unit];
  const auto old = static_cast<std::size_t>(record.state);
  --by_policy_[record.policy][old];
  --totals_[old];
  record.state = state;
  count(record);
  if (!is_settled(state)) return;
  --unsettled_;
  if (!record.is_late) --unsettled_early_;
}

void UnitTable::set_late(Unit unit) {
  if (!records_[unit].is_late) --unsettled_early_;
  records_[unit].is_late = true;
}

Counts UnitTable::counts_of(const ByState& by_state) {
  const auto in_state = [&by_state](UnitState state) -> std::size_t {
    return by_state[static_cast<std::size_t>(state)];
  };
  return {.waiting = in_state(UnitState::waiting) + in_state(UnitState::checking),
          .queued = in_state(UnitState::queued) + in_state(UnitState::backing_off),
          .running = in_state(UnitState::running) + in_state(UnitState::publishing),
          .cached = in_state(UnitState::cached),
          .succeeded = in_state(UnitState::succeeded),
          .failed = in_state(UnitState::failed),
          .skipped = in_state(UnitState::skipped),
          .cancelled = in_state(UnitState::cancelled),
          .excluded = in_state(UnitState::excluded)};
}

Counts UnitTable::counts(PolicyIndex policy) const { return counts_of(by_policy_[policy]); }
Counts UnitTable::counts() const { return counts_of(totals_); }

}  // namespace sluice::schedule
