// How attempts leave. The plug-in says that one is over, or no longer knows it; then its folder is looked at
// until there is an exit record, or until it is certain enough that none will come.
#include <algorithm>
#include <utility>

#include "engine/base/units.h"
#include "executors/external/core.h"

namespace sluice::executors::external {

namespace {

constexpr int sigkill = 9;

}  // namespace

/// A signal can be lost: sent before the runner listened, or to a plug-in that was dying.
void Core::cancel_again_later(Attempt& attempt) {
  constexpr double longest_pause_s = 60;
  constexpr int most_doublings = 6;
  const auto factor =
      static_cast<double>(1U << static_cast<unsigned>(std::min(attempt.cancels_sent++, most_doublings)));
  const double pause_s = std::min(longest_pause_s, config_.patience.cancel_again_s * factor);
  cancels_due_.insert({now() + to_ns(pause_s), attempt.token});
}

void Core::cancel_again() {
  while (!cancels_due_.empty() && cancels_due_.begin()->first <= now()) {
    const Token token = cancels_due_.begin()->second;
    cancels_due_.erase(cancels_due_.begin());
    const Attempt* attempt = find(token);
    if (attempt != nullptr && attempt->cancel && !attempt->word) to_cancel_.push_back(token);
  }
}

/// Without a word it is only missing: somebody may still run it.
void Core::begin_ending(Attempt& attempt, std::optional<Finished> word) {
  if (attempt.place == Place::ending && (attempt.word || !word)) return;
  conclude(attempt, Presence::present);
  attempt.word = std::move(word);
  attempt.checks = 0;
  if (attempt.word && !ready_.evidence) return finish(attempt, Finished(*attempt.word));
  move(attempt, Place::ending);
  check_again(attempt, 0);
}

void Core::check_again(Attempt& attempt, double pause_s) {
  checks_.insert({now() + to_ns(pause_s), attempt.token});
}

/// In slices: the folders of a thousand attempts that ended together are not read in one go.
void Core::check_some() {
  int slice = 64;
  while (slice-- > 0 && !checks_.empty() && checks_.begin()->first <= now()) {
    const Token token = checks_.begin()->second;
    checks_.erase(checks_.begin());
    Attempt* attempt = find(token);
    if (attempt == nullptr) continue;
    if (attempt->place == Place::ending)
      check(*attempt);
    else if (attempt->place == Place::held)
      settle_by_record(*attempt);
    if (attempt = find(token); attempt != nullptr && attempt->place == Place::attaching)
      move(*attempt, Place::to_attach);  // the last answer was ambiguous
  }
}

void Core::check(Attempt& attempt) {
  Evidence evidence;
  if (ready_.evidence)
    evidence = look_for_evidence(world_.disk, world_.processes, attempt.folder, attempt.token);
  if (evidence.record) return finish_with_record(attempt, std::move(*evidence.record));
  const bool sign_of_life =
      evidence.runner == Liveness::alive || (attempt.checks > 0 && evidence.beat != attempt.beat);
  attempt.beat = evidence.beat;
  if (sign_of_life) attempt.since_ns = now();
  if (past_deadline(attempt, evidence)) return finish_without_record(attempt, evidence);
  attempt.runner_died = evidence.runner == Liveness::dead;
  if (evidence.claimed && !attempt.word && attempt.checks == 0)
    tell_state(attempt,
               {attempt.token, AttemptState::running, "",
                "the plug-in does not know it, but its runner has begun", "", attempt.state.restart});
  constexpr double first_pause_s = 0.1;
  constexpr double longest_pause_s = 5;
  constexpr int most_doublings = 10;
  const auto factor =
      static_cast<double>(1U << static_cast<unsigned>(std::min(attempt.checks++, most_doublings)));
  check_again(attempt, std::min(longest_pause_s, first_pause_s * factor));
}

bool Core::past_deadline(Attempt& attempt, const Evidence& evidence) const {
  if (!ready_.evidence) return true;
  const bool nothing_to_wait_for = attempt.word && !evidence.claimed &&
                                   (attempt.cancel || attempt.word->verdict == Verdict::never_started);
  if (nothing_to_wait_for) return true;
  if (evidence.runner == Liveness::dead && attempt.runner_died) return true;
  const double patience_s = attempt.word ? config_.patience.evidence_s : config_.patience.absence_s;
  return now() - attempt.since_ns >= to_ns(patience_s);
}

/// True: it has ended, although nobody has told us.
bool Core::settle_by_record(Attempt& attempt) {
  if (!ready_.evidence || attempt.folder.empty()) return false;
  Evidence evidence = look_for_evidence(world_.disk, world_.processes, attempt.folder, attempt.token);
  if (!evidence.record) return false;
  conclude(attempt, Presence::present);
  finish_with_record(attempt, std::move(*evidence.record));
  return true;
}

/// Why a runner was told to end it can't know. We know whether we have asked for it, and the batch system may
/// know of a person or of memory.
void Core::finish_with_record(Attempt& attempt, ExitRecord record) {
  const Verdict verdict = attempt.word ? attempt.word->verdict : Verdict::unknown;
  const bool succeeded = record.exit_code == 0 && record.signal == 0;
  const bool told_to_end = record.cause == Cause::preempted || record.cause == Cause::timeout;
  if (verdict == Verdict::cancelled_by_user && !attempt.cancel && !succeeded)
    return finish(attempt, {attempt.token, std::nullopt, verdict, record.node, attempt.word->message});
  if (attempt.cancel && told_to_end) record.cause = Cause::cancelled;
  if (!attempt.cancel && told_to_end && verdict == Verdict::timeout) record.cause = Cause::timeout;
  if (!attempt.cancel && told_to_end && verdict == Verdict::preempted) record.cause = Cause::preempted;
  if (verdict == Verdict::out_of_memory && record.cause == Cause::none && record.signal == sigkill)
    record.cause = Cause::oom;
  Finished finished{attempt.token, std::nullopt, verdict, record.node,
                    attempt.word ? attempt.word->message : ""};
  finished.record = std::move(record);
  finish(attempt, std::move(finished));
}

void Core::finish_without_record(Attempt& attempt, const Evidence& evidence) {
  Finished finished = attempt.word.value_or(Finished{attempt.token, std::nullopt, Verdict::unknown, "", ""});
  if (!attempt.word)
    finished.message = evidence.runner == Liveness::dead
                           ? "its runner died"
                           : "the plug-in does not know it, and there has been no sign of it for " +
                                 format_seconds(config_.patience.absence_s);
  const bool ours = attempt.cancel && finished.verdict == Verdict::cancelled_by_user;
  if (ours) finished.verdict = Verdict::unknown;
  const bool says_little = finished.verdict == Verdict::unknown || (attempt.cancel && !evidence.claimed);
  if (ready_.evidence && says_little && !evidence.claimed) finished.verdict = Verdict::never_started;
  if (!evidence.damage.empty()) finished.message += (finished.message.empty() ? "" : "; ") + evidence.damage;
  finish(attempt, std::move(finished));
}

}  // namespace sluice::executors::external
