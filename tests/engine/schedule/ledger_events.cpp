#include <algorithm>

#include "tests/engine/schedule/ledger.h"
#include "tests/engine/schedule/story.h"

namespace sluice::schedule {

Ledger::Ledger(const Problem& problem)
    : problem_(problem), verdicts_(problem.group_is_list.size()), down_(problem.executors.size(), false) {
  for (std::size_t task = 0; task < problem.policy_of.size(); ++task) {
    Entry entry;
    entry.policy = problem.policy_of[task];
    entry.is_late = problem.policies[entry.policy].is_final;
    entry.must_run = problem.initial[task] != Initial::check;
    entry.resources = problem.policies[entry.policy].resources;
    if (!problem.attempts_before.empty()) entry.attempt = problem.attempts_before[task];
    book_.push_back(entry);
  }
  find_late();
}

void Ledger::find_late() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Unit unit = 0; unit < book_.size(); ++unit) {
      for (std::uint32_t i = problem_.group_begin[unit]; i < problem_.group_begin[unit + 1]; ++i) {
        const std::uint32_t group = problem_.groups_of_task[i];
        for (std::uint32_t j = problem_.member_begin[group]; j < problem_.member_begin[group + 1]; ++j) {
          if (book_[unit].is_late || !book_[problem_.members[j]].is_late) continue;
          changed = book_[unit].is_late = true;
        }
      }
    }
  }
}

void Ledger::before(const Event& event) {
  std::visit([this](const auto& e) { on(e); }, event);
}

void Ledger::owe(const Action& action) { owed_.push_back(to_text(action)); }

void Ledger::owe_end(Unit unit, UnitState state, Why why) {
  book_[unit].settling = true;
  book_[unit].bearers = {state == UnitState::failed ? unit : nobody};
  owe(Settled{unit, state, why, no_unit});
}

bool Ledger::is_running(Unit unit, int attempt) const {
  return in_state(unit, UnitState::running) && (attempt == 0 || attempt == book_[unit].attempt);
}

bool Ledger::has_children_to_wait_for(Unit unit) const {
  return std::any_of(book_.begin(), book_.end(), [unit](const Entry& entry) {
    return entry.owner == unit && !is_settled(entry.state) && !entry.settling;
  });
}

void Ledger::on(const Start&) {
  if (started_) return;
  started_ = true;
  for (Unit task = 0; task < book_.size(); ++task) {
    if (problem_.initial[task] == Initial::done) book_[task].state = UnitState::cached;
    if (problem_.initial[task] == Initial::excluded) {
      book_[task].state = UnitState::excluded;
      book_[task].bearers = {nobody};
    }
  }
  for (const LiveAttempt& live : problem_.live)
    if (problem_.initial[live.unit] == Initial::live) adopt(live.unit, live);
  losses_now_ = losses_after_step_ = std::vector<int>(problem_.policies.size(), 0);
  for (std::uint32_t group = 0; group < verdicts_.size(); ++group) judge(group);
  if (cancelled_all_) on(CancelAll{});
}

void Ledger::adopt(Unit unit, const LiveAttempt& live) {
  Entry& entry = book_[unit];
  entry.state = UnitState::running;
  entry.attempt = std::max(entry.attempt, live.attempt);
  entry.failures = live.user_failures;
  entry.resources = live.resources;
  if (stopped_) interrupt_if_owner(unit);
}

void Ledger::on(const Checked& event) {
  if (!in_state(event.unit, UnitState::checking)) return;
  book_[event.unit].state = UnitState::waiting;
  book_[event.unit].must_run = true;
  if (event.up_to_date) owe_end(event.unit, UnitState::cached, Why::up_to_date);
}

void Ledger::on(const CheckFailed& event) {
  if (!in_state(event.unit, UnitState::checking)) return;
  owe_end(event.unit, UnitState::failed, Why::check_failed);
}

void Ledger::leave(Entry& entry) {
  entry.state = UnitState::waiting;
  entry.interrupted = false;
}

