// What the plug-in says about attempts. It may say it late, twice, in any order, or about attempts it was
// never given.
#include <utility>

#include "executors/external/core.h"

namespace sluice::executors::external {

namespace {

/// The exit code of a runner that finds the attempt claimed by another one (exit_claimed in
/// executors/runner).
constexpr int runner_found_a_claim = 76;

}  // namespace

void Core::on(const Told& told) {
  std::visit([&](const auto& event) { about(event, told); }, told.event);
}

/// Nothing for what has ended, which is no news, or was never ours, which is nonsense.
Core::Attempt* Core::subject(const Token& token, const char* event) {
  Attempt* attempt = find(token);
  if (attempt != nullptr && attempt->place != Place::to_submit) return attempt;
  if (!ended_.contains(token))
    complain(std::string("stranger ") + event,
             std::string("'") + event + "' about an attempt that it was not given: " + shown(token));
  return nullptr;
}

void Core::about(const Accepted& event, const Told&) {
  Attempt* attempt = subject(event.token, "accepted");
  if (attempt == nullptr) return;
  accept(*attempt, event.handle);
  if (attempt->place == Place::submitting) hold(*attempt);
}

void Core::hold(Attempt& attempt) {
  move(attempt, Place::held);
  if (attempt.cancel) to_cancel_.push_back(attempt.token);
}

/// What the engine calls it: the plug-in's name for it, or the token while there is none.
const Handle& Core::name_of(const Attempt& attempt) {
  return attempt.handle.empty() ? attempt.token : attempt.handle;
}

void Core::accept(Attempt& attempt, const Handle& handle) {
  const bool renamed = !handle.empty() && handle != attempt.handle;
  const bool news = !attempt.accepted_told || renamed;
  if (renamed) attempt.handle = handle;
  attempt.accepted_told = true;
  if (news) tell(Accepted{attempt.token, name_of(attempt)});
  if (attempt.place == Place::to_submit) return;  // by us, for the time being
  if (ready_.evidence) attempt.spec.reset();      // from now on its file is enough
  const RosterEntry* entry = roster_.find(attempt.token);
  if (entry == nullptr || entry->handle != attempt.handle) roster_.accepted(attempt.token, attempt.handle);
}

void Core::about(const Rejected& event, const Told&) {
  Attempt* attempt = subject(event.token, "rejected");
  if (attempt == nullptr) return;
  if (attempt->place != Place::submitting)
    return complain("late rejection", "'rejected' for what it had accepted: " + event.token);
  // Handed over a second time, and the first time it was started.
  const bool claimed = ready_.evidence &&
                       look_for_evidence(world_.disk, world_.processes, attempt->folder, event.token).claimed;
  if (claimed) return begin_ending(*attempt, std::nullopt);
  tell(Rejected{event.token, event.permanent, event.message});
  forget(*attempt);
}

void Core::about(const StateChanged& event, const Told&) {
  Attempt* attempt = subject(event.token, "state");
  if (attempt == nullptr) return;
  if (event.state == AttemptState::finished)
    return begin_ending(*attempt,
                        Finished{event.token, std::nullopt, Verdict::unknown, event.node, event.reason});
  if (event.state == AttemptState::lost) {
    if (attempt->place == Place::held) begin_ending(*attempt, std::nullopt);
    return;
  }
  if (attempt->place == Place::ending) {
    const bool over = attempt->word.has_value() || event.state == AttemptState::unknown;
    if (over) return;
    move(*attempt, Place::held);  // it was only mislaid
  }
  tell_state(*attempt, event);
}

void Core::tell_state(Attempt& attempt, StateChanged state) {
  const StateChanged& last = attempt.state;
  const bool news = state.state != last.state || state.native_state != last.native_state ||
                    state.reason != last.reason || state.node != last.node || state.restart != last.restart ||
                    last.token.empty();
  if (!news && !attempt.poll_asked) return;
  attempt.poll_asked = false;
  attempt.state = state;
  tell(std::move(state));
}

void Core::about(const Finished& event, const Told& told) {
  Attempt* attempt = subject(event.token, "finished");
  if (attempt == nullptr) return;
  if (told.exit_code == runner_found_a_claim) return begin_ending(*attempt, std::nullopt);
  Finished word = event;
  if (told.exit_code && word.verdict == Verdict::unknown && word.message.empty())
    word.message = "its command ended with exit code " + std::to_string(*told.exit_code);
  begin_ending(*attempt, std::move(word));
}

void Core::about(const Attached& event, const Told&) {
  Attempt* attempt = subject(event.token, "attached");
  if (attempt == nullptr) return;
  const bool asked = attempt->place == Place::attaching || attempt->place == Place::to_attach;
  if (!asked) {
    if (event.presence == Presence::absent && attempt->place == Place::held)
      complain("absent", "'attached' with absent for what it had accepted: " + event.token);
    return;
  }
  switch (event.presence) {
    case Presence::present:
      if (!event.handle.empty()) accept(*attempt, event.handle);
      conclude(*attempt, Presence::present);
      return hold(*attempt);
    case Presence::absent: return absent(*attempt);
    case Presence::ambiguous:
      conclude(*attempt, Presence::ambiguous);
      move(*attempt, Place::attaching);
      checks_.insert({now() + to_ns(config_.patience.ask_again_s), event.token});
      return;
  }
}

/// The answer that the engine waits for, if it does.
void Core::conclude(Attempt& attempt, Presence presence) {
  if (!std::exchange(attempt.engine_asks, false)) return;
  tell(Attached{attempt.token, presence, name_of(attempt)});
}

/// The plug-in does not have it. Before anybody may start it anew it must be certain that nobody has started
/// it.
void Core::absent(Attempt& attempt) {
  if (settle_by_record(attempt)) return;
  const bool has_folder = ready_.evidence && !attempt.folder.empty();
  if (has_folder && look_for_evidence(world_.disk, world_.processes, attempt.folder, attempt.token).claimed)
    return begin_ending(attempt, std::nullopt);
  if (!attempt.engine_asks) return hand_over_again(attempt);
  if (has_folder)
    if (const auto barred = bar(world_.disk, attempt.folder); barred && !*barred)
      return begin_ending(attempt, std::nullopt);
  conclude(attempt, Presence::absent);
  forget(attempt);
}

void Core::about(const Log& event, const Told&) { log(event.level, event.message); }
void Core::about(const Unreachable& event, const Told&) { away(said, true, event.message); }
void Core::about(const Reachable&, const Told&) { away(said, false); }

}  // namespace sluice::executors::external
