// Stops, cancels, and children: units that end because somebody says so.
#include <algorithm>
#include <utility>

#include "engine/schedule/state.h"

namespace sluice::schedule {

/// An attempt of an earlier driver: it runs, and takes its slots even where there are none left.
void Scheduler::State::adopt(Unit unit, const LiveAttempt& live) {
  UnitRecord& record = units[unit];
  record.attempt = std::max(record.attempt, live.attempt);
  record.tries.user_failures = static_cast<std::uint32_t>(std::max(live.user_failures, 0));
  if (live.resources != policy(unit).resources) own_resources[unit] = live.resources;
  run(unit, line_for(unit));
  if (stopped) interrupt_if_owner(unit);
}

void Scheduler::State::on(const ChildAsked& event) {
  if (!started || !units.knows(event.owner) || units[event.owner].is_child) return;
  if (event.policy >= problem.policies.size()) return;
  UnitRecord record;
  record.policy = event.policy;
  record.is_child = true;
  record.is_late = units[event.owner].is_late;
  const Unit child = units.add(record);
  children.add(event.owner, child);
  if (event.resources) own_resources[child] = *event.resources;
  if (event.live) adopt(child, *event.live);
  const UnitRecord& owner = units[event.owner];
  if (is_settled(owner.state) || owner.cancelling) return cancel(child);
  consider(child);
  if (stopped) interrupt_if_owner(event.owner);
}

void Scheduler::State::on(const ChildDropped& event) {
  if (units.knows(event.unit) && units[event.unit].is_child) cancel(event.unit);
}

void Scheduler::State::on(const CancelUnit& event) {
  if (started && units.knows(event.unit)) cancel(event.unit);
}

void Scheduler::State::cancel(Unit unit) {
  UnitRecord& record = units[unit];
  if (is_settled(record.state) || record.state == UnitState::publishing) return;
  may_submit = true;  // others may have waited behind it
  if (record.state != UnitState::running) return settle(unit, UnitState::cancelled, Why::cancelled);
  if (!record.cancelling && !record.interrupted) actions->push_back(CancelAttempt{unit});
  record.cancelling = true;
  for (const Unit child : children.of(unit)) cancel(child);  // they have none themselves
}

/// Whoever waits for children would wait in vain while nothing is submitted.
void Scheduler::State::interrupt_if_owner(Unit unit) {
  UnitRecord& record = units[unit];
  if (record.state != UnitState::running || record.cancelling || record.interrupted) return;
  const auto& its_children = children.of(unit);
  const bool waits_for_children = std::any_of(its_children.begin(), its_children.end(),
                                              [this](Unit child) { return !is_settled(units[child].state); });
  if (!policy(unit).is_coordinator && !waits_for_children) return;
  record.interrupted = true;
  actions->push_back(CancelAttempt{unit});
}

void Scheduler::State::on(const StopSubmitting&) {
  if (stopped) return;
  stopped = true;
  for (Unit unit = 0; unit < units.size(); ++unit) interrupt_if_owner(unit);
}

void Scheduler::State::on(const ResumeSubmitting&) {
  if (!stopped || cancelled_all) return;
  stopped = false;
  may_submit = true;
  for (const Unit unit : std::exchange(held_checks, {})) consider(unit);
  wake_those_due();
}

void Scheduler::State::on(const CancelAll&) {
  cancelled_all = true;
  stopped = true;
  if (!started) return;
  for (Unit unit = 0; unit < units.size(); ++unit) cancel(unit);
}

}  // namespace sluice::schedule