void Ledger::on(const Ended& event) {
  if (!is_running(event.unit, event.attempt)) return;
  Entry& entry = book_[event.unit];
  const bool interrupted = entry.interrupted;
  leave(entry);
  entry.avoid_last_node = event.outcome == Outcome::infrastructure;
  if (event.outcome == Outcome::success) {
    if (!is_task(event.unit)) return owe_end(event.unit, UnitState::succeeded, Why::none);
    entry.state = UnitState::publishing;
    return owe(Publish{event.unit});
  }
  if (entry.cancelling) return owe_end(event.unit, UnitState::cancelled, Why::cancelled);
  if (interrupted) return;
  if (event.outcome == Outcome::cancelled) return owe_end(event.unit, UnitState::cancelled, Why::cancelled);
  if (event.outcome == Outcome::stopped_by_user)
    return owe_end(event.unit, UnitState::cancelled, Why::stopped_by_user);
  fail_or_retry(event.unit, event);
}

void Ledger::fail_or_retry(Unit unit, const Ended& event) {
  Entry& entry = book_[unit];
  const RetryPolicy& rule = policy(unit).retry;
  entry.refusals_in_a_row = 0;
  if (event.outcome == Outcome::infrastructure) {
    if (++entry.lost_nodes_in_a_row > problem_.free_retries)
      return owe_end(unit, UnitState::failed, Why::infrastructure);
    const int doublings = std::min(entry.lost_nodes_in_a_row - 1, 20);
    return retry(unit, event.outcome, std::min<std::int64_t>(1000LL << doublings, 300'000));
  }
  entry.lost_nodes_in_a_row = 0;
  if (event.outcome == Outcome::again) {
    if (entry.stood_still && !event.progressed) return owe_end(unit, UnitState::failed, Why::no_progress);
    entry.stood_still = !event.progressed;
    return retry(unit, event.outcome, 0);
  }
  entry.stood_still = false;
  const std::int64_t delay = rule.delay_ms << std::min(entry.failures, 20);
  ++entry.failures;
  const Why why = rule.attempts <= 1 ? Why::own_failure : Why::retries_used_up;
  if (entry.failures >= rule.attempts) return owe_end(unit, UnitState::failed, why);
  const auto memory = static_cast<double>(entry.resources.memory_bytes);
  const auto memory_cap = static_cast<double>(rule.memory_cap_bytes);
  if (event.outcome == Outcome::out_of_memory && rule.memory_factor > 1 && memory > 0) {
    if (memory_cap > 0 && memory >= memory_cap) return owe_end(unit, UnitState::failed, why);
    const double more = memory * rule.memory_factor;
    entry.resources.memory_bytes =
        static_cast<std::uint64_t>(memory_cap > 0 ? std::min(more, memory_cap) : more);
  } else if (event.outcome == Outcome::timeout && rule.time_factor > 1 && entry.resources.time_s > 0) {
    if (rule.time_cap_s > 0 && entry.resources.time_s >= rule.time_cap_s)
      return owe_end(unit, UnitState::failed, why);
    entry.resources.time_s *= rule.time_factor;
    if (rule.time_cap_s > 0) entry.resources.time_s = std::min(entry.resources.time_s, rule.time_cap_s);
  } else if (!rule.exit_codes.empty() &&
             std::count(rule.exit_codes.begin(), rule.exit_codes.end(), event.exit_code) == 0) {
    return owe_end(unit, UnitState::failed, Why::own_failure);
  }
  retry(unit, event.outcome, delay);
}

void Ledger::retry(Unit unit, Outcome outcome, std::int64_t delay_ms) {
  Entry& entry = book_[unit];
  entry.due_ms = now_ms_ + delay_ms;
  entry.state = delay_ms > 0 ? UnitState::backing_off : UnitState::waiting;
  owe(Retrying{unit, outcome, entry.due_ms});
}

void Ledger::on(const Published& event) {
  if (!in_state(event.unit, UnitState::publishing)) return;
  if (event.ok) return owe_end(event.unit, UnitState::succeeded, Why::none);
  owe_end(event.unit, UnitState::failed, Why::publish_failed);
}

void Ledger::on(const Refused& event) {
  if (!is_running(event.unit, event.attempt)) return;
  Entry& entry = book_[event.unit];
  leave(entry);
  if (entry.cancelling) return owe_end(event.unit, UnitState::cancelled, Why::cancelled);
  if (event.permanent) return owe_end(event.unit, UnitState::failed, Why::refused);
  const int doublings = std::min(entry.refusals_in_a_row++, 20);
  retry(event.unit, Outcome::infrastructure, std::min<std::int64_t>(1000LL << doublings, 300'000));
}

void Ledger::on(const Gone& event) {
  if (!is_running(event.unit, event.attempt)) return;
  leave(book_[event.unit]);
  if (book_[event.unit].cancelling) owe_end(event.unit, UnitState::cancelled, Why::cancelled);
}

void Ledger::on(const ChildAsked& event) {
  if (!started_ || !is_task(event.owner) || event.policy >= problem_.policies.size()) return;
  Entry child;
  child.policy = event.policy;
  child.owner = event.owner;
  child.must_run = true;
  child.is_late = book_[event.owner].is_late;
  child.resources = problem_.policies[event.policy].resources;
  book_.push_back(child);
  const auto unit = static_cast<Unit>(book_.size() - 1);
  if (event.live) adopt(unit, *event.live);
  if (is_settled(book_[event.owner].state) || book_[event.owner].cancelling) return cancel(unit);
  if (may_start(unit) && !is_possible(unit)) owe_end(unit, UnitState::failed, Why::refused);
  if (stopped_) interrupt_if_owner(event.owner);
}

void Ledger::on(const ChildDropped& event) {
  if (event.unit < book_.size() && !is_task(event.unit)) cancel(event.unit);
}

void Ledger::on(const CancelUnit& event) {
  if (started_ && event.unit < book_.size()) cancel(event.unit);
}

void Ledger::cancel(Unit unit) {
  Entry& entry = book_[unit];
  if (is_settled(entry.state) || entry.settling || entry.state == UnitState::publishing) return;
  if (entry.state != UnitState::running) return owe_end(unit, UnitState::cancelled, Why::cancelled);
  if (!entry.cancelling && !entry.interrupted) owe(CancelAttempt{unit});
  entry.cancelling = true;
  for (Unit child = 0; child < book_.size(); ++child)
    if (book_[child].owner == unit) cancel(child);
}

void Ledger::interrupt_if_owner(Unit unit) {
  Entry& entry = book_[unit];
  if (entry.state != UnitState::running || entry.cancelling || entry.interrupted) return;
  if (!policy(unit).is_coordinator && !has_children_to_wait_for(unit)) return;
  entry.interrupted = true;
  owe(CancelAttempt{unit});
}

void Ledger::on(const TimeIs& event) {
  now_ms_ = std::max(now_ms_, event.now_ms);
  wakes_.erase(wakes_.begin(), wakes_.upper_bound(now_ms_));
  if (!stopped_) wake_those_due();
}

/// In the order of their times: a child is queued before its owner, woken later, may find that it has to wait
/// again.
void Ledger::wake_those_due() {
  std::set<std::pair<std::int64_t, Unit>> due;
  for (Unit unit = 0; unit < book_.size(); ++unit)
    if (in_state(unit, UnitState::backing_off) && book_[unit].due_ms <= now_ms_)
      due.insert({book_[unit].due_ms, unit});
  for (const auto& [due_ms, unit] : due) {
    book_[unit].state = UnitState::waiting;
    if (is_task(unit) || !may_start(unit)) continue;
    if (is_possible(unit)) queue(unit);
    if (!is_possible(unit)) owe_end(unit, UnitState::failed, Why::refused);
  }
}

void Ledger::on(const ExecutorDown& event) {
  if (event.executor < down_.size()) down_[event.executor] = true;
}

void Ledger::on(const ExecutorUp& event) {
  if (event.executor < down_.size()) down_[event.executor] = false;
}

void Ledger::on(const StopSubmitting&) {
  if (stopped_) return;
  stopped_ = true;
  for (Unit unit = 0; unit < book_.size(); ++unit) interrupt_if_owner(unit);
}

void Ledger::on(const ResumeSubmitting&) {
  if (!stopped_ || cancelled_all_) return;
  stopped_ = false;
  wake_those_due();
}

void Ledger::on(const CancelAll&) {
  cancelled_all_ = stopped_ = true;
  if (!started_) return;
  for (Unit unit = 0; unit < book_.size(); ++unit) cancel(unit);
}

}  // namespace sluice::schedule
