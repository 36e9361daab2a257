#include "engine/schedule/scheduler.h"

#include <utility>
#include <variant>

#include "engine/schedule/state.h"

namespace sluice::schedule {
namespace {

Problem consistent(Problem problem) {
  require_consistent(problem);
  return problem;
}

}  // namespace

Scheduler::State::State(Problem given)
    : problem(consistent(std::move(given))),
      units(problem),
      inputs(problem),
      losses(problem),
      slots(problem),
      children(problem.policy_of.size()),
      is_down(problem.executors.size(), false),
      line_of_policy(problem.policies.size(), no_line) {
  for (Unit task = 0; task < units.size(); ++task)
    if (policy(task).is_final) finals.push_back(task);
  mark_late();
}

/// Final units don't wait for those who read from them, or nobody would ever start.
void Scheduler::State::mark_late() {
  std::vector<Unit> late = finals;
  for (const Unit unit : finals) units.set_late(unit);
  std::vector<bool> seen(inputs.group_count(), false);
  for (std::size_t i = 0; i < late.size(); ++i) {
    for (const GroupIndex group : inputs.groups_with(late[i])) {
      if (seen[group]) continue;
      seen[group] = true;
      for (const Unit reader : inputs.consumers(group)) {
        if (units[reader].is_late) continue;
        units.set_late(reader);
        late.push_back(reader);
      }
    }
  }
}

void Scheduler::State::step(const Event& event, std::vector<Action>& to) {
  actions = &to;
  const std::size_t before = to.size();
  std::visit([this](const auto& e) { on(e); }, event);
  if (started) {
    finish_step();
    announce_rest(before);
  }
  actions = nullptr;
}

void Scheduler::State::finish_step() {
  follow_settled();
  open_finals();
  submit_what_fits();
  if (stopped) return;
  if (const auto wake = back_off.wake_to_request(units)) actions->push_back(Wake{*wake});
}

void Scheduler::State::announce_rest(std::size_t actions_before) {
  const bool was_at_rest = at_rest;
  const bool quiet = in_flight() == 0 && units.in(UnitState::checking) == 0;
  at_rest = units.unsettled() == 0 || (stopped && quiet);
  if (at_rest && (!was_at_rest || actions->size() > actions_before)) actions->push_back(AllSettled{});
}

/// What is done or excluded is not announced: there may be 100,000 of those.
void Scheduler::State::on(const Start&) {
  if (started) return;
  for (Unit task = 0; task < units.size(); ++task) {
    const Initial initial = problem.initial[task];
    if (initial != Initial::done && initial != Initial::excluded) continue;
    units[task].why = initial == Initial::done ? Why::done : Why::none;
    units.set_state(task, initial == Initial::done ? UnitState::cached : UnitState::excluded);
    just_settled.push_back(task);
  }
  for (const LiveAttempt& live : problem.live)
    if (problem.initial[live.unit] == Initial::live && units[live.unit].state == UnitState::waiting)
      adopt(live.unit, live);
  for (const GroupIndex group : inputs.empty_groups()) complete(group);
  follow_settled();
  started = true;
  if (cancelled_all) return on(CancelAll{});
  for (Unit task = 0; task < units.size(); ++task) consider(task);
}

void Scheduler::State::on(const TimeIs& event) {
  back_off.time_is(event.now_ms);
  if (!stopped) wake_those_due();
}

void Scheduler::State::wake_those_due() {
  while (const auto unit = back_off.pop_due(units)) requeue(*unit);
}

void Scheduler::State::on(const ExecutorDown& event) {
  if (event.executor < is_down.size()) is_down[event.executor] = true;
}

void Scheduler::State::on(const ExecutorUp& event) {
  if (event.executor >= is_down.size()) return;
  is_down[event.executor] = false;
  may_submit = true;
}

Scheduler::Scheduler(Problem problem) : state_(std::make_unique<State>(std::move(problem))) {}
Scheduler::~Scheduler() = default;
Scheduler::Scheduler(Scheduler&&) noexcept = default;
Scheduler& Scheduler::operator=(Scheduler&&) noexcept = default;

void Scheduler::step(const Event& event, std::vector<Action>& actions) { state_->step(event, actions); }
Unit Scheduler::unit_count() const { return state_->units.size(); }
UnitState Scheduler::state(Unit unit) const { return state_->units[unit].state; }
int Scheduler::attempt(Unit unit) const { return state_->units[unit].attempt; }
bool Scheduler::is_lost(Unit unit) const { return is_settled(state(unit)) && !has_result(state(unit)); }
Counts Scheduler::counts(PolicyIndex policy) const { return state_->units.counts(policy); }
Counts Scheduler::counts() const { return state_->units.counts(); }
std::size_t Scheduler::in_flight() const { return state_->in_flight(); }
bool Scheduler::stopped() const { return state_->stopped; }
bool Scheduler::failed() const { return state_->losses.failed(); }
std::string Scheduler::waits_for(Unit unit) const { return state_->waits_for(unit); }

}  // namespace sluice::schedule
