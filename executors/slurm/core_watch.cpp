// Looking at the queue: one squeue for all jobs, and what its rows, or their absence, mean.
#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "engine/base/units.h"
#include "executors/slurm/core.h"
#include "executors/slurm/reasons.h"
#include "executors/slurm/refusals.h"

namespace sluice::executors::slurm {

namespace {

std::string clock_time(std::int64_t wall_ns) {
  const std::time_t seconds = wall_ns / ns_per_s;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
  return text.data();
}

/// Lower job numbers first: 99 before 100.
bool older(const QueueRow* a, const QueueRow* b) {
  return std::pair(a->job.size(), a->job) < std::pair(b->job.size(), b->job);
}

}  // namespace

/// Is there anything in the queue, or anything that might be?
bool SlurmCore::watching() const {
  if (unreachable_since_ns_ != 0) return true;  // until it answers again
  return std::any_of(batches_.begin(), batches_.end(), [](const auto& item) {
    return item.second.phase == BatchPhase::doubtful ||
           (item.second.phase == BatchPhase::accepted && item.second.live > 0);
  });
}

void SlurmCore::look() { start(CommandKind::queue, queue_command(config_)); }

void SlurmCore::queue_ended(const Flying& flying, const CommandResult& result) {
  if (!result.ok()) return unanswered(result);
  pace_.answered(flying.started_ns);
  last_look_ns_ = flying.started_ns;
  answered();
  ++look_number_;
  for (const auto& row : parse_queue(result.out)) place(row, flying.started_ns);

  std::vector<std::string> doubtful;
  for (const auto& [id, batch] : batches_)
    if (batch.phase == BatchPhase::doubtful) doubtful.push_back(id);
  for (const auto& id : doubtful) look_for(batches_.at(id), flying.started_ns);

  stuck_.begin_look();
  for (auto& [token, attempt] : attempts_)
    if (attempt.phase == Phase::submitted) review(attempt, flying.started_ns);
  for (auto& warning : stuck_.end_look(now())) log(LogLevel::warning, std::move(warning));
}

/// One failed look may be a hiccup of a busy controller; from the second on people are told, once.
void SlurmCore::unanswered(const CommandResult& result) {
  pace_.failed(now());
  std::string said = result.timed_out
                         ? "squeue did not answer within " + format_seconds(config_.command_timeout_s)
                         : "squeue: " + last_error(result.err);
  if (!result.started) said = "squeue can't be started: " + result.err;
  if (unreachable_since_ns_ == 0) unreachable_since_ns_ = clock_.wall_ns();
  if (pace_.failures() >= 2 && !unreachable_reported_) {
    unreachable_reported_ = true;
    const auto jobs = std::count_if(attempts_.begin(), attempts_.end(),
                                    [](const auto& item) { return item.second.phase == Phase::submitted; });
    events_.push_back(Unreachable{"no answer from Slurm since " + clock_time(unreachable_since_ns_) + " (" +
                                  said + "); " + std::to_string(jobs) +
                                  (jobs == 1 ? " job is" : " jobs are") + " taken to go on"});
  }
  for (auto& [token, attempt] : attempts_) {
    if (!attempt.attach_asked || attempt.phase == Phase::submitted) continue;
    attempt.attach_asked = false;
    events_.push_back(Attached{token, Presence::ambiguous, ""});
  }
}

void SlurmCore::answered() {
  if (unreachable_reported_) events_.push_back(Reachable{});
  unreachable_reported_ = false;
  unreachable_since_ns_ = 0;
}

/// Finds the attempt that a row belongs to.
void SlurmCore::place(const QueueRow& row, std::int64_t look_started_ns) {
  const auto found = batches_.find(row.batch);
  if (found == batches_.end()) return;  // another run's
  Batch& batch = found->second;
  const std::size_t index = array_index(row.job).value_or(0);
  if (index >= batch.record.tokens.size()) return;
  if (batch.phase == BatchPhase::doubtful) accepted(batch, base_job(row.job));
  if (batch.phase == BatchPhase::accepted && batch.record.job.empty()) batch.record.job = base_job(row.job);
  const Token& token = batch.record.tokens[index];
  if (const auto ended = ended_.find(token); ended != ended_.end()) {
    if (meaning_of_state(row.state).alive && look_started_ns > ended->second.ended_ns) {
      log(LogLevel::warning, "job " + row.job + " came back after " + token + " had ended; it is cancelled");
      surplus_.insert(row.job);
    }
    return;
  }
  const auto attempt = attempts_.find(token);
  if (attempt == attempts_.end()) return came_too_late(batch, row);
  if (attempt->second.look != look_number_) attempt->second.rows.clear();
  attempt->second.look = look_number_;
  attempt->second.rows.push_back(row);
}

/// Its runner would find itself barred and end; cancelled it does not even take a place in the queue.
void SlurmCore::came_too_late(Batch& batch, const QueueRow& row) {
  if (batch.phase != BatchPhase::dropped || !meaning_of_state(row.state).alive || row.state == "COMPLETING")
    return;
  if (!std::exchange(batch.late_told, true))
    log(LogLevel::warning, "job " + base_job(row.job) + " arrived after its submission (" + batch.doubt +
                               ") had been given up; it is cancelled");
  surplus_.insert(row.job);
}

/// What the latest look says about one attempt.
void SlurmCore::review(Attempt& attempt, std::int64_t look_started_ns) {
  if (attempt.look != look_number_) {
    attempt.rows.clear();
    const Batch* batch = batch_of(attempt);
    if (batch != nullptr && look_started_ns >= batch->since_ns && !attempt.ending) begin_ending(attempt);
    return;
  }
  std::vector<const QueueRow*> alive;
  for (const auto& row : attempt.rows) {
    const auto meaning = meaning_of_state(row.state);
    if (!meaning.known && unknown_states_.insert(row.state).second)
      log(LogLevel::warning, "Slurm reports a job state that is not known here, '" + row.state + "' (job " +
                                 row.job + "); such jobs are taken to be running");
    if (meaning.alive) alive.push_back(&row);
    attempt.restart = std::max(attempt.restart, row.restart);
  }
  if (alive.empty()) {
    attempt.last_row = attempt.rows.back();
    if (!attempt.ending || attempt.ending_unseen) begin_ending(attempt);
    return;
  }
  if (alive.size() > 1) drop_surplus(attempt, alive);
  const QueueRow& row = *alive.front();
  attempt.last_row = row;
  attempt.ending = false;
  const auto meaning = meaning_of_state(row.state);
  StateChanged state{attempt.token, meaning.state, row.state, "", row.nodes, row.restart};
  if (meaning.state == AttemptState::running) attempt.seen_running = true;
  if (meaning.state == AttemptState::queued || meaning.state == AttemptState::requeued) {
    const WaitReason reason = explain_reason(row.reason, row.job);
    state.reason = reason.words;
    if (reason.stuck) stuck_.saw(row.reason, reason.words);
    if (row.restart > 0) state.state = AttemptState::requeued;
  }
  constexpr std::int64_t patience_ns = 60 * ns_per_s;
  if (attempt.cancel && row.state != "COMPLETING" && now() - attempt.cancel_sent_ns > patience_ns)
    cancels_.insert(attempt.token);  // it should have gone by now
  report(attempt, std::move(state));
}

/// Reports a state when it is news.
void SlurmCore::report(Attempt& attempt, StateChanged state) {
  const auto same = [](const StateChanged& a, const StateChanged& b) {
    return a.state == b.state && a.native_state == b.native_state && a.reason == b.reason &&
           a.node == b.node && a.restart == b.restart;
  };
  if (attempt.reported && same(*attempt.reported, state)) return;
  // A new reason to wait is no sign that something is about to end.
  if (!attempt.reported || attempt.reported->state != state.state) pace_.changed(now());
  attempt.reported = state;
  events_.push_back(std::move(state));
}

/// A submission went through twice. The runner's claim sees to it that only one works; the other only costs.
void SlurmCore::drop_surplus(Attempt& attempt, std::vector<const QueueRow*>& alive) {
  std::sort(alive.begin(), alive.end(), [](const QueueRow* a, const QueueRow* b) {
    const bool a_runs = meaning_of_state(a->state).state == AttemptState::running;
    const bool b_runs = meaning_of_state(b->state).state == AttemptState::running;
    return a_runs != b_runs ? a_runs : older(a, b);
  });
  for (std::size_t i = 1; i < alive.size(); ++i) {
    if (meaning_of_state(alive[i]->state).state == AttemptState::running)
      continue;  // which one has the claim?
    if (surplus_.insert(alive[i]->job).second)
      log(LogLevel::warning, "a submission of " + attempt.token + " went through twice; job " +
                                 alive[i]->job + " is cancelled, job " + alive.front()->job + " stays");
  }
}

void SlurmCore::config_ended(const CommandResult& result) {
  facts_known_ = true;
  if (!result.ok()) return;  // Slurm's defaults then, and a too large array is halved
  facts_ = parse_config(result.out);
  // A job has to be seen after its end and before it is forgotten.
  pace_.limit(facts_.min_job_age_s / 2);
}

}  // namespace sluice::executors::slurm
