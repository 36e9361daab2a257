// The end of an attempt. The queue says that a job is over, or no longer knows it; then its folder is looked
// at until there is an exit record, or until it is certain enough that none will come.
#include <algorithm>
#include <utility>

#include "engine/base/units.h"
#include "executors/slurm/core.h"

namespace sluice::executors::slurm {

namespace {

/// The exit code of a runner that finds the attempt claimed by another job (exit_claimed in
/// executors/runner).
constexpr const char* runner_found_a_claim = "76";

/// Where memory is guarded without cgroups, a job that took too much is FAILED, and only its output says why.
bool tells_of_memory(const std::string& story) {
  return story.find("Exceeded job memory limit") != std::string::npos ||
         story.find("oom_kill") != std::string::npos || story.find("oom-kill") != std::string::npos;
}

}  // namespace

void SlurmCore::begin_ending(Attempt& attempt) {
  attempt.ending = true;
  attempt.ending_unseen = attempt.rows.empty();
  attempt.ending_since_ns = now();
  attempt.checks = 0;
  checks_.insert({now(), attempt.token});
  pace_.changed(now());
}

/// In slices: the folders of a thousand jobs that ended together are not read in one go.
void SlurmCore::check_some() {
  int slice = 64;
  while (slice-- > 0 && !checks_.empty() && checks_.begin()->first <= now()) {
    const Token token = checks_.begin()->second;
    checks_.erase(checks_.begin());
    const auto found = attempts_.find(token);
    if (found != attempts_.end() && found->second.ending) check(found->second);
  }
}

void SlurmCore::check(Attempt& attempt) {
  Evidence evidence = look_for_evidence(disk_, attempt.folder, attempt.token);
  // The record of an earlier start is history.
  if (evidence.record && evidence.record->restart >= attempt.restart)
    return finish_with_record(attempt, std::move(*evidence.record));
  if (never_ran(attempt, evidence)) return give_up(attempt, evidence);
  if (waits_for_a_runner(attempt) && evidence.beat != attempt.beat && attempt.checks > 0) {
    // Slurm has lost the job but not the node, or the job that has the claim is not the one that was seen.
    attempt.ending_since_ns = now();
    report(attempt, {attempt.token, AttemptState::running, "",
                     "its job is gone from the queue, but its runner is alive",
                     attempt.last_row ? attempt.last_row->nodes : "", attempt.restart});
  }
  attempt.beat = evidence.beat;
  if (past_deadline(attempt)) {
    const bool ask =
        attempt.ending_unseen && accounting_ && !attempt.accounting_asked && !job_of(attempt).empty();
    if (!ask) return give_up(attempt, evidence);
    attempt.accounting_asked = true;
    accounting_queue_.push_back(attempt.token);
    return;
  }
  constexpr double longest_pause_s = 10;
  const double pause_s = std::min(longest_pause_s, static_cast<double>(1U << std::min(attempt.checks++, 4)));
  checks_.insert({now() + to_ns(pause_s), attempt.token});
}

/// Cancelled or given up in the queue: no node was ever given to it, so there is nothing to wait for.
bool SlurmCore::never_ran(const Attempt& attempt, const Evidence& evidence) const {
  if (evidence.claimed || attempt.seen_running || attempt.ending_unseen || !attempt.last_row) return false;
  return attempt.last_row->nodes.empty() &&
         meaning_of_state(attempt.last_row->state).verdict != Verdict::completed;
}

/// The end that was seen, if any, is not the end of what runs the attempt.
bool SlurmCore::waits_for_a_runner(const Attempt& attempt) const {
  return attempt.ending_unseen || (attempt.last_row && attempt.last_row->exit_code == runner_found_a_claim);
}

/// Not the clock decides but the queue: it has to say the same after the patience has run out. A job that is
/// being requeued looks ended for a moment, and while Slurm is silent nothing is given up.
bool SlurmCore::past_deadline(const Attempt& attempt) const {
  // What was cancelled and is no longer listed need not be mourned for long: its result is not wanted.
  const bool long_patience = waits_for_a_runner(attempt) && !attempt.cancel;
  const double patience_s = long_patience ? config_.absence_deadline_s : config_.evidence_grace_s;
  return last_look_ns_ - attempt.ending_since_ns >= to_ns(patience_s);
}

/// A job that is said to be gone may still lie somewhere and begin, and so may one of an earlier submission
/// that was thought to be lost: it must not, once another attempt may.
void SlurmCore::give_up(Attempt& attempt, const Evidence& evidence) {
  if (evidence.claimed) return finish_without_record(attempt, evidence);
  const auto barred = bar_attempt(attempt);
  if (!barred || *barred) return finish_without_record(attempt, evidence);
  attempt.ending_since_ns = now();  // it has begun this instant
  checks_.insert({now(), attempt.token});
}

void SlurmCore::finish_without_record(Attempt& attempt, const Evidence& evidence) {
  Verdict verdict = Verdict::unknown;
  std::string message;
  if (!attempt.ending_unseen && attempt.last_row) {
    verdict = meaning_of_state(attempt.last_row->state).verdict;
    if (waits_for_a_runner(attempt)) verdict = Verdict::unknown;
    message = story_of(attempt, attempt.last_row->state, attempt.last_row->exit_code);
    // Slurm could not start the script, or the node threw it out: not the program's fault.
    const bool launch_failure = attempt.last_row->reason.starts_with("JobLaunchFailure");
    if (verdict == Verdict::failed && tells_of_memory(message))
      verdict = Verdict::out_of_memory;
    else if (verdict == Verdict::failed && launch_failure)
      verdict = Verdict::node_failure;
  } else if (attempt.accounting && !meaning_of_state(attempt.accounting->state).alive) {
    verdict = meaning_of_state(attempt.accounting->state).verdict;
    message = story_of(attempt, attempt.accounting->state, attempt.accounting->exit_code);
  } else {
    const std::string job = job_of(attempt);
    message = (job.empty() ? "its job" : "job " + job) + " has been missing from the queue for " +
              format_seconds(config_.absence_deadline_s);
  }
  const bool ran = evidence.claimed || attempt.seen_running;
  // Our own scancel may end a job while its prologue runs: without a claim the program was never started.
  if (verdict == Verdict::cancelled_by_user && attempt.cancel)
    verdict = evidence.claimed ? Verdict::unknown : Verdict::never_started;
  if (verdict == Verdict::unknown && !ran) verdict = Verdict::never_started;
  if (!evidence.damage.empty()) message += "; " + evidence.damage;
  finish(attempt, std::nullopt, verdict, std::move(message));
}

/// "job 17 on w2: FAILED (exit code 127); it printed: ..."
std::string SlurmCore::story_of(const Attempt& attempt, const std::string& state,
                                const std::string& exit_code) {
  std::string story = "job " + job_of(attempt);
  if (attempt.last_row && !attempt.last_row->nodes.empty()) story += " on " + attempt.last_row->nodes;
  story += ": " + state;
  if (!exit_code.empty())
    story += exit_code.starts_with("signal") ? " (" + exit_code + ")" : " (exit code " + exit_code + ")";
  if (const Batch* batch = batch_of(attempt); batch != nullptr)
    if (const std::string printed = files_.output_tail(batch->record.id); !printed.empty())
      story += "; it printed: " + printed + " (" + files_.output_path(batch->record.id) + ")";
  return story;
}

/// Why a runner was told to end it can't know: Slurm's signal is the same for a person's scancel, a
/// preemption and the time limit. The queue knows. Only what the program has finished or saved itself stands
/// above it.
void SlurmCore::settle_cause(const Attempt& attempt, ExitRecord& record, Verdict verdict) {
  const bool told = record.cause == Cause::preempted || record.cause == Cause::timeout;
  if (attempt.cancel && told) record.cause = Cause::cancelled;
  if (attempt.cancel) return;
  if (told && verdict == Verdict::timeout) record.cause = Cause::timeout;
  if (told && verdict == Verdict::preempted) record.cause = Cause::preempted;
  // Of several nodes one is gone: the launcher on the first one fails, and its runner lives to say so.
  const bool several = attempt.last_row && attempt.last_row->nodes.find_first_of(",[") != std::string::npos;
  const bool saved_or_done = record.signal == 0 && (record.exit_code == 0 || record.exit_code == exit_again);
  if (verdict == Verdict::node_failure && several && !saved_or_done) record.cause = Cause::node_lost;
  constexpr int killed_by_shell = 128 + 9;
  const bool killed = record.signal == 9 || record.exit_code == killed_by_shell;
  if (verdict == Verdict::out_of_memory && record.cause == Cause::none && killed) record.cause = Cause::oom;
}

void SlurmCore::finish_with_record(Attempt& attempt, ExitRecord record) {
  const bool seen = attempt.last_row && !waits_for_a_runner(attempt);
  const Verdict verdict = seen ? meaning_of_state(attempt.last_row->state).verdict : Verdict::unknown;
  const bool succeeded = record.exit_code == 0 && record.signal == 0;
  if (verdict == Verdict::cancelled_by_user && !attempt.cancel && !succeeded)
    return finish(attempt, std::nullopt, verdict,
                  story_of(attempt, attempt.last_row->state, attempt.last_row->exit_code));
  settle_cause(attempt, record, verdict);
  // A host may call itself by another name than Slurm does, and --exclude knows only Slurm's.
  if (attempt.last_row && !attempt.last_row->nodes.empty()) record.node = attempt.last_row->nodes;
  finish(attempt, std::move(record), verdict, "");
}

void SlurmCore::finish(Attempt& attempt, std::optional<ExitRecord> record, Verdict verdict,
                       std::string message) {
  Finished finished{attempt.token, std::move(record), verdict,
                    attempt.last_row ? attempt.last_row->nodes : "", std::move(message)};
  ended_[attempt.token] = {attempt.batch, handle_of(attempt), finished, now()};
  events_.push_back(std::move(finished));
  if (const auto batch = batches_.find(attempt.batch); batch != batches_.end() && batch->second.live > 0)
    --batch->second.live;
  cancels_.erase(attempt.token);
  pace_.changed(now());
  may_submit_ns_ = 0;  // there is room for another one
  attempts_.erase(Token(attempt.token));
}

/// The second witness, for jobs that vanished: one call for many.
void SlurmCore::ask_accounting() {
  if (accounting_queue_.empty() || flying(CommandKind::accounting) > 0) return;
  constexpr std::size_t most_jobs = 100;
  std::vector<std::string> jobs;
  Flying query;
  const std::size_t count = std::min(most_jobs, accounting_queue_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto found = attempts_.find(accounting_queue_[i]);
    if (found == attempts_.end()) continue;
    jobs.push_back(job_of(found->second));
    query.tokens.push_back(found->first);
  }
  accounting_queue_.erase(accounting_queue_.begin(),
                          accounting_queue_.begin() + static_cast<std::ptrdiff_t>(count));
  if (jobs.empty()) return;
  start(CommandKind::accounting, accounting_command(config_, jobs), config_.command_timeout_s,
        std::move(query));
}

/// A database that is off, late or broken changes nothing: it only could have said more.
void SlurmCore::accounting_ended(const Flying& flying, const CommandResult& result) {
  if (!result.started || result.err.find("accounting storage is disabled") != std::string::npos)
    accounting_ = false;
  const auto rows = result.ok() ? parse_accounting(result.out) : std::vector<AccountingRow>();
  for (const auto& token : flying.tokens) {
    const auto found = attempts_.find(token);
    if (found == attempts_.end() || !found->second.ending) continue;
    Attempt& attempt = found->second;
    const std::string job = job_of(attempt);
    for (const auto& row : rows)
      if (row.job == job) attempt.accounting = row;
    checks_.insert({now(), token});
  }
}

}  // namespace sluice::executors::slurm
