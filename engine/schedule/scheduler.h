// Decides what runs when. A pure state machine: events go in, actions come out; it knows no clock, disk, process or
// thread, so every interleaving of a run can be replayed as a list of plain values.
//
// A unit is a task of the graph, or a child attempt that a running task (its owner) asked for. A unit waits for its
// groups of inputs, is checked (is its result already there?), queues for slots, runs, is published, and settles.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "executors/executor.h"

namespace sluice::schedule {

using Unit = std::uint32_t;
using PolicyIndex = std::uint32_t;
using executors::Resources;
constexpr Unit no_unit = 0xffffffff;

// ---- what is to be scheduled ---------------------------------------------------------------------------------------

struct RetryPolicy {
  int attempts = 1;                ///< tries that may end in a failure of the task's own
  std::vector<int> exit_codes;     ///< retry only these; empty: any
  double memory_factor = 1;
  double time_factor = 1;
  std::uint64_t memory_cap_bytes = 0;  ///< 0: none
  double time_cap_s = 0;
  std::int64_t delay_ms = 0;       ///< before the first retry; doubled each time
};

struct PoolShare {
  std::uint32_t pool = 0;
  int amount = 1;
};

/// What all tasks of a stage (or all trials of an owner) have in common.
struct Policy {
  std::uint32_t executor = 0;
  Resources resources;             ///< what is asked for; slots are counted with these, clipped to what exists
  RetryPolicy retry;
  std::vector<PoolShare> pools;
  double tolerate = 0;             ///< share of its tasks that may be lost
  bool is_final = false;           ///< runs when all others have settled, whatever happened to them
  bool is_coordinator = false;     ///< decides over children: takes no slot
  int depth = 0;                   ///< longest way from the start; deeper units go first
  int parallel = 0;                ///< children of one owner at once; 0: as many as slots allow
};

struct ExecutorLimits {
  int cpus = 0;                    ///< 0: no limit
  int gpus = 0;                    ///< slots; with cpus > 0, 0 means there are none
  std::uint64_t memory_bytes = 0;  ///< 0: not counted
  std::size_t max_in_flight = 0;   ///< 0: no limit
};

/// Where a task starts from.
enum class Initial : std::uint8_t {
  done,      ///< its result is there and nothing it depends on will run
  check,     ///< decided when its inputs are there
  run,       ///< must run: no need to ask
  excluded,  ///< not asked for; its result is not there: whoever needs it can't run
  live,      ///< an attempt of an earlier driver may still run: see Problem::live
};

struct LiveAttempt {
  Unit unit = no_unit;
  int attempt = 1;
  Resources resources;
  int user_failures = 0;           ///< so far, for the retry budget
};

struct Problem {
  std::vector<Policy> policies;
  std::vector<PolicyIndex> policy_of;          ///< by task
  std::vector<std::uint32_t> group_begin;      ///< CSR task -> groups, size tasks + 1
  std::vector<std::uint32_t> groups_of_task;
  std::vector<std::uint32_t> member_begin;     ///< CSR group -> producing tasks, size groups + 1
  std::vector<Unit> members;
  std::vector<bool> group_is_list;             ///< a gather may go on without tolerated losses
  std::vector<ExecutorLimits> executors;
  std::vector<int> pools;                      ///< sizes
  std::vector<Initial> initial;                ///< by task
  std::vector<LiveAttempt> live;
  int free_retries = 20;                       ///< failures of the infrastructure in a row before a unit is given up
};

// ---- events --------------------------------------------------------------------------------------------------------

/// How an attempt ended, after all evidence was weighed.
enum class Outcome : std::uint8_t {
  success,         ///< exit 0 and the declared outputs exist
  again,           ///< stopped at a checkpoint: run me again, free of charge
  user_failure,    ///< exit code, missing outputs, could not be started
  out_of_memory,
  timeout,
  infrastructure,  ///< node lost, preempted, vanished
  stopped_by_user, ///< cancelled outside the engine: never retried
  cancelled,       ///< cancelled by the engine
};

struct Start {};                                               ///< the first event
struct Checked { Unit unit; bool up_to_date; };                ///< answer to Check
struct CheckFailed { Unit unit; };                             ///< its fingerprint can't be had (an input vanished)
struct Ended { Unit unit; Outcome outcome; int exit_code = 0; bool progressed = false; };
struct Published { Unit unit; bool ok; };                      ///< answer to Publish
struct Refused { Unit unit; bool permanent; };                 ///< the executor would not take it
struct Gone { Unit unit; };                                    ///< an attempt thought live was never submitted, or is absent
struct ChildAsked { Unit owner; PolicyIndex policy; std::optional<LiveAttempt> live; };  ///< becomes unit `unit_count()`
struct ChildDropped { Unit unit; };                            ///< the owner no longer wants it
struct TimeIs { std::int64_t now_ms; };
struct ExecutorDown { std::uint32_t executor; };               ///< unreachable: nothing new goes there, nothing fails
struct ExecutorUp { std::uint32_t executor; };
struct StopSubmitting {};                                      ///< Ctrl-C once, or the disk is full: let what runs run
struct ResumeSubmitting {};
struct CancelAll {};                                           ///< Ctrl-C twice
struct CancelUnit { Unit unit; };                              ///< `sluice cancel TASK`

using Event = std::variant<Start, Checked, CheckFailed, Ended, Published, Refused, Gone, ChildAsked, ChildDropped, TimeIs,
                           ExecutorDown, ExecutorUp, StopSubmitting, ResumeSubmitting, CancelAll, CancelUnit>;

// ---- actions -------------------------------------------------------------------------------------------------------

enum class UnitState : std::uint8_t {
  waiting, checking, queued, running, publishing, backing_off,
  cached, succeeded, failed, skipped, cancelled, excluded,     // settled, from here on
};
constexpr bool is_settled(UnitState state) { return state >= UnitState::cached; }
std::string_view to_string(UnitState state);

enum class Why : std::uint8_t {  ///< of a settled unit
  none, up_to_date, done, own_failure, retries_used_up, no_progress, refused, publish_failed, check_failed,
  upstream,        ///< `culprit` is the unit that failed first
  excluded_input,  ///< `culprit` was not selected and its result is not there
  cancelled, stopped_by_user, infrastructure,
};

struct Check { Unit unit; };
/// `lost`: tasks of its list inputs whose loss is tolerated can be asked with `is_lost`.
struct Submit { Unit unit; int attempt; Resources resources; bool avoid_last_node; };
struct Publish { Unit unit; };
struct CancelAttempt { Unit unit; };
struct Wake { std::int64_t at_ms; };                           ///< send TimeIs then
struct Settled { Unit unit; UnitState state; Why why; Unit culprit; };
struct Retrying { Unit unit; Outcome outcome; std::int64_t at_ms; };  ///< for the log and the display
struct AllSettled {};                                          ///< nothing is left to do; exactly once, last

using Action = std::variant<Check, Submit, Publish, CancelAttempt, Wake, Settled, Retrying, AllSettled>;

struct Counts {
  std::size_t waiting = 0, queued = 0, running = 0, cached = 0, succeeded = 0, failed = 0, skipped = 0, cancelled = 0,
              excluded = 0;
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
  int attempt(Unit unit) const;                  ///< of the current or last try
  bool is_lost(Unit unit) const;                 ///< settled without a result
  Counts counts(PolicyIndex policy) const;
  Counts counts() const;
  std::size_t in_flight() const;                 ///< submitted, running or publishing
  bool stopped() const;                          ///< submitting nothing more
  bool failed() const;                           ///< some loss was not tolerated
  /// Why a queued unit does not run yet, in plain words ("waits for 4 CPUs: 1 of 2 free").
  std::string waits_for(Unit unit) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::schedule
