#include <algorithm>

#include "tests/engine/schedule/ledger.h"
#include "tests/engine/schedule/story.h"

namespace sluice::schedule {

void Ledger::complain(const std::string& what) {
  if (complaint_.empty()) complaint_ = what;
}

bool Ledger::was_owed(const Action& action) {
  const auto found = std::find(owed_.begin(), owed_.end(), to_text(action));
  if (found == owed_.end()) return false;
  owed_.erase(found);
  return true;
}

void Ledger::see(const Publish& action) {
  if (!was_owed(action)) complain("published without a success");
}

void Ledger::see(const CancelAttempt& action) {
  if (!was_owed(action)) complain("an attempt was cancelled for no reason, or twice");
}

void Ledger::see(const Retrying& action) {
  if (!was_owed(action)) complain("a retry that no rule allows");
}

void Ledger::see(const Wake& action) {
  if (stopped_) complain("a wake was asked for while stopped");
  if (action.at_ms <= now_ms_) complain("a wake was asked for in the past");
  wakes_.insert(action.at_ms);
}

void Ledger::see(const AllSettled&) {}

void Ledger::see(const Check& action) {
  if (stopped_) complain("checked while stopped");
  if (book_[action.unit].must_run) complain("checked though it must run, or twice");
  if (!may_start(action.unit)) complain("checked before its inputs are there");
  book_[action.unit].state = UnitState::checking;
}

void Ledger::see(const Submit& action) {
  Entry& entry = book_[action.unit];
  promote();
  if (entry.state != UnitState::queued) complain("submitted, but it was not queued");
  if (stopped_) complain("submitted while stopped");
  if (is_held(action.unit)) complain("submitted to an executor that is down, or beyond its owner's limit");
  if (!fits(action.unit)) complain("submitted without free slots");
  if (action.attempt != entry.attempt + 1) complain("attempt numbers must rise one by one");
  if (action.resources != entry.resources) complain("submitted with other resources than it should have");
  if (action.avoid_last_node != entry.avoid_last_node)
    complain("avoids the last node for no reason, or doesn't");
  check_submit_order(action.unit);
  ++entry.attempt;
  entry.state = UnitState::running;
}

void Ledger::see(const Settled& action) {
  Entry& entry = book_[action.unit];
  if (is_settled(entry.state)) return complain("settled twice");
  if (!was_owed(action) && !justifies(action)) return complain("settled for no reason, or for the wrong one");
  entry.settling = false;
  entry.state = action.state;
  entry.why = action.why;
  entry.culprit = action.culprit;
  if (is_task(action.unit) && (action.state == UnitState::failed || action.state == UnitState::skipped))
    ++losses_now_[entry.policy];
  settled(action.unit);
}

/// What nobody owes directly follows from others: a skip, or a demand that can never be met.
bool Ledger::justifies(const Settled& action) {
  Entry& entry = book_[action.unit];
  if (entry.state != UnitState::waiting || entry.settling) return false;
  if (action.state == UnitState::failed) {
    entry.bearers = {action.unit};
    return action.why == Why::refused && may_start(action.unit) && entry.must_run &&
           !is_possible(action.unit);
  }
  if (action.state != UnitState::skipped || policy(action.unit).is_final || !is_task(action.unit))
    return false;
  entry.bearers.clear();
  for (std::uint32_t i = problem_.group_begin[action.unit]; i < problem_.group_begin[action.unit + 1]; ++i)
    for (const Blame& blame : verdicts_[problem_.groups_of_task[i]].blames)
      if (blame.why == action.why && blame.culprit == action.culprit)
        for (const Unit bearer : blame.bearers) entry.bearers.insert(bearer == self ? action.unit : bearer);
  return !entry.bearers.empty();
}

void Ledger::settled(Unit unit) {
  for (Unit child = 0; child < book_.size(); ++child)
    if (book_[child].owner == unit) cancel(child);
  for (std::uint32_t group = 0; group < verdicts_.size(); ++group) judge(group);
  note_finals();
}

bool Ledger::tolerates(PolicyIndex policy, const std::vector<int>& losses) const {
  const auto tasks = std::count(problem_.policy_of.begin(), problem_.policy_of.end(), policy);
  return losses[policy] <= problem_.policies[policy].tolerate * static_cast<double>(tasks) + 1e-6;
}

bool Ledger::may_be_tolerated(const Entry& lost, const std::vector<int>& losses) const {
  return std::any_of(lost.bearers.begin(), lost.bearers.end(), [&](Unit bearer) {
    return bearer != nobody && tolerates(book_[bearer].policy, losses);
  });
}

bool Ledger::must_be_tolerated(const Entry& lost, const std::vector<int>& losses) const {
  return std::all_of(lost.bearers.begin(), lost.bearers.end(), [&](Unit bearer) {
    return bearer != nobody && tolerates(book_[bearer].policy, losses);
  });
}

void Ledger::judge(std::uint32_t group) {
  Verdict& verdict = verdicts_[group];
  if (verdict.complete) return;
  std::vector<Unit> lost;
  bool any_result = false;
  const std::uint32_t begin = problem_.member_begin[group], end = problem_.member_begin[group + 1];
  for (std::uint32_t i = begin; i < end; ++i) {
    const UnitState state = book_[problem_.members[i]].state;
    if (!is_settled(state)) return;
    if (has_result(state)) any_result = true;
    if (!has_result(state)) lost.push_back(problem_.members[i]);
  }
  verdict.complete = true;
  verdict.may_be_good = any_result || begin == end;
  const auto blame = [&](Unit unit, std::set<Unit> bearers) {
    const Entry& entry = book_[unit];
    const bool excluded = entry.state == UnitState::excluded || entry.why == Why::excluded_input;
    verdict.blames.push_back({excluded ? Why::excluded_input : Why::upstream,
                              entry.culprit == no_unit ? unit : entry.culprit, std::move(bearers)});
  };
  for (const Unit unit : lost) {
    const Entry& entry = book_[unit];
    const bool is_list = problem_.group_is_list[group];
    if (is_list && must_be_tolerated(entry, losses_after_step_)) continue;
    blame(unit, entry.bearers);
    if (is_list && may_be_tolerated(entry, losses_now_)) continue;
    verdict.may_be_good = false;
    return;
  }
  if (!any_result && !lost.empty()) blame(lost.front(), {self});
}

/// Whatever holds it back is gone; it may still have to be asked or queued.
bool Ledger::may_start(Unit unit) const {
  const Entry& entry = book_[unit];
  if (!started_ || entry.state != UnitState::waiting || entry.settling) return false;
  if (!is_task(unit)) {
    const Entry& owner = book_[entry.owner];
    return owner.state != UnitState::waiting ? owner.state != UnitState::checking
                                             : may_start(entry.owner) && owner.must_run;
  }
  if (policy(unit).is_final && !finals_open_) return false;
  for (std::uint32_t i = problem_.group_begin[unit]; i < problem_.group_begin[unit + 1]; ++i) {
    const Verdict& verdict = verdicts_[problem_.groups_of_task[i]];
    if (!verdict.complete || (!verdict.may_be_good && !policy(unit).is_final)) return false;
  }
  return true;
}

void Ledger::note_finals() {
  if (stopped_ || !started_) return;
  finals_open_ |= std::all_of(book_.begin(), book_.end(), [](const Entry& entry) {
    return entry.is_late || (is_settled(entry.state) && !entry.settling);
  });
}

}  // namespace sluice::schedule
