// What executors say, weighed and handed to the scheduler. Answers may come late, twice, or for attempts that
// nobody waits for any more.
#include "engine/base/hash.h"
#include "engine/run/driver.h"

namespace sluice::run {

namespace {

constexpr std::int64_t ask_again_after_ms = 5'000;
constexpr std::int64_t record_starts_after_ms = 500;

MessageLevel level_of(executors::LogLevel level) {
  switch (level) {
    case executors::LogLevel::info: return MessageLevel::info;
    case executors::LogLevel::warning: return MessageLevel::warning;
    case executors::LogLevel::error: return MessageLevel::error;
  }
  return MessageLevel::error;
}

store::AttemptEnd end_of(const executors::Finished& event, std::int64_t now_ns) {
  store::AttemptEnd end;
  end.node = event.node;
  end.ended_ns = now_ns;
  if (!event.record) return end;
  end.exit_code = event.record->exit_code;
  end.signal = event.record->signal;
  end.node = event.record->node;
  end.started_ns = event.record->started_ns;
  end.ended_ns = event.record->ended_ns;
  end.usage = event.record->usage;
  return end;
}

}  // namespace

void Driver::on_events(std::uint32_t executor, std::vector<executors::Event> events) {
  if (done()) return;
  feed(schedule::TimeIs{now_ms()});
  for (auto& event : events) std::visit([&](auto& each) { on_event(executor, each); }, event);
  turn();
}

void Driver::on_event(std::uint32_t executor, executors::Accepted& event) {
  const auto unit = unit_of_.find(event.token);
  if (unit != unit_of_.end()) flights_.at(unit->second).heard_of = true;
  // A local attempt is found again by its token alone; writing its handle would cost a commit for each.
  if (unit == unit_of_.end() || event.handle.empty() || is_local(executor)) return;
  transaction_.accepted(flights_.at(unit->second).id, event.handle);
}

void Driver::on_event(std::uint32_t, executors::Rejected& event) {
  const auto found = unit_of_.find(event.token);
  if (found == unit_of_.end()) return;
  const schedule::Unit unit = found->second;
  const Flight& flight = flights_.at(unit);
  if (event.permanent) {
    store::AttemptEnd end;
    end.outcome = "refused";
    end.message = event.message;
    end.ended_ns = world_.clock.wall_ns();
    transaction_.ended(flight.id, end);
  } else {
    transaction_.forget(flight.id);
  }
  flights_.at(unit).finished = executors::Finished{event.token, {}, {}, "", event.message};
  note(unit, "refused", event.message);
  unit_of_.erase(found);
  feed(schedule::Refused{unit, event.permanent});
  perform_all();
  flights_.erase(unit);
}

void Driver::on_event(std::uint32_t executor, executors::StateChanged& event) {
  const auto found = unit_of_.find(event.token);
  if (found == unit_of_.end()) return;
  Flight& flight = flights_.at(found->second);
  flight.heard_of = true;
  const std::string shown = event.reason.empty() ? event.native_state : event.reason;
  const bool news = shown != flight.native_state;
  flight.native_state = shown;
  if (event.state == executors::AttemptState::running && flight.started_ns == 0) {
    flight.started_ns = world_.clock.wall_ns();
    flight.node = event.node;
    if (is_local(executor)) {
      started_lately_.push_back(found->second);
      if (!record_starts_ms_) record_starts_ms_ = now_ms() + record_starts_after_ms;
    } else {
      transaction_.running(flight.id, event.node, flight.started_ns);
    }
    if (!is_task(found->second)) answer(found->second, handoff::JobState::running, "", "");
  } else if (news && !event.reason.empty()) {
    note(found->second, "waits", event.reason);
  }
}

/// That a task runs is worth a row only if it still runs a moment later: for short ones it would cost more
/// than they do.
void Driver::record_starts() {
  for (const schedule::Unit unit : std::exchange(started_lately_, {}))
    if (const auto found = flights_.find(unit); found != flights_.end() && !found->second.finished)
      transaction_.running(found->second.id, found->second.node, found->second.started_ns);
}

void Driver::on_event(std::uint32_t, executors::Finished& event) {
  if (const auto kept = kept_unit_.find(event.token); kept != kept_unit_.end()) {
    kept_.at(kept->second).finished = std::move(event);
    return;
  }
  if (const auto child = kept_children_.find(event.token); child != kept_children_.end()) {
    child->second.finished = std::move(event);
    return;
  }
  const auto found = unit_of_.find(event.token);
  if (found == unit_of_.end()) return finished_orphan(event);
  const schedule::Unit unit = found->second;
  Flight& flight = flights_.at(unit);
  flight.finished = event;
  flight.node = event.record ? event.record->node : event.node;
  const bool may_ask_again = !flight.state_folder.empty() || !is_task(unit);
  Judgement judgement = judge(event, may_ask_again);
  if (judgement.outcome == schedule::Outcome::success && is_task(unit))
    if (auto changed = world_.plan.changed_input(unit, flight.inputs); !changed || *changed)
      judgement = {schedule::Outcome::user_failure,
                   changed ? "its input " + **changed + " changed while it ran; run again"
                           : sluice::to_string(changed.error())};
  if (judgement.outcome == schedule::Outcome::user_failure && folder_is_gone(flight))
    judgement = {schedule::Outcome::infrastructure,
                 "its attempt folder was removed while it ran (" + judgement.message + ")"};
  const bool progressed = judgement.outcome == schedule::Outcome::again && made_progress(flight);
  // The end of a success is recorded with its published outputs.
  if (judgement.outcome != schedule::Outcome::success || !is_task(unit)) record_end(flight, event, judgement);
  if (judgement.outcome != schedule::Outcome::success) flight.finished->message = judgement.message;
  flight.outcome = judgement.outcome;
  if (judgement.outcome == schedule::Outcome::user_failure ||
      judgement.outcome == schedule::Outcome::out_of_memory ||
      judgement.outcome == schedule::Outcome::timeout)
    ++user_failures_[unit];
  unit_of_.erase(found);
  const int exit_code = event.record ? event.record->exit_code : 0;
  feed(schedule::Ended{unit, judgement.outcome, exit_code, progressed});
}

/// Whatever a program says that lost its working directory, it is not the program's fault.
bool Driver::folder_is_gone(const Flight& flight) const {
  const auto folder = world_.disk.stat(flight.folder);
  return folder && !folder->exists();
}

/// An attempt that nobody needs any more has ended.
void Driver::finished_orphan(const executors::Finished& event) {
  const auto orphan = orphans_.find(event.token);
  if (orphan == orphans_.end()) return;
  store::AttemptEnd end = end_of(event, world_.clock.wall_ns());
  end.outcome = "abandoned";
  end.message = "what its task depends on had changed";
  transaction_.ended(orphan->second.id, end);
  orphans_.erase(orphan);
}

/// An attempt of an earlier driver turns out to compute what is wanted now: it becomes this unit's attempt.
/// Any other is stopped.
bool Driver::take_kept(schedule::Unit unit, const Hash128& fingerprint) {
  const auto found = kept_.find(unit);
  if (found == kept_.end()) return false;
  Kept kept = std::move(found->second);
  kept_.erase(found);
  kept_unit_.erase(kept.attempt.token());
  if (kept.attempt.attempt.fingerprint != fingerprint) {
    abandon(kept.attempt, "what its task depends on has changed");
    if (kept.finished)
      finished_orphan(*kept.finished);
    else
      cancels_[executor_of(kept.attempt, unit)].push_back(kept.attempt.token());
    return false;
  }
  adopt(unit, kept.attempt);
  if (kept.finished) on_event(0, *kept.finished);
  return true;
}

void Driver::record_end(Flight& flight, const executors::Finished& event, const Judgement& judgement) {
  store::AttemptEnd end = end_of(event, world_.clock.wall_ns());
  end.outcome = run::to_string(judgement.outcome);
  end.message = judgement.message;
  if (judgement.outcome == schedule::Outcome::success) {
    end.log = clean_up(flight);
  } else if (auto log = world_.disk.stat(world_.layout.log(flight.folder)); log && log->exists()) {
    end.log = world_.layout.log(flight.folder).substr(world_.layout.root().size() + 1);
  }
  transaction_.ended(flight.id, end);
}

/// Exit code 75 is free of charge only while checkpoints get newer.
bool Driver::made_progress(const Flight& flight) {
  auto now = survey(world_.disk, flight.state_folder);
  const std::string mark = now ? std::to_string(now->signature) : "";
  const store::TaskId task = task_id(unit_of_.at(flight.token));
  // A trial's folder is its own; it has no id of inputs and recipe.
  const Hash128 id = flight.state_id.is_zero() ? hash_bytes(flight.state_folder) : flight.state_id;
  const auto before = world_.store.state_mark(task, id);
  const bool known = before && *before;
  const bool progressed = known ? (*before)->mark != mark : mark != flight.state_before;
  const int stalls = progressed ? 0 : (known ? (*before)->stalls : 0) + 1;
  transaction_.state_mark(task, id, {mark, stalls});
  return progressed;
}

void Driver::on_event(std::uint32_t executor, executors::Attached& event) {
  const auto unit = unit_of_.find(event.token);
  if (event.presence == executors::Presence::ambiguous) {
    ask_again_.push_back({executor, event.token});
    ask_again_ms_ = now_ms() + ask_again_after_ms;
    return;
  }
  const bool present = event.presence == executors::Presence::present;
  if (unit != unit_of_.end()) {
    Flight& flight = flights_.at(unit->second);
    if (present) {
      // A batch system is still to be looked at; a runner on this machine tells an end in the same breath.
      flight.heard_of = flight.heard_of || is_local(executor);
      if (!event.handle.empty() && !is_local(executor)) transaction_.accepted(flight.id, event.handle);
      return;
    }
    const schedule::Unit gone = unit->second;
    transaction_.forget(flight.id);
    unit_of_.erase(unit);
    flights_.erase(gone);
    feed(schedule::Gone{gone});
  } else if (const auto kept = kept_unit_.find(event.token); kept != kept_unit_.end() && !present) {
    transaction_.forget(kept_.at(kept->second).attempt.id);
    kept_.erase(kept->second);
    kept_unit_.erase(kept);
  } else if (const auto child = kept_children_.find(event.token); child != kept_children_.end() && !present) {
    transaction_.forget(child->second.attempt.id);
    kept_children_.erase(child);
  } else if (const auto orphan = orphans_.find(event.token); orphan != orphans_.end()) {
    if (present) {
      cancels_[executor].push_back(event.token);
    } else {
      transaction_.forget(orphan->second.id);
      orphans_.erase(orphan);
    }
  }
}

void Driver::on_event(std::uint32_t, executors::Log& event) {
  world_.observer.message(level_of(event.level), event.message);
  if (event.level != executors::LogLevel::info) note(schedule::no_unit, "executor", event.message);
}

void Driver::on_event(std::uint32_t executor, executors::Unreachable& event) {
  world_.observer.message(MessageLevel::warning, world_.capabilities[executor].name +
                                                     " does not answer: " + event.message +
                                                     "; what was submitted goes on, and nothing has failed");
  note(schedule::no_unit, "unreachable", event.message);
  unreachable_[executor] = true;
  feed(schedule::ExecutorDown{executor});
}

void Driver::on_event(std::uint32_t executor, executors::Reachable&) {
  world_.observer.message(MessageLevel::info, world_.capabilities[executor].name + " answers again");
  note(schedule::no_unit, "reachable", "");
  unreachable_[executor] = false;
  feed(schedule::ExecutorUp{executor});
}

}  // namespace sluice::run
