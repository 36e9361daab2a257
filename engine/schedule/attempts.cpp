// From queued to settled: who gets the free slots, and what the end of an attempt means.
#include <algorithm>

#include "engine/schedule/state.h"

namespace sluice::schedule {
namespace {

/// Small units may overtake a large one that does not fit, but not for ever.
constexpr std::uint8_t most_passed_over = 64;

/// Does `taken` use something that the waiting unit collects, up to what it lacks first?
bool competes(const Demand& waiting, std::size_t lacking, const Demand& taken) {
  for (std::size_t entry = 0; entry <= lacking; ++entry)
    for (const Amount& amount : taken)
      if (amount.meter == waiting[entry].meter) return true;
  return false;
}

}  // namespace

const Resources& Scheduler::State::resources(Unit unit) const {
  const auto own = own_resources.find(unit);
  return own == own_resources.end() ? policy(unit).resources : own->second;
}

LineIndex Scheduler::State::line_for(Unit unit) {
  const Policy& its_policy = policy(unit);
  const bool is_limited = units[unit].is_child && its_policy.parallel > 0;
  const bool is_plain = !is_limited && own_resources.find(unit) == own_resources.end();
  LineIndex& known = line_of_policy[units[unit].policy];
  if (is_plain && known != no_line) return known;
  const LineIndex line = queue.line({.executor = its_policy.executor,
                                     .owner = is_limited ? children.owner(unit) : no_unit,
                                     .demand = slots.demand(its_policy, resources(unit))});
  if (is_plain) known = line;
  return line;
}

/// Nothing of this line can start now, whatever is free.
bool Scheduler::State::is_held(const Queue::Head& head) const {
  const LineKey& key = queue.key(head.line);
  if (is_down[key.executor]) return true;
  return key.owner != no_unit && children.running(key.owner) >= policy(head.unit()).parallel;
}

/// One walk along the heads of the lines, from the most urgent to the least. What did not fit once does not
/// fit later in the same walk, because slots are only taken.
void Scheduler::State::submit_what_fits() {
  if (!may_submit || stopped) return;
  may_submit = false;
  slots.clear_reservations();
  std::vector<Blocked> blocked;
  for (auto head = queue.first(units); head; head = queue.next(*head, units)) {
    if (is_held(*head)) continue;
    const Demand& demand = queue.key(head->line).demand;
    const std::size_t lacking = slots.first_lacking(demand);
    if (lacking == demand.size()) {
      submit(*head);
      pass_over(blocked, demand);
      continue;
    }
    blocked.push_back({head->unit(), &demand, lacking});
    if (units[head->unit()].passed_over >= most_passed_over) slots.reserve(demand, lacking + 1);
  }
}

void Scheduler::State::pass_over(std::vector<Blocked>& blocked, const Demand& taken) {
  for (const Blocked& waiting : blocked) {
    std::uint8_t& count = units[waiting.unit].passed_over;
    if (count >= most_passed_over || !competes(*waiting.demand, waiting.lacking, taken)) continue;
    if (++count == most_passed_over) slots.reserve(*waiting.demand, waiting.lacking + 1);
  }
}

void Scheduler::State::submit(const Queue::Head& head) {
  const Unit unit = head.unit();
  queue.pop(head);
  run(unit, head.line);
  UnitRecord& record = units[unit];
  ++record.attempt;
  actions->push_back(Submit{unit, record.attempt, resources(unit), record.avoid_last_node});
}

void Scheduler::State::run(Unit unit, LineIndex line) {
  units[unit].line = line;
  slots.take(queue.key(line).demand);
  children.started(unit);
  units.set_state(unit, UnitState::running);
}

/// The attempt is over: its slots are free.
void Scheduler::State::leave(Unit unit) {
  slots.give_back(queue.key(units[unit].line).demand);
  children.ended(unit);
  units[unit].interrupted = false;
  may_submit = true;
}

bool Scheduler::State::is_current(Unit unit, int attempt) const {
  if (!units.knows(unit) || units[unit].state != UnitState::running) return false;
  return attempt == 0 || attempt == units[unit].attempt;
}

void Scheduler::State::on(const Ended& event) {
  if (!is_current(event.unit, event.attempt)) return;
  const Unit unit = event.unit;
  UnitRecord& record = units[unit];
  const bool was_interrupted = record.interrupted;
  leave(unit);
  record.avoid_last_node = event.outcome == Outcome::infrastructure;
  if (event.outcome == Outcome::success) {  // also when it was to be cancelled: what is done is done
    if (record.is_child) return settle(unit, UnitState::succeeded, Why::none);
    units.set_state(unit, UnitState::publishing);
    actions->push_back(Publish{unit});
    return;
  }
  if (record.cancelling) return settle(unit, UnitState::cancelled, Why::cancelled);
  if (was_interrupted) return requeue(unit);  // however it took that, it is not its fault
  if (event.outcome == Outcome::cancelled) return settle(unit, UnitState::cancelled, Why::cancelled);
  if (event.outcome == Outcome::stopped_by_user)
    return settle(unit, UnitState::cancelled, Why::stopped_by_user);
  Resources wanted = resources(unit);
  const NextTry next = next_try(event.outcome, event.exit_code, event.progressed, policy(unit).retry,
                                problem.free_retries, record.tries, wanted);
  if (!next.retry) return settle(unit, UnitState::failed, next.why);
  if (wanted != resources(unit)) own_resources[unit] = wanted;
  try_again(unit, event.outcome, next.delay_ms);
}

void Scheduler::State::on(const Published& event) {
  if (!units.knows(event.unit) || units[event.unit].state != UnitState::publishing) return;
  if (event.ok) return settle(event.unit, UnitState::succeeded, Why::none);
  settle(event.unit, UnitState::failed, Why::publish_failed);
}

void Scheduler::State::on(const Refused& event) {
  if (!is_current(event.unit, event.attempt)) return;
  UnitRecord& record = units[event.unit];
  leave(event.unit);
  if (record.cancelling) return settle(event.unit, UnitState::cancelled, Why::cancelled);
  if (event.permanent) return settle(event.unit, UnitState::failed, Why::refused);
  try_again(event.unit, Outcome::infrastructure, delay_after_refusal_ms(record.tries));
}

void Scheduler::State::on(const Gone& event) {
  if (!is_current(event.unit, event.attempt)) return;
  leave(event.unit);
  if (units[event.unit].cancelling) return settle(event.unit, UnitState::cancelled, Why::cancelled);
  requeue(event.unit);
}

void Scheduler::State::try_again(Unit unit, Outcome outcome, std::int64_t delay_ms) {
  const std::int64_t at_ms = back_off.now_ms() + delay_ms;
  actions->push_back(Retrying{unit, outcome, at_ms});
  if (delay_ms <= 0) return requeue(unit);
  units.set_state(unit, UnitState::backing_off);
  back_off.wait(unit, at_ms);
}

/// By way of `waiting`: an attempt of an earlier driver may have been adopted before its inputs were there.
void Scheduler::State::requeue(Unit unit) {
  units.set_state(unit, UnitState::waiting);
  consider(unit);
}

}  // namespace sluice::schedule
