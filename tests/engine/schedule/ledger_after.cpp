#include <algorithm>
#include <functional>

#include "tests/engine/schedule/ledger.h"
#include "tests/engine/schedule/story.h"

namespace sluice::schedule {

void Ledger::after(const std::vector<Action>& actions, const Scheduler& scheduler) {
  losses_now_.assign(problem_.policies.size(), 0);
  for (Unit unit = 0; unit < problem_.policy_of.size(); ++unit)
    if (book_[unit].state == UnitState::failed || book_[unit].state == UnitState::skipped)
      ++losses_now_[book_[unit].policy];
  losses_after_step_ = losses_now_;
  for (const Action& action : actions)
    if (const auto* end = std::get_if<Settled>(&action))
      if (is_task(end->unit) && (end->state == UnitState::failed || end->state == UnitState::skipped))
        ++losses_after_step_[book_[end->unit].policy];
  submitting_ = false;
  note_finals();
  for (const Action& action : actions) {
    std::visit([this](const auto& a) { see(a); }, action);
    if (complaint_.empty()) continue;
    complaint_ += " [" + to_text(action) + "]";
    return;
  }
  promote();
  if (!owed_.empty()) complain("nothing came of this: " + owed_.front());
  check_states(scheduler);
  check_counts(scheduler);
  check_failed(scheduler);
  check_nothing_left_behind();
  check_wake();
  check_rest(actions);
}

void Ledger::check_states(const Scheduler& scheduler) {
  if (scheduler.unit_count() != book_.size()) return complain("wrong number of units");
  for (Unit unit = 0; unit < book_.size(); ++unit) {
    const Entry& entry = book_[unit];
    const std::string name = "unit " + std::to_string(unit);
    if (may_start(unit) && !stopped_) complain(name + " could start, but nothing happens");
    if (scheduler.state(unit) != entry.state)
      complain(name + " is " + std::string(to_string(scheduler.state(unit))) + ", it should be " +
               std::string(to_string(entry.state)));
    if (scheduler.attempt(unit) != entry.attempt) complain(name + " has the wrong attempt number");
    if (scheduler.is_lost(unit) != (is_settled(entry.state) && !has_result(entry.state)))
      complain(name + ": is_lost is wrong");
    if (entry.state != UnitState::waiting || policy(unit).is_final || !is_task(unit)) continue;
    for (std::uint32_t i = problem_.group_begin[unit]; i < problem_.group_begin[unit + 1] && started_; ++i)
      if (verdicts_[problem_.groups_of_task[i]].complete &&
          !verdicts_[problem_.groups_of_task[i]].may_be_good)
        complain(name + " should have been skipped");
  }
}

void Ledger::check_counts(const Scheduler& scheduler) {
  std::vector<Counts> by_policy(problem_.policies.size());
  std::size_t in_flight = 0;
  for (const Entry& entry : book_) {
    Counts& counts = by_policy[entry.policy];
    switch (entry.state) {
      case UnitState::waiting:
      case UnitState::checking: ++counts.waiting; break;
      case UnitState::queued:
      case UnitState::backing_off: ++counts.queued; break;
      case UnitState::running:
      case UnitState::publishing:
        ++counts.running;
        ++in_flight;
        break;
      case UnitState::cached: ++counts.cached; break;
      case UnitState::succeeded: ++counts.succeeded; break;
      case UnitState::failed: ++counts.failed; break;
      case UnitState::skipped: ++counts.skipped; break;
      case UnitState::cancelled: ++counts.cancelled; break;
      case UnitState::excluded: ++counts.excluded; break;
    }
  }
  for (PolicyIndex i = 0; i < by_policy.size(); ++i)
    if (scheduler.counts(i) != by_policy[i]) complain("wrong counts of policy " + std::to_string(i));
  const Counts total = scheduler.counts();
  if (total.waiting + total.queued + total.running + total.cached + total.succeeded + total.failed +
          total.skipped + total.cancelled + total.excluded !=
      book_.size())
    complain("the counts do not add up");
  if (scheduler.in_flight() != in_flight) complain("wrong number in flight");
  if (scheduler.stopped() != stopped_) complain("wrong about being stopped");
}

void Ledger::check_failed(const Scheduler& scheduler) {
  bool may = false, must = false;
  for (Unit unit = 0; unit < problem_.policy_of.size(); ++unit) {
    const Entry& entry = book_[unit];
    if (!is_settled(entry.state) || has_result(entry.state) || entry.state == UnitState::excluded) continue;
    may |= !must_be_tolerated(entry, losses_after_step_);
    must |= !may_be_tolerated(entry, losses_after_step_);
  }
  if (scheduler.failed() ? !may : must) complain("wrong about having failed");
}

/// Nobody may sleep through its time.
void Ledger::check_wake() {
  if (stopped_ || !started_) return;
  for (const Entry& entry : book_)
    if (entry.state == UnitState::backing_off && (wakes_.empty() || *wakes_.begin() > entry.due_ms))
      return complain("a unit backs off, but no wake was asked for");
}

void Ledger::check_rest(const std::vector<Action>& actions) {
  const auto said = std::count_if(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<AllSettled>(action);
  });
  const bool all_settled =
      std::all_of(book_.begin(), book_.end(), [](const Entry& entry) { return is_settled(entry.state); });
  const bool quiet = std::none_of(book_.begin(), book_.end(), [](const Entry& entry) {
    return entry.state == UnitState::checking || entry.state == UnitState::running ||
           entry.state == UnitState::publishing;
  });
  const bool was_at_rest = at_rest_;
  at_rest_ = started_ && (all_settled || (stopped_ && quiet));
  const bool something_else = actions.size() > static_cast<std::size_t>(said);
  if (said != (at_rest_ && (!was_at_rest || something_else) ? 1 : 0))
    complain("AllSettled at the wrong time");
  if (said > 0 && !std::holds_alternative<AllSettled>(actions.back()))
    complain("AllSettled must be the last word");
}

}  // namespace sluice::schedule
