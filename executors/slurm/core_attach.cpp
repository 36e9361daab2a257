// After a restart of the driver: from tokens back to jobs, by what the earlier driver wrote down before it
// submitted.
#include <algorithm>
#include <utility>

#include "executors/slurm/core.h"

namespace sluice::executors::slurm {

void SlurmCore::load_records() {
  if (records_loaded_) return;
  records_loaded_ = true;
  std::vector<Error> problems;
  for (auto& record : files_.read_all(problems)) {
    for (const auto& token : record.tokens) record_of_[token].push_back(record.id);
    records_.emplace(record.id, std::move(record));
  }
  for (const auto& problem : problems) log(LogLevel::warning, to_string(problem));
}

void SlurmCore::attach(std::span<const Token> tokens) {
  load_records();
  for (const auto& token : tokens) answer_attach(token);
  prune();
}

void SlurmCore::answer_attach(const Token& token) {
  if (const auto ended = ended_.find(token); ended != ended_.end()) {
    events_.push_back(Attached{token, Presence::present, ended->second.handle});
    events_.push_back(ended->second.finished);
    return;
  }
  if (const auto found = attempts_.find(token); found != attempts_.end()) {
    Attempt& attempt = found->second;
    if (attempt.phase == Phase::submitted) return attached(attempt, Presence::present);
    attempt.attach_asked = true;  // answered when its submission is
    return;
  }
  if (!record_of_.contains(token)) {
    events_.push_back(Attached{token, Presence::absent, ""});
    return;
  }
  Attempt attempt;
  attempt.token = token;
  attempt.attach_asked = true;
  attempts_.emplace(token, std::move(attempt));
  adopt(token);
}

/// Takes over the batches that hold a token. Where sbatch's answer was written down the job exists or
/// existed; where it was not, the queue has to tell.
void SlurmCore::adopt(const Token& token) {
  Attempt& attempt = attempts_.at(token);
  for (const auto& id : record_of_.at(token)) {
    const BatchRecord& record = records_.at(id);
    if (!batches_.contains(id)) {
      Batch batch;
      batch.record = record;
      batch.ours = false;
      batch.phase = record.job.empty() ? BatchPhase::doubtful : BatchPhase::accepted;
      batch.since_ns = now();
      batch.doubt = "its driver ended before sbatch answered";
      batches_.emplace(id, std::move(batch));
    }
    const bool better = attempt.batch.empty() || batches_.at(attempt.batch).phase != BatchPhase::accepted;
    if (!better) continue;
    attempt.batch = id;
    const auto place = std::find(record.tokens.begin(), record.tokens.end(), token) - record.tokens.begin();
    attempt.folder = record.folders[static_cast<std::size_t>(place)];
  }
  Batch& batch = batches_.at(attempt.batch);
  ++batch.live;
  attempt.phase = Phase::underway;
  pace_.changed(now());
  if (batch.phase != BatchPhase::accepted) return;
  attempt.phase = Phase::submitted;
  if (attempt.attach_asked)
    attached(attempt, Presence::present);
  else
    events_.push_back(Accepted{token, handle_of(attempt)});
}

void SlurmCore::attached(Attempt& attempt, Presence presence) {
  attempt.attach_asked = false;
  events_.push_back(Attached{attempt.token, presence, handle_of(attempt)});
}

/// An earlier driver's submission that never arrived.
void SlurmCore::absent(Batch& batch) {
  for (const auto& token : batch.record.tokens) {
    const auto found = attempts_.find(token);
    if (found == attempts_.end() || found->second.batch != batch.record.id) continue;
    Attempt& attempt = found->second;
    record_of_.erase(token);
    if (attempt.again && !attempt.cancel) {
      attempt.phase = Phase::waiting;
      attempt.folder = attempt.again->folder;
      barred_.insert(token);  // the driver before us may have given it up
      line_.push_back(*std::exchange(attempt.again, std::nullopt));
    } else if (attempt.cancel) {
      cancelled_in_line(attempt);
    } else {
      events_.push_back(Attached{token, Presence::absent, ""});
      attempts_.erase(found);
    }
  }
  drop(batch);
}

/// Records of long ago that no attempt of this run refers to. (The engine attaches all it still cares for at
/// once.)
void SlurmCore::prune() {
  constexpr std::int64_t keep_ns = 60LL * 24 * 3600 * ns_per_s;
  for (auto item = records_.begin(); item != records_.end();) {
    const std::int64_t written_ns = batches_.contains(item->first) ? 0 : files_.age_mark(item->first);
    if (written_ns == 0 || clock_.wall_ns() - written_ns < keep_ns) {
      ++item;
      continue;
    }
    files_.remove(item->first);
    for (const auto& token : item->second.tokens) std::erase(record_of_[token], item->first);
    std::erase_if(record_of_, [](const auto& entry) { return entry.second.empty(); });
    item = records_.erase(item);
  }
}

}  // namespace sluice::executors::slurm
