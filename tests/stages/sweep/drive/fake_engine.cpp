#include "tests/stages/sweep/drive/fake_engine.h"

#include <cmath>
#include <csignal>
#include <fstream>

namespace sluice::sweep {

namespace {

using handoff::TrialRun;

handoff::Metrics metrics_of(const json::object& parameters, std::int64_t step) {
  return {{"loss", FakeEngine::loss(parameters, step)}};
}

}  // namespace

FakeEngine::FakeEngine(std::string study, std::uint32_t seed, bool trouble)
    : study_(std::move(study)),
      random_(seed),
      trouble_(trouble),
      server_(std::make_unique<handoff::StudyServer>(disk_, study_)) {}

double FakeEngine::loss(const json::object& parameters, std::int64_t step) {
  const double off = std::log10(parameters.at("lr").to_number<double>()) + 2;
  return off * off + 3.0 / static_cast<double>(step);
}

void FakeEngine::append(const std::string& path, const std::string& bytes) const {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

void FakeEngine::advance() {
  if (chance(10)) {
    ++faults["engine restarted"];
    server_ = std::make_unique<handoff::StudyServer>(disk_, study_);
  }
  scan();
  haunt();
  if (!attempts_.empty() && !holds_still) train(random_() % attempts_.size());
}

void FakeEngine::scan() {
  const handoff::News news = server_->scan();
  complaints.insert(complaints.end(), news.complaints.begin(), news.complaints.end());
  std::string came;
  for (const handoff::Wanted& wanted : news.wanted) {
    const TrialRun id = wanted.request.id;
    came += (came.empty() ? "" : " ") + std::to_string(id.trial) + "." + std::to_string(id.run);
    begin(wanted);
  }
  if (!came.empty()) scans.push_back(came);
  for (const TrialRun& id : news.cancels)
    for (std::size_t i = 0; i < attempts_.size(); ++i)
      if (attempts_[i].id == id) end(i--, "cancelled");
}

void FakeEngine::begin(const handoff::Wanted& wanted) {
  for (const Attempt& attempt : attempts_)
    if (attempt.id == wanted.request.id) return;  // found again by an engine that has started again
  Attempt attempt;
  attempt.id = wanted.request.id;
  attempt.folder = wanted.folder;
  attempt.until = wanted.request.until;
  const auto spec = handoff::read_spec(disk_, wanted.folder);
  if (!spec) throw std::runtime_error(to_string(spec.error()));
  attempt.parameters = spec->parameters;
  start(attempt);
  attempts_.push_back(std::move(attempt));
}

void FakeEngine::start(Attempt& attempt) {
  attempt.token = "t" + std::to_string(++tokens_);
  attempt.seq = 0;
  if (auto told = server_->submitting(attempt.id, attempt.token, attempt.number); !told)
    throw std::runtime_error(to_string(told.error()));
  attempt.begun_at = saved_step(attempt);
}

std::int64_t FakeEngine::saved_step(const Attempt& attempt) const {
  const auto text = RealDisk().read(attempt.folder + "/checkpoint/step");
  return text ? std::stoll(*text) : 0;
}

bool FakeEngine::is_told_to_stop(Attempt& attempt) {
  const auto control = handoff::read_control(disk_, attempt.folder);
  if (!control || control->id.run != attempt.id.run || control->seq <= attempt.obeyed) return false;
  attempt.obeyed = control->seq;
  return control->command == handoff::Command::stop;
}

/// One step of one attempt, which may end it in this way or another.
void FakeEngine::train(std::size_t index) {
  Attempt& attempt = attempts_[index];
  const auto fixed = outcomes.find(attempt.id.trial);
  if (fixed != outcomes.end() && attempt.id.run <= failing_runs) return end(index, fixed->second);
  const std::int64_t before = saved_step(attempt);
  if (is_told_to_stop(attempt)) return finish(index, handoff::RunResult::stopped, before);
  if (before >= attempt.until) return finish(index, handoff::RunResult::milestone, before);
  if (chance(20) && attempt.id.run == 1) {
    ++faults["machines lost for good"];
    return end(index, "infrastructure");
  }
  ++trained[{attempt.id.trial, before + 1}];
  report(attempt, before + 1);
  if (chance(60)) {  // between its report and its checkpoint
    ++faults["attempts killed"];
    if (chance(500)) ghosts_.push_back(attempt);
    ++attempt.number;
    return start(attempt);
  }
  (void)disk_.write(attempt.folder + "/checkpoint/step", std::to_string(before + 1), Sync::no);
}

void FakeEngine::report(Attempt& attempt, std::int64_t step) {
  const std::string path = attempt.folder + "/" + handoff::metrics_file(attempt.id.run);
  const double clock = chance(300) ? -1e6 * static_cast<double>(step) : 1e9;
  const std::string line =
      handoff::to_line({++attempt.seq, step, clock, metrics_of(attempt.parameters, step)});
  if (chance(100)) {
    ++faults["torn lines"];
    append(path, line.substr(0, random_() % (line.size() - 1)) + "\n");
  }
  if (chance(50)) {
    ++faults["holes of NULs"];
    append(path, std::string(random_() % 80, '\0') + "\n");
  }
  append(path, line);
  if (chance(100)) {
    ++faults["reports twice"];
    append(path, line);
  }
  if (!chance(200))
    (void)write(disk_, attempt.folder, attempt.id.run, handoff::Beat{attempt.seq, step});
  else
    ++faults["beats left out"];
}

/// Somebody whom everybody believes dead reports once more.
void FakeEngine::haunt() {
  if (ghosts_.empty() || !chance(300)) return;
  Attempt ghost = ghosts_.back();
  ghosts_.pop_back();
  ++faults["ghosts"];
  report(ghost, ghost.begun_at + 1);
  (void)write(disk_, ghost.folder, ghost.id.run, handoff::Beat{1, 0});
}

void FakeEngine::finish(std::size_t index, handoff::RunResult result, std::int64_t step) {
  const Attempt& attempt = attempts_[index];
  handoff::RunStatus status;
  status.id = attempt.id;
  status.result = result;
  status.step = step;
  if (step > 0) status.metrics = metrics_of(attempt.parameters, step);
  (void)write(disk_, attempt.folder, status);
  end(index, "success");
}

void FakeEngine::end(std::size_t index, const std::string& outcome) {
  const Attempt& attempt = attempts_[index];
  constexpr double ns_per_s = 1e9;
  const bool killed = outcome == "killed";
  handoff::Job job{
      attempt.id, attempt.token, attempt.number, handoff::JobState::ended, killed ? "user" : outcome, "", {}};
  const double steps = static_cast<double>(saved_step(attempt) - attempt.begun_at);
  job.record = {{"exit_code", outcome == "user" ? 9 : 0},
                {"signal", killed ? SIGKILL : 0},
                {"started_ns", 0},
                {"ended_ns", static_cast<std::int64_t>(steps * seconds_a_step * ns_per_s)}};
  job.gpus = 2;
  if (auto told = server_->record(job); !told) throw std::runtime_error(to_string(told.error()));
  attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace sluice::sweep
