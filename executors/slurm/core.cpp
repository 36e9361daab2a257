#include "executors/slurm/core.h"

#include <algorithm>
#include <utility>

namespace sluice::executors::slurm {

SlurmCore::SlurmCore(SlurmConfig config, Disk& disk, Clock& clock, std::uint64_t seed)
    : config_(std::move(config)),
      disk_(disk),
      clock_(clock),
      files_(disk, config_),
      pace_(config_.poll_min_s, config_.poll_max_s, seed),
      accounting_(config_.accounting) {
  pace_.changed(now());
}

void SlurmCore::poll(std::span<const Token>) { pace_.changed(now()); }

void SlurmCore::shutdown(ShutdownMode mode) {
  if (mode == ShutdownMode::detach) {
    stopped_ = true;
    commands_.clear();
    return;
  }
  std::vector<Token> tokens;
  for (const auto& [token, attempt] : attempts_) tokens.push_back(token);
  cancel(tokens, CancelMode::term);
}

void SlurmCore::command_ended(const CommandResult& result) {
  const auto found = flying_.find(result.id);
  if (found == flying_.end()) return;
  const Flying flying = std::move(found->second);
  flying_.erase(found);
  switch (flying.kind) {
    case CommandKind::submit: return submit_ended(flying, result);
    case CommandKind::queue: return queue_ended(flying, result);
    case CommandKind::accounting: return accounting_ended(flying, result);
    case CommandKind::cancel: return cancel_ended(flying, result);
    case CommandKind::config: return config_ended(result);
  }
}

void SlurmCore::tick() {
  if (stopped_) return;
  check_some();
  write_some();
  form_batches();
  send_cancels();
  ask_accounting();
  if (watching() && flying(CommandKind::queue) == 0 && pace_.due(now())) look();
  if (now() >= next_forget_ns_) forget_ended();
}

std::optional<std::int64_t> SlurmCore::wake_ns() const {
  if (stopped_) return std::nullopt;
  std::optional<std::int64_t> wake;
  const auto at = [&](std::int64_t time_ns) { wake = wake ? std::min(*wake, time_ns) : time_ns; };
  if (!writing_.empty()) at(now());
  if (!checks_.empty()) at(checks_.begin()->first);
  if (watching() && flying(CommandKind::queue) == 0) at(pace_.next_ns(now()));
  if (!line_.empty() && unreachable_since_ns_ == 0 && may_submit_ns_ > now()) at(may_submit_ns_);
  // A job whose number is not known yet waits for the next look.
  if (flying(CommandKind::cancel) == 0 &&
      (!cancel_commands_.empty() || (!cancels_.empty() && cancel_retry_ns_ > now())))
    at(std::max(now(), cancel_retry_ns_));
  return wake;
}

void SlurmCore::start(CommandKind kind, std::vector<std::string> argv, double timeout_s, Flying flying) {
  flying.kind = kind;
  flying.started_ns = now();
  const std::uint64_t id = next_command_++;
  flying_.emplace(id, std::move(flying));
  commands_.push_back({id, kind, std::move(argv), timeout_s});
}

void SlurmCore::start(CommandKind kind, std::vector<std::string> argv) {
  start(kind, std::move(argv), config_.command_timeout_s, {});
}

std::size_t SlurmCore::flying(CommandKind kind) const {
  return static_cast<std::size_t>(std::count_if(flying_.begin(), flying_.end(),
                                                [&](const auto& item) { return item.second.kind == kind; }));
}

void SlurmCore::log(LogLevel level, std::string message) {
  events_.push_back(Log{level, std::move(message)});
}

const SlurmCore::Batch* SlurmCore::batch_of(const Attempt& attempt) const {
  const auto found = batches_.find(attempt.batch);
  return found == batches_.end() ? nullptr : &found->second;
}

/// The job that Slurm knows it by, or "" while that is not known.
std::string SlurmCore::job_of(const Attempt& attempt) const {
  if (attempt.last_row) return attempt.last_row->job;
  const Batch* batch = batch_of(attempt);
  if (batch == nullptr || batch->record.job.empty()) return "";
  const auto& tokens = batch->record.tokens;
  if (tokens.size() == 1) return batch->record.job;
  const auto place = std::find(tokens.begin(), tokens.end(), attempt.token) - tokens.begin();
  return batch->record.job + "_" + std::to_string(place);
}

/// A job whose number is not known yet is called by its batch, as in its comment.
std::string SlurmCore::handle_of(const Attempt& attempt) const {
  const std::string job = job_of(attempt);
  return job.empty() ? "sluice:" + attempt.batch : job;
}

/// What has ended is kept for a while, for answers that come twice; then its files go. They stay where the
/// jobs themselves printed something that a person may want to read, and where an exit record still lies in
/// an attempt's folder: the engine may not have been able to take it in (a full disk), and the next driver
/// must find it.
void SlurmCore::forget_ended() {
  constexpr std::int64_t keep_ns = 600 * ns_per_s;
  next_forget_ns_ = now() + keep_ns / 10;
  std::set<std::string> still_needed;
  for (const auto& [token, attempt] : attempts_) still_needed.insert(attempt.batch);
  for (const auto& [token, ended] : ended_)
    if (now() - ended.ended_ns < keep_ns) still_needed.insert(ended.batch);
  std::erase_if(ended_, [&](const auto& item) { return !still_needed.contains(item.second.batch); });
  std::erase_if(batches_, [&](const auto& item) {
    const Batch& batch = item.second;
    if (batch.live > 0 || still_needed.contains(item.first) || now() - batch.since_ns < keep_ns) return false;
    if (files_.output_tail(item.first).empty() && !any_evidence(batch)) files_.remove(item.first);
    return true;
  });
}

}  // namespace sluice::executors::slurm
