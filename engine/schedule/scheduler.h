// Decides what runs when. A pure state machine: events go in, actions come out; it knows no clock, disk,
// process or thread, so every interleaving of a run can be replayed as a list of plain values.
//
// A unit is a task of the graph, or a child attempt that a running task (its owner) asked for. A unit waits
// for its groups of inputs, is checked (is its result already there?), queues for slots, runs, is published,
// and settles.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/schedule/actions.h"
#include "engine/schedule/events.h"
#include "engine/schedule/problem.h"

namespace sluice::schedule {

/// `waiting` includes those being checked, `queued` those backing off, `running` those being published.
struct Counts {
  std::size_t waiting = 0;
  std::size_t queued = 0;
  std::size_t running = 0;
  std::size_t cached = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t cancelled = 0;
  std::size_t excluded = 0;

  bool operator==(const Counts&) const = default;
};

class Scheduler {
 public:
  explicit Scheduler(Problem problem);
  ~Scheduler();
  Scheduler(Scheduler&&) noexcept;
  Scheduler& operator=(Scheduler&&) noexcept;

  /// Appends what is to be done to `actions`.
  void step(const Event& event, std::vector<Action>& actions);

  Unit unit_count() const;
  UnitState state(Unit unit) const;
  int attempt(Unit unit) const;   ///< of the current or last try
  bool is_lost(Unit unit) const;  ///< settled without a result
  Counts counts(PolicyIndex policy) const;
  Counts counts() const;
  std::size_t in_flight() const;  ///< submitted, running or publishing
  bool stopped() const;           ///< submitting nothing more
  bool failed() const;            ///< a task that was asked for is lost, and that was not tolerated
  /// Why a unit does not run yet, in plain words ("waits for 4 CPUs: 1 of 2 free"); empty when it runs or has
  /// settled.
  std::string waits_for(Unit unit) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::schedule
