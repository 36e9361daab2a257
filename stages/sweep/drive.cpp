#include "stages/sweep/drive.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "stages/hpo/study/journal.h"
#include "stages/sweep/failures.h"

namespace sluice::sweep {

namespace {

using hpo::Work;
using Steady = std::chrono::steady_clock;

/// After the engine's own, for machines that fail again and again.
constexpr int most_other_runs = 5;
/// Whoever cancels the sweep cancels its trials a moment earlier.
constexpr std::chrono::seconds cancelled_alone{5};
constexpr std::chrono::seconds between_cleanings{1};

class Loop {
 public:
  explicit Loop(Drive& drive) : drive_(drive), study_(drive.study), world_(drive.world) {}

  Result<Finish> run();

 private:
  Status go_on();
  Result<bool> decide();
  Result<bool> look();
  Result<bool> take(std::size_t index, Seen seen);
  Status take_result(const Work& work, hpo::WorkResult result);
  Status again(std::size_t index, const std::string& why);
  Status stop_those_running_on();
  Status stop_for_the_budget();
  Status clean();
  Status record(const std::string& line) const;
  std::int64_t now_ms() const { return drive_.clock == nullptr ? 0 : drive_.clock->wall_ns() / ns_per_ms; }

  Drive& drive_;
  hpo::Study& study_;
  World& world_;
  std::vector<Work> running_;
  Failures failures_;
  std::set<std::int64_t> stopped_;                        ///< trials that were told to
  std::set<std::int64_t> forgotten_;                      ///< trials without checkpoints
  std::map<std::int64_t, Steady::time_point> cancelled_;  ///< when that was seen, by work
  Steady::time_point cleaned_;
  bool first_look_ = true;  ///< what has ended ended while nobody was here
};

Status Loop::record(const std::string& line) const {
  if (drive_.may_write)
    if (auto may = drive_.may_write(); !may) return may;
  if (drive_.journal == nullptr) return Ok{};
  return drive_.journal->append(line);
}

/// With what an earlier life had asked for, or perhaps not quite.
Status Loop::go_on() {
  running_ = study_.outstanding();
  for (const Work& work : running_)
    if (auto asked = world_.ask(work); !asked) return asked;
  return world_.send();
}

Result<bool> Loop::decide() {
  const auto parallel = static_cast<std::size_t>(study_.settings().parallel);
  bool any = false;
  while (running_.size() < parallel) {
    const auto work = study_.next();
    if (!work) break;
    if (auto kept = record(journal_line(study_.settings().space, *work, now_ms())); !kept)
      return std::move(kept).error();
    if (auto asked = world_.ask(*work); !asked) return std::move(asked).error();
    running_.push_back(*work);
    any = true;
  }
  if (auto sent = world_.send(); !sent) return std::move(sent).error();
  return any;
}

Result<bool> Loop::look() {
  bool any = false;
  for (std::size_t i = 0; i < running_.size();) {
    auto seen = world_.look(running_[i]);
    if (!seen) return std::move(seen).error();
    if (!*seen) {
      ++i;
      continue;
    }
    const auto over = take(i, std::move(**seen));
    if (!over) return over.error();
    any = any || *over;
    if (*over)
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  first_look_ = false;
  if (auto sent = world_.send(); !sent) return std::move(sent).error();
  return any;
}

/// True: the work is over.
Result<bool> Loop::take(std::size_t index, Seen seen) {
  const Work& work = running_[index];
  const bool may_try_again = work.run - work.first_run < most_other_runs;
  if (seen.kind == Seen::Kind::gone && may_try_again) {
    if (auto asked = again(index, seen.result.why); !asked) return std::move(asked).error();
    return false;
  }
  if (seen.kind == Seen::Kind::cancelled) {
    if (first_look_) {  // with the sweep of that time
      if (auto asked = again(index, seen.result.why); !asked) return std::move(asked).error();
      return false;
    }
    const auto now = Steady::now();
    if (now - cancelled_.try_emplace(work.number, now).first->second < cancelled_alone) return false;
  }
  if (auto taken = take_result(work, std::move(seen.result)); !taken) return std::move(taken).error();
  return true;
}

Status Loop::take_result(const Work& work, hpo::WorkResult result) {
  if (auto kept = record(journal_line(work.number, result, now_ms())); !kept) return kept;
  Status hopeful = failures_.heard(result);
  study_.result(work.number, std::move(result));
  if (drive_.heard) drive_.heard(work);
  return hopeful;
}

Status Loop::again(std::size_t index, const std::string& why) {
  running_[index] = study_.again(running_[index].number);
  if (auto kept = record(journal_again(running_[index], why)); !kept) return kept;
  return world_.ask(running_[index]);
}

/// Trials that passed a milestone and have no next one.
Status Loop::stop_those_running_on() {
  for (const std::int64_t trial : study_.running_on()) {
    if (!stopped_.insert(trial).second) continue;
    Work work;
    work.job.trial = trial;
    work.run = study_.runs(trial);
    if (auto told = world_.stop(work); !told) return told;
  }
  return Ok{};
}

/// A budget of time goes on being spent by those that run; one of steps was counted when they began.
Status Loop::stop_for_the_budget() {
  if (!study_.is_budget_used_up() || study_.settings().budget.unit == hpo::Unit::steps) return Ok{};
  for (const Work& work : running_)
    if (stopped_.insert(work.job.trial).second)
      if (auto told = world_.stop(work); !told) return told;
  return Ok{};
}

Status Loop::clean() {
  const auto now = Steady::now();
  if (now - cleaned_ < between_cleanings) return Ok{};
  cleaned_ = now;
  for (const std::int64_t trial : study_.disposable(study_.settings().keep)) {
    if (forgotten_.count(trial) > 0) continue;
    const auto gone = world_.forget(trial, study_.runs(trial));
    if (!gone) return gone.error();
    if (*gone) forgotten_.insert(trial);
  }
  return Ok{};
}

Result<Finish> Loop::run() {
  if (auto went_on = go_on(); !went_on) return std::move(went_on).error();
  for (;;) {
    if (drive_.should_stop && drive_.should_stop()) return Finish::stopped;
    const auto decided = decide();
    if (!decided) return decided.error();
    for (const auto& step : {&Loop::stop_those_running_on, &Loop::stop_for_the_budget, &Loop::clean})
      if (auto done = (this->*step)(); !done) return std::move(done).error();
    if (running_.empty()) break;  // nobody runs, and nothing more is wanted
    const auto seen = look();
    if (!seen) return seen.error();
    if (*decided || *seen) continue;
    if (auto waited = world_.wait(); !waited) return std::move(waited).error();
  }
  cleaned_ = {};
  if (auto cleaned = clean(); !cleaned) return std::move(cleaned).error();
  return Finish::done;
}

}  // namespace

Result<Finish> drive(Drive& drive) { return Loop(drive).run(); }

Result<bool> recall(Disk& disk, const std::string& folder, const std::string& study_text, hpo::Study& study) {
  const std::string path = join_path(folder, journal_name);
  const auto stat = disk.stat(path);
  if (!stat) return stat.error();
  if (!stat->exists()) return false;
  const auto bytes = disk.read(path);
  if (!bytes) return bytes.error();
  const std::int64_t wanted = study.settings().trials;
  const std::string_view before = hpo::journal_up_to(*bytes, wanted);
  if (before.size() == bytes->size()) return false;
  const auto replayed = replay(study, journal_head(study.settings(), study_text), before, path);
  if (!replayed) return replayed.error();
  return replayed->allowed == wanted && study.outstanding().empty() && !study.next();
}

Status resume(Disk& disk, const std::string& folder, const std::string& study_text, hpo::Study& study,
              AppendFile& journal) {
  const std::string path = join_path(folder, journal_name);
  const std::string head = journal_head(study.settings(), study_text);
  const std::int64_t wanted = study.settings().trials;
  const std::int64_t parallel = study.settings().parallel;
  const auto stat = disk.stat(path);
  if (!stat) return stat.error();
  std::string bytes;
  if (stat->exists()) {
    auto read = disk.read(path);
    if (!read) return std::move(read).error();
    bytes = std::move(*read);
  }
  const auto replayed = replay(study, head, bytes, path);
  if (!replayed) return replayed.error();
  if (!study.settings().deterministic) study.set_parallel(parallel);
  if (auto opened = journal.open(path, replayed->consumed); !opened) return opened;
  std::string begin = replayed->consumed == 0 ? head : std::string();
  if (replayed->allowed != wanted) begin += hpo::journal_allow(wanted, parallel);
  study.allow(wanted);
  return begin.empty() ? Status(Ok{}) : journal.append(begin);
}

}  // namespace sluice::sweep
