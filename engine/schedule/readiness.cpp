// From waiting to queued, and what a settled unit means to those who wait for it.
#include "engine/schedule/state.h"

namespace sluice::schedule {

/// Moves a waiting unit on, if nothing holds it any more. Also the way back for units that need another try.
void Scheduler::State::consider(Unit unit) {
  UnitRecord& record = units[unit];
  if (!started || record.state != UnitState::waiting) return;
  if (record.is_child) {
    // An owner that has just settled takes its children along.
    const UnitState owner = units[children.owner(unit)].state;
    const bool may_run = owner != UnitState::waiting && owner != UnitState::checking && !is_settled(owner);
    if (may_run) enqueue(unit);
    return;
  }
  const bool is_final = policy(unit).is_final;  // takes what is there
  if (!is_final && record.blamed_group != no_group) return skip(unit);
  if (record.open_groups > 0 || (is_final && !finals_open)) return;
  if (record.must_run) return enqueue(unit);
  if (stopped) {
    held_checks.push_back(unit);
    return;
  }
  units.set_state(unit, UnitState::checking);
  actions->push_back(Check{unit});
}

void Scheduler::State::skip(Unit unit) {
  const Inputs::Group& group = inputs.group(units[unit].blamed_group);
  units[unit].bearer = group.new_loss ? unit : group.bearer;
  settle(unit, UnitState::skipped, group.why, group.culprit);
}

void Scheduler::State::enqueue(Unit unit) {
  UnitRecord& record = units[unit];
  if (!slots.possible(policy(unit), resources(unit))) return settle(unit, UnitState::failed, Why::refused);
  record.line = line_for(unit);
  record.passed_over = 0;
  units.set_state(unit, UnitState::queued);
  queue.push(unit, record.line, policy(unit).depth);
  may_submit = true;
  for (const Unit child : children.of(unit)) consider(child);
}

void Scheduler::State::on(const Checked& event) {
  if (!units.knows(event.unit) || units[event.unit].state != UnitState::checking) return;
  if (event.up_to_date) return settle(event.unit, UnitState::cached, Why::up_to_date);
  units[event.unit].must_run = true;
  enqueue(event.unit);
}

void Scheduler::State::on(const CheckFailed& event) {
  if (!units.knows(event.unit) || units[event.unit].state != UnitState::checking) return;
  settle(event.unit, UnitState::failed, Why::check_failed);
}

void Scheduler::State::settle(Unit unit, UnitState state, Why why, Unit culprit) {
  UnitRecord& record = units[unit];
  record.why = why;
  record.culprit = culprit;
  if (state == UnitState::failed) record.bearer = unit;
  units.set_state(unit, state);
  if (!has_result(state) && !record.is_child) losses.add(unit, units);
  actions->push_back(Settled{unit, state, why, culprit});
  just_settled.push_back(unit);
}

/// Those who follow may settle too, and are appended while this goes on.
void Scheduler::State::follow_settled() {
  for (std::size_t i = 0; i < just_settled.size(); ++i) {
    const Unit unit = just_settled[i];
    for (const Unit child : children.of(unit)) cancel(child);
    for (const GroupIndex group : inputs.groups_with(unit))
      if (inputs.member_settled(group)) complete(group);
  }
  just_settled.clear();
}

void Scheduler::State::complete(GroupIndex group) {
  inputs.judge(group, units, losses);
  const bool is_bad = inputs.group(group).why != Why::none;
  for (const Unit consumer : inputs.consumers(group)) {
    UnitRecord& record = units[consumer];
    --record.open_groups;
    if (is_bad && record.blamed_group == no_group) record.blamed_group = group;
    consider(consumer);
  }
}

void Scheduler::State::open_finals() {
  if (finals_open || stopped || units.unsettled_early() > 0) return;
  finals_open = true;
  for (const Unit unit : finals) consider(unit);
  follow_settled();
}

}  // namespace sluice::schedule
