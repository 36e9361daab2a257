// The inside of the scheduler: the parts it is made of, and what each event does to them. Private to this
// folder.
//
// A step handles its event; whatever settles goes onto `just_settled_`, and is followed to those who wait for
// it in a loop (a chain of 100,000 is no recursion). At the end of a step the slots that are free are given
// away, once.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/schedule/back_off.h"
#include "engine/schedule/children.h"
#include "engine/schedule/inputs.h"
#include "engine/schedule/losses.h"
#include "engine/schedule/queue.h"
#include "engine/schedule/scheduler.h"
#include "engine/schedule/slots.h"
#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

struct Scheduler::State {
  /// A unit that does not fit, while units of lower priority do.
  struct Blocked {
    Unit unit;
    const Demand* demand;
    std::size_t lacking;  ///< the first entry that does not fit
  };

  explicit State(Problem problem);

  // scheduler.cpp: steps
  void mark_late();
  void step(const Event& event, std::vector<Action>& actions);
  void on(const Start& event);
  void on(const TimeIs& event);
  void on(const ExecutorDown& event);
  void on(const ExecutorUp& event);
  void wake_those_due();
  void finish_step();
  void announce_rest(std::size_t actions_before);

  // readiness.cpp: from waiting to queued, and what a settled unit means to others
  void on(const Checked& event);
  void on(const CheckFailed& event);
  void consider(Unit unit);
  void skip(Unit unit);
  void enqueue(Unit unit);
  void settle(Unit unit, UnitState state, Why why, Unit culprit = no_unit);
  void follow_settled();
  void complete(GroupIndex group);
  void open_finals();

  // attempts.cpp: from queued to settled
  void on(const Ended& event);
  void on(const Published& event);
  void on(const Refused& event);
  void on(const Gone& event);
  void submit_what_fits();
  void submit(const Queue::Head& head);
  void pass_over(std::vector<Blocked>& blocked, const Demand& taken);
  void run(Unit unit, LineIndex line);
  void leave(Unit unit);
  void try_again(Unit unit, Outcome outcome, std::int64_t delay_ms);
  bool is_current(Unit unit, int attempt) const;
  void requeue(Unit unit);
  LineIndex line_for(Unit unit);
  bool is_held(const Queue::Head& head) const;
  const Policy& policy(Unit unit) const { return problem.policies[units[unit].policy]; }
  const Resources& resources(Unit unit) const;

  // stopping.cpp: stops, cancels, and children, who depend on their owners
  void on(const ChildAsked& event);
  void on(const ChildDropped& event);
  void on(const StopSubmitting& event);
  void on(const ResumeSubmitting& event);
  void on(const CancelAll& event);
  void on(const CancelUnit& event);
  void cancel(Unit unit);
  void interrupt_if_owner(Unit unit);
  void adopt(Unit unit, const LiveAttempt& live);

  // waits_for.cpp
  std::string waits_for(Unit unit) const;
  std::string waits_for_before_queue(Unit unit) const;
  std::string executor_name(std::uint32_t executor) const;

  std::size_t in_flight() const { return units.in(UnitState::running) + units.in(UnitState::publishing); }

  Problem problem;
  UnitTable units;
  Inputs inputs;
  Losses losses;
  Slots slots;
  Queue queue;
  BackOff back_off;
  Children children;
  std::vector<bool> is_down;                          ///< by executor
  std::unordered_map<Unit, Resources> own_resources;  ///< of units that ask for other than their policy says
  std::vector<LineIndex> line_of_policy;              ///< of those who don't; made when first needed
  std::vector<Unit> finals;
  std::vector<Unit> held_checks;  ///< ready while stopped

  bool started = false;
  bool stopped = false;
  bool cancelled_all = false;
  bool finals_open = false;
  bool may_submit = false;  ///< something changed that could let a queued unit start
  bool at_rest = false;     ///< AllSettled was said

  // Of the current step.
  std::vector<Action>* actions = nullptr;
  std::vector<Unit> just_settled;
};

}  // namespace sluice::schedule
