// What happens to a run, as plain values: everything the scheduler ever learns.
//
// The world answers late, twice, or about things long gone. Such events are ignored: an answer to a question
// that is no longer open, a unit nobody knows, an attempt that is not the current one (where an event names
// its attempt, 0 means the current one).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/schedule/problem.h"

namespace sluice::schedule {

/// How an attempt ended, after all evidence was weighed.
enum class Outcome : std::uint8_t {
  success,          ///< exit 0 and the declared outputs exist
  again,            ///< stopped at a checkpoint: run me again, free of charge
  user_failure,     ///< exit code, missing outputs, could not be started
  out_of_memory,    ///< it needed more than it asked for
  timeout,          ///< it ran longer than it asked for
  infrastructure,   ///< node lost, preempted, vanished
  stopped_by_user,  ///< cancelled outside the engine: never retried
  cancelled,        ///< cancelled by the engine
};

/// The first event.
struct Start {};

/// Answers to Check: the result is there or not, or can't be told (an input vanished).
struct Checked {
  Unit unit;
  bool up_to_date;
};
struct CheckFailed {
  Unit unit;
};

struct Ended {
  Unit unit;
  Outcome outcome;
  int exit_code = 0;
  bool progressed = false;  ///< with `again`: there is a newer checkpoint than before
  int attempt = 0;
};

/// The answer to Publish.
struct Published {
  Unit unit;
  bool ok;
};

/// The executor would not take it.
struct Refused {
  Unit unit;
  bool permanent;
  int attempt = 0;
};

/// An attempt thought live was never submitted, or is absent.
struct Gone {
  Unit unit;
  int attempt = 0;
};

/// Becomes unit `unit_count()`. It is cancelled when its owner settles, at once if that has happened already,
/// but not when an attempt of the owner ends: the owner goes on and finds it. The owner answers for it: a
/// lost child does not make the run fail. Owners are tasks: children have no children.
struct ChildAsked {
  Unit owner;
  PolicyIndex policy;
  std::optional<LiveAttempt> live = std::nullopt;
  std::optional<Resources> resources = std::nullopt;  ///< instead of the policy's
};

/// The owner no longer wants it.
struct ChildDropped {
  Unit unit;
};

/// Delays count from the last one, so it belongs at the head of every batch of events.
struct TimeIs {
  std::int64_t now_ms;
};

/// Unreachable: nothing new goes there, nothing fails.
struct ExecutorDown {
  std::uint32_t executor;
};
struct ExecutorUp {
  std::uint32_t executor;
};

/// Ctrl-C once, or the disk is full: let what runs run. Owners are asked to stop: they wait for children that
/// won't come.
struct StopSubmitting {};
struct ResumeSubmitting {};

/// Ctrl-C twice. What has succeeded is still published.
struct CancelAll {};

/// `sluice cancel TASK`: the unit and its children.
struct CancelUnit {
  Unit unit;
};

using Event =
    std::variant<Start, Checked, CheckFailed, Ended, Published, Refused, Gone, ChildAsked, ChildDropped,
                 TimeIs, ExecutorDown, ExecutorUp, StopSubmitting, ResumeSubmitting, CancelAll, CancelUnit>;

}  // namespace sluice::schedule
