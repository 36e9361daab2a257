// Checks a scheduler against the rules, the slow and obvious way. It follows a run with its own book of every
// unit, derives from each event what must follow, and looks over everything again after each step: no
// counters kept up to date, no queues, nothing shared with the scheduler but the words. The first complaint
// stops it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/schedule/scheduler.h"

namespace sluice::schedule {

class Ledger {
 public:
  explicit Ledger(const Problem& problem);

  /// Call before and after the scheduler's step with the event.
  void before(const Event& event);
  void after(const std::vector<Action>& actions, const Scheduler& scheduler);

  const std::string& complaint() const { return complaint_; }
  bool started() const { return started_; }

 private:
  /// Why someone who needs a group cannot run, as far as that can be told: a loss that became intolerable in
  /// the very step in which the group was completed may have been judged either way.
  struct Blame {
    Why why;
    Unit culprit;
    std::set<Unit> bearers;  ///< `self` for those who bear it themselves
  };
  struct Verdict {
    bool complete = false;
    bool may_be_good = true;
    std::vector<Blame> blames;
  };
  struct Entry {
    PolicyIndex policy = 0;
    Unit owner = no_unit;
    bool is_late = false;  ///< final, or a reader or child of such a one
    bool must_run = false;
    UnitState state = UnitState::waiting;
    Why why = Why::none;
    Unit culprit = no_unit;
    std::set<Unit> bearers;
    bool settling = false;  ///< its Settled is owed
    bool cancelling = false;
    bool interrupted = false;
    bool avoid_last_node = false;
    int attempt = 0;
    Resources resources;
    int failures = 0;
    int lost_nodes_in_a_row = 0;
    int refusals_in_a_row = 0;
    bool stood_still = false;
    std::int64_t due_ms = 0;
    int submits_while_first = 0;  ///< of others on its executor, while it was the most urgent there
    int submits_of_lower = 0;     ///< at all, since it was queued
  };
  static constexpr Unit self = no_unit - 1;
  static constexpr Unit nobody = no_unit;

  // ledger_events.cpp: what must follow from an event
  void find_late();
  void on(const Start& event);
  void on(const Checked& event);
  void on(const CheckFailed& event);
  void on(const Ended& event);
  void on(const Published& event);
  void on(const Refused& event);
  void on(const Gone& event);
  void on(const ChildAsked& event);
  void on(const ChildDropped& event);
  void on(const TimeIs& event);
  void on(const ExecutorDown& event);
  void on(const ExecutorUp& event);
  void on(const StopSubmitting& event);
  void on(const ResumeSubmitting& event);
  void on(const CancelAll& event);
  void on(const CancelUnit& event);
  void adopt(Unit unit, const LiveAttempt& live);
  void leave(Entry& entry);
  void fail_or_retry(Unit unit, const Ended& event);
  void retry(Unit unit, Outcome outcome, std::int64_t delay_ms);
  void wake_those_due();
  void cancel(Unit unit);
  void interrupt_if_owner(Unit unit);
  void owe(const Action& action);
  void owe_end(Unit unit, UnitState state, Why why);
  bool is_running(Unit unit, int attempt) const;
  bool in_state(Unit unit, UnitState state) const {
    return unit < book_.size() && book_[unit].state == state;
  }

  // ledger_actions.cpp: whether an action is justified
  void see(const Check& action);
  void see(const Submit& action);
  void see(const Publish& action);
  void see(const CancelAttempt& action);
  void see(const Wake& action);
  void see(const Settled& action);
  void see(const Retrying& action);
  void see(const AllSettled& action);
  bool was_owed(const Action& action);
  bool justifies(const Settled& action);
  void settled(Unit unit);
  void judge(std::uint32_t group);
  bool may_be_tolerated(const Entry& lost, const std::vector<int>& losses) const;
  bool must_be_tolerated(const Entry& lost, const std::vector<int>& losses) const;
  bool tolerates(PolicyIndex policy, const std::vector<int>& losses) const;
  bool may_start(Unit unit) const;
  void note_finals();

  // ledger_slots.cpp: slots and order
  void promote();
  void queue(Unit unit);
  bool fits(Unit unit) const;
  bool is_possible(Unit unit) const;
  bool is_held(Unit unit) const;
  bool goes_before(Unit a, Unit b) const;
  void check_submit_order(Unit unit);
  void check_nothing_left_behind();

  // ledger_after.cpp: what must hold after each step
  void check_states(const Scheduler& scheduler);
  void check_counts(const Scheduler& scheduler);
  void check_failed(const Scheduler& scheduler);
  void check_wake();
  void check_rest(const std::vector<Action>& actions);
  void complain(const std::string& what);

  bool is_task(Unit unit) const { return unit < problem_.policy_of.size(); }
  const Policy& policy(Unit unit) const { return problem_.policies[book_[unit].policy]; }
  bool has_children_to_wait_for(Unit unit) const;

  Problem problem_;
  std::vector<Entry> book_;
  std::vector<Verdict> verdicts_;
  std::vector<bool> down_;
  std::vector<std::string> owed_;
  std::vector<int> losses_now_, losses_after_step_;  ///< by policy, failed and skipped tasks
  std::set<std::int64_t> wakes_;
  std::int64_t now_ms_ = 0;
  bool started_ = false;
  bool stopped_ = false;
  bool cancelled_all_ = false;
  bool finals_open_ = false;
  bool at_rest_ = false;
  bool submitting_ = false;  ///< the part of a step where slots are given away
  std::string complaint_;
};

}  // namespace sluice::schedule
