// Making jobs end: few scancel calls for many jobs, repeated until the queue shows that it has worked.
#include <algorithm>
#include <utility>

#include "executors/slurm/core.h"

namespace sluice::executors::slurm {

void SlurmCore::cancel(std::span<const Token> tokens, CancelMode mode) {
  for (const auto& token : tokens) {
    const auto found = attempts_.find(token);
    if (found == attempts_.end()) continue;  // ended, or never heard of: nothing of it runs
    Attempt& attempt = found->second;
    const bool harder = attempt.cancel == CancelMode::term && mode == CancelMode::kill;
    if (attempt.cancel && !harder) continue;
    attempt.cancel = mode;
    if (attempt.phase == Phase::waiting && line_.remove(token))
      cancelled_in_line(attempt);
    else if (attempt.phase == Phase::submitted)
      cancels_.insert(token);
  }
  pace_.changed(now());
}

void SlurmCore::cancelled_in_line(const Attempt& attempt) {
  if (!attempt.batch.empty()) (void)bar_attempt(attempt);  // it stood in line again, after a lost submission
  events_.push_back(
      Finished{attempt.token, {}, Verdict::never_started, "", "cancelled before it was submitted"});
  attempts_.erase(Token(attempt.token));
}

void SlurmCore::send_cancels() {
  if (flying(CommandKind::cancel) > 0 || now() < cancel_retry_ns_) return;
  if (cancel_commands_.empty()) collect_cancels();
  if (cancel_commands_.empty()) return;
  Flying call;
  call.command = cancel_commands_.front();
  start(CommandKind::cancel, cancel_commands_.front(), config_.command_timeout_s, std::move(call));
  cancel_commands_.pop_front();
}

/// Where everything that is left of an array goes, its one number says it all.
void SlurmCore::collect_cancels() {
  std::map<std::string, std::vector<Token>> by_batch;
  for (const auto& token : cancels_) by_batch[attempts_.at(token).batch].push_back(token);
  std::set<std::string> ask;
  std::set<std::string> force;
  for (const auto& [id, tokens] : by_batch) {
    const Batch& batch = batches_.at(id);
    // Of an earlier driver's array only those members are ours that were asked for.
    const bool whole = !batch.record.job.empty() && tokens.size() == batch.live &&
                       (batch.ours || batch.live == batch.record.tokens.size());
    for (const auto& token : tokens) {
      Attempt& attempt = attempts_.at(token);
      const std::string job = whole ? batch.record.job : job_of(attempt);
      if (job.empty()) continue;  // its number is not known yet; the next look may tell
      attempt.cancel_sent_ns = now();
      cancels_.erase(token);
      (attempt.cancel == CancelMode::kill ? force : ask).insert(job);
    }
  }
  ask.insert(surplus_.begin(), surplus_.end());
  surplus_.clear();
  // A kill goes first as a signal to everything in the job, and then like any other: a job that still waits
  // has no processes.
  const auto chunks = [this](const std::set<std::string>& jobs, bool kill) {
    constexpr std::size_t most_jobs = 200;
    std::vector<std::string> all(jobs.begin(), jobs.end());
    for (std::size_t first = 0; first < all.size(); first += most_jobs) {
      const std::size_t count = std::min(most_jobs, all.size() - first);
      cancel_commands_.push_back(cancel_command(config_, std::span(all).subspan(first, count), kill));
    }
  };
  chunks(force, true);
  chunks(force, false);
  chunks(ask, false);
}

void SlurmCore::cancel_ended(const Flying& flying, const CommandResult& result) {
  pace_.changed(now());
  // Jobs that have gone meanwhile make scancel complain; only a controller that was not there is worth a
  // second try.
  const bool heard = result.started && !result.timed_out &&
                     result.err.find("contact slurm controller") == std::string::npos &&
                     result.err.find("Socket timed out") == std::string::npos;
  if (heard) return;
  constexpr double pause_s = 15;
  cancel_retry_ns_ = now() + to_ns(pause_s);
  cancel_commands_.push_front(flying.command);
}

}  // namespace sluice::executors::slurm
