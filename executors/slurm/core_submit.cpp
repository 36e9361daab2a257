// From an attempt to a job: standing in line, files, sbatch, and what to make of its answer.
#include <algorithm>
#include <utility>

#include "executors/slurm/core.h"
#include "executors/slurm/names.h"
#include "executors/slurm/refusals.h"

namespace sluice::executors::slurm {

namespace {

constexpr std::size_t most_sbatch = 2;  ///< at once: sbatch loads the controller more than anything else
constexpr int most_tries = 5;           ///< of a submission that never arrives

/// What a person calls it: its group, or the task of its token (run/task/attempt).
std::string display_name(const AttemptSpec& attempt) {
  if (!attempt.group.empty()) return attempt.group;
  const auto first = attempt.token.find('/');
  const auto last = attempt.token.rfind('/');
  if (first == std::string::npos || last <= first) return attempt.token;
  return attempt.token.substr(first + 1, last - first - 1);
}

}  // namespace

void SlurmCore::submit(std::span<const AttemptSpec> attempts) {
  load_records();
  for (const auto& spec : attempts) accept_submission(spec);
}

void SlurmCore::accept_submission(const AttemptSpec& spec) {
  if (const auto found = attempts_.find(spec.token); found != attempts_.end()) {
    if (found->second.phase == Phase::submitted)
      events_.push_back(Accepted{spec.token, handle_of(found->second)});
    return;  // else the answer is on its way
  }
  if (const auto ended = ended_.find(spec.token); ended != ended_.end()) {
    events_.push_back(Accepted{spec.token, ended->second.handle});
    events_.push_back(ended->second.finished);
    return;
  }
  Attempt attempt;
  attempt.token = spec.token;
  attempt.folder = spec.folder;
  if (record_of_.contains(spec.token)) {
    // An earlier driver wrote it down. Only when its job is certain not to exist does it get in line.
    attempt.again = spec;
    attempts_.emplace(spec.token, std::move(attempt));
    return adopt(spec.token);
  }
  attempts_.emplace(spec.token, std::move(attempt));
  line_.push_back(spec);
}

/// Forms as many batches as sbatch calls may run. Arrays wait until the cluster has said how large they may
/// be.
void SlurmCore::form_batches() {
  if (line_.empty() || unreachable_since_ns_ != 0 || now() < may_submit_ns_) return;
  if (!facts_known_) {
    if (flying(CommandKind::config) == 0) start(CommandKind::config, config_command(config_));
    if (line_.wants_array(config_.array_min)) return;
  }
  while (!line_.empty() && writing_.size() + flying(CommandKind::submit) < most_sbatch) {
    const std::size_t limit = std::min(facts_.max_array, array_limit_.value_or(facts_.max_array));
    begin_batch(line_.next(config_.array_min, limit));
  }
}

void SlurmCore::begin_batch(std::vector<AttemptSpec> members) {
  Batch batch;
  for (const auto& member : members) {
    batch.record.tokens.push_back(member.token);
    batch.record.folders.push_back(member.folder);
  }
  batch.record.id = batch_id(batch.record.tokens);
  batch.record.name = job_name(batch.record.id, display_name(members.front()));
  batch.record.resources = members.front().resources;
  batch.record.avoid_nodes = members.front().avoid_nodes;
  batch.live = members.size();
  batch.since_ns = now();
  if (const auto before = batches_.find(batch.record.id); before != batches_.end())
    batch.tries = before->second.tries, batch.doubt = before->second.doubt;
  for (const auto& member : members) {
    Attempt& attempt = attempts_.at(member.token);
    attempt.batch = batch.record.id;
    attempt.phase = Phase::underway;
  }
  batch.specs = std::move(members);
  const std::string id = batch.record.id;
  batches_.insert_or_assign(id, std::move(batch));
  writing_.push_back(id);
}

/// A thousand small files on a network file system take seconds; the driver's loop gets them in slices.
void SlurmCore::write_some() {
  std::size_t slice = 64;
  while (slice > 0 && !writing_.empty()) {
    Batch& batch = batches_.at(writing_.front());
    Status written = Ok{};
    for (; written && slice > 0 && batch.written < batch.specs.size(); --slice, ++batch.written) {
      const AttemptSpec& spec = batch.specs[batch.written];
      if (barred_.contains(spec.token)) written = unbar(disk_, spec.folder);
      if (written) written = files_.write_spec(spec);
      if (written) barred_.erase(spec.token);
    }
    if (written && batch.written < batch.specs.size()) return;
    if (written) written = files_.write_batch(batch.record);
    writing_.pop_front();
    if (written)
      start_sbatch(batch);
    else
      refused(batch, false, "its job script can't be written: " + to_string(written.error()));
  }
}

void SlurmCore::start_sbatch(Batch& batch) {
  batch.phase = BatchPhase::submitting;
  batch.since_ns = now();
  ++batch.tries;
  // sbatch itself tries again for a while when the controller is busy.
  constexpr double patience = 2;
  Flying call;
  call.batch = batch.record.id;
  start(CommandKind::submit, submit_command(config_, files_.request_for(batch.record)),
        patience * config_.command_timeout_s, std::move(call));
}

void SlurmCore::submit_ended(const Flying& flying, const CommandResult& result) {
  Batch& batch = batches_.at(flying.batch);
  if (batch.phase != BatchPhase::submitting) return;  // found in the queue meanwhile
  if (!result.started) return not_now(batch, "sbatch can't be started: " + result.err);
  if (result.timed_out) return doubt(batch, "sbatch did not answer in time");
  if (result.exit_code == 0) {
    if (const auto job = parse_job_id(result.out)) return accepted(batch, *job);
    return doubt(batch, "sbatch printed no job id");
  }
  const SubmitFailure failure = judge_submit_failure(result.err, result.exit_code);
  if (failure.refusal == Refusal::never && stops_avoiding_nodes(batch)) return back_in_line(batch);
  const std::string message =
      "sbatch: " + failure.message + (failure.hint.empty() ? "" : "\n  " + failure.hint);
  switch (failure.refusal) {
    case Refusal::never: return refused(batch, true, message);
    case Refusal::not_now: return not_now(batch, message);
    case Refusal::closed: return refused(batch, false, message);
    case Refusal::doubtful: return doubt(batch, failure.message);
    case Refusal::too_large: break;
  }
  if (batch.specs.size() <= 1) return refused(batch, true, message);
  facts_.max_array = std::max<std::size_t>(1, batch.specs.size() / 2);
  back_in_line(batch);
}

/// To avoid a node is a wish. Where Slurm does not know the name (a host that was renamed or taken out), or
/// where too few nodes are left without it, the attempts go out all the same.
bool SlurmCore::stops_avoiding_nodes(Batch& batch) {
  if (batch.record.avoid_nodes.empty()) return false;
  for (auto& spec : batch.specs) spec.avoid_nodes.clear();
  return true;
}

void SlurmCore::accepted(Batch& batch, const std::string& job) {
  batch.phase = BatchPhase::accepted;
  batch.since_ns = now();
  batch.record.job = job;
  batch.specs.clear();
  if (array_limit_) *array_limit_ = std::min(*array_limit_ * 2, facts_.max_array);
  hold_warned_ = false;
  if (auto written = files_.write_record(batch.record); !written)
    log(LogLevel::warning, "job " + job + " was submitted, but its number can't be written down: " +
                               to_string(written.error()) + "\n  it will be found again by its comment");
  for (const auto& token : batch.record.tokens) {
    const auto found = attempts_.find(token);
    if (found == attempts_.end() || found->second.batch != batch.record.id) continue;
    Attempt& attempt = found->second;
    attempt.phase = Phase::submitted;
    attempt.again.reset();
    if (attempt.attach_asked)
      attached(attempt, Presence::present);
    else
      events_.push_back(Accepted{token, handle_of(attempt)});
    if (attempt.cancel) cancels_.insert(token);
  }
  pace_.changed(now());
}

void SlurmCore::refused(Batch& batch, bool permanent, const std::string& message) {
  const auto was_in_doubt = [this](const Token& token) {
    return std::any_of(batches_.begin(), batches_.end(), [&](const auto& item) {
      const auto& tokens = item.second.record.tokens;
      return !item.second.doubt.empty() && std::find(tokens.begin(), tokens.end(), token) != tokens.end();
    });
  };
  for (const auto& spec : batch.specs) {
    const auto found = attempts_.find(spec.token);
    if (found == attempts_.end()) continue;
    if (was_in_doubt(spec.token))
      (void)bar_attempt(found->second);  // this one was refused, an earlier one may come
    if (found->second.cancel) {
      cancelled_in_line(found->second);
      continue;
    }
    events_.push_back(Rejected{spec.token, permanent, message});
    attempts_.erase(found);
  }
  drop(batch);
  files_.remove(batch.record.id);
}

/// It is certain that Slurm does not have it: its attempts stand in line again, at the head.
void SlurmCore::back_in_line(Batch& batch) {
  std::vector<AttemptSpec> members;
  for (auto& spec : batch.specs) {
    const auto found = attempts_.find(spec.token);
    if (found == attempts_.end()) continue;
    if (found->second.cancel) {
      cancelled_in_line(found->second);
      continue;
    }
    found->second.phase = Phase::waiting;
    members.push_back(std::move(spec));
  }
  drop(batch);
  line_.push_front(std::move(members));
}

/// It stays known: a job of it that turns up late is recognised.
void SlurmCore::drop(Batch& batch) {
  batch.phase = BatchPhase::dropped;
  batch.since_ns = now();
  batch.live = 0;
  batch.specs.clear();
}

/// A limit on how much may be queued. A smaller array may fit; a single job has to wait until others have
/// gone.
void SlurmCore::not_now(Batch& batch, const std::string& message) {
  if (batch.specs.size() > 1) {
    array_limit_ = batch.specs.size() / 2;
    return back_in_line(batch);
  }
  const bool others = std::any_of(attempts_.begin(), attempts_.end(),
                                  [](const auto& item) { return item.second.phase == Phase::submitted; });
  if (!others) return refused(batch, false, message);
  constexpr double pause_s = 30;
  may_submit_ns_ = now() + to_ns(pause_s);
  if (!hold_warned_)
    log(LogLevel::warning,
        message + "\n  the rest is submitted as jobs end; 'max_in_flight' avoids asking in vain");
  hold_warned_ = true;
  for (const auto& spec : batch.specs)
    report(attempts_.at(spec.token),
           StateChanged{spec.token, AttemptState::queued, "", "not submitted yet: " + message, "", 0});
  back_in_line(batch);
}

void SlurmCore::doubt(Batch& batch, const std::string& why) {
  batch.phase = BatchPhase::doubtful;
  batch.since_ns = now();
  batch.looks = 0;
  batch.doubt = why;
  pace_.changed(now());
}

/// A look has shown no job of a doubtful batch. Slurm may still be digesting the request, so one look proves
/// nothing.
void SlurmCore::look_for(Batch& batch, std::int64_t look_started_ns) {
  if (look_started_ns < batch.since_ns) return;
  if (batch.looks++ == 0) batch.first_look_ns = look_started_ns;
  if (batch.looks < 2 || look_started_ns - batch.first_look_ns < to_ns(config_.reconcile_s)) {
    pace_.changed(now());
    return;
  }
  if (any_evidence(batch)) return accepted(batch, "");
  const auto barred = bar_what_is_given_up(batch);
  if (!barred) {
    // Without it nothing is certain: the next look tries again.
    log(LogLevel::warning,
        "a submission that did not arrive can't be given up: " + to_string(barred.error()));
    batch.looks = 0;
    return;
  }
  if (!*barred) return accepted(batch, "");
  if (!batch.ours) return absent(batch);
  if (batch.tries >= most_tries)
    return refused(batch, false, "sbatch failed " + std::to_string(batch.tries) + " times: " + batch.doubt);
  log(LogLevel::info, "a submission did not arrive (" + batch.doubt + "); it is tried again");
  back_in_line(batch);
}

/// Under the same token, in the same folder, where the claim decides between its jobs.
bool SlurmCore::goes_out_again(const Batch& batch, const Attempt& attempt) {
  if (attempt.cancel) return false;
  return batch.ours ? batch.tries < most_tries : attempt.again.has_value();
}

/// Its sbatch may be asleep somewhere (a stopped process, a controller that was away) and arrive when the
/// engine has long begun the next attempt. False: a runner was quicker.
Result<bool> SlurmCore::bar_what_is_given_up(const Batch& batch) {
  for (const auto& token : batch.record.tokens) {
    const auto found = attempts_.find(token);
    if (found == attempts_.end() || found->second.batch != batch.record.id) continue;
    if (goes_out_again(batch, found->second)) continue;
    auto barred = bar_attempt(found->second);
    if (!barred || !*barred) return barred;
  }
  return true;
}

Result<bool> SlurmCore::bar_attempt(const Attempt& attempt) {
  auto barred = bar(disk_, attempt.folder);
  if (barred && *barred) barred_.insert(attempt.token);
  return barred;
}

bool SlurmCore::any_evidence(const Batch& batch) {
  for (std::size_t i = 0; i < batch.record.tokens.size(); ++i) {
    const Evidence evidence = look_for_evidence(disk_, batch.record.folders[i], batch.record.tokens[i]);
    if (evidence.claimed || evidence.record) return true;
  }
  return false;
}

}  // namespace sluice::executors::slurm
