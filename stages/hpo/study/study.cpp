#include "stages/hpo/study/study.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

Study::Study(StudySettings settings)
    : settings_(std::move(settings)),
      searcher_(make_searcher(settings_.space, settings_.search)),
      scheduler_(make_scheduler(settings_.schedule, settings_.trials)) {}

std::optional<Work> Study::decide(const Point* known) {
  if (!settings_.deterministic) return take_work(known);
  const auto number = static_cast<std::int64_t>(work_.size());
  if (!feed_up_to(number - settings_.parallel)) return std::nullopt;
  for (;;) {
    if (auto work = take_work(known)) return work;
    if (!feed_one()) return std::nullopt;
  }
}

/// Decision n sees the results of all work below n - parallel, and no others.
bool Study::feed_up_to(std::int64_t work) {
  while (fed_ < work)
    if (!feed_one()) return false;
  return true;
}

bool Study::feed_one() {
  const auto found = waiting_.find(fed_);
  if (found == waiting_.end()) return false;
  feed(found->first, found->second);
  waiting_.erase(found);
  ++fed_;
  return true;
}

std::optional<Work> Study::take_work(const Point* known) {
  const auto number = static_cast<std::int64_t>(work_.size());
  const auto fresh = static_cast<std::int64_t>(trials_.size());
  std::optional<Job> job;
  if (!goes_on_.empty()) {
    job = goes_on_.front();
    goes_on_.pop_front();
  } else {
    const bool more = fresh < settings_.trials && !exhausted_;
    job = scheduler_->next(more ? std::optional(fresh) : std::nullopt);
  }
  if (!job) return std::nullopt;
  if (job->fresh) {
    auto point = configuration(fresh, known);
    if (!point) {
      exhausted_ = true;
      scheduler_->ended(fresh, worst_loss);
      return take_work(known);
    }
    trials_.push_back({fresh, std::move(*point), TrialState::running, {}});
  }
  work_.push_back({number, *job, trials_[static_cast<std::size_t>(job->trial)].point});
  told_.push_back(false);
  ++under_way_;
  return work_.back();
}

std::optional<Point> Study::configuration(std::int64_t trial, const Point* known) {
  if (known != nullptr) return *known;
  return suggest_distinct(*searcher_, settings_.space, {settings_.seed, trial, trials_, 0});
}

void Study::result(std::int64_t work, WorkResult result) {
  const auto index = static_cast<std::size_t>(work);
  if (index >= told_.size() || told_[index]) return;  // said before
  told_[index] = true;
  --under_way_;
  if (settings_.deterministic)
    waiting_.emplace(work, std::move(result));
  else
    feed(work, result);
}

void Study::feed(std::int64_t number, const WorkResult& result) {
  const Job& job = work_[static_cast<std::size_t>(number)].job;
  Observation& trial = trials_[static_cast<std::size_t>(job.trial)];
  Verdict verdict = {Advice::stop, job.until, job.scale};
  double loss = std::numeric_limits<double>::quiet_NaN();
  std::int64_t step = job.from;
  for (const Measure& measure : result.curve) {
    if (measure.step <= step || measure.step > job.until) continue;
    step = measure.step;
    loss = reported(measure.loss);
    verdict = scheduler_->report(job.trial, step, loss);
    if (verdict.advice == Advice::stop) break;
  }
  const bool reached = result.ending == Ending::milestone || result.ending == Ending::completed;
  if (reached && std::isfinite(loss)) {
    trial.measures.push_back({step, loss});
    const bool whole = step >= settings_.schedule.most || result.ending == Ending::completed;
    trial.state = whole ? TrialState::finished : TrialState::stopped;
    if (result.ending == Ending::completed && step < job.until)
      scheduler_->ended(job.trial, loss);
    else if (verdict.advice == Advice::go_on)
      goes_on_.push_back({job.trial, false, step, verdict.until, verdict.scale});
    return;
  }
  trial.state = result.ending == Ending::lost ? TrialState::lost : TrialState::infeasible;
  scheduler_->ended(job.trial, worst_loss);
}

std::vector<Work> Study::outstanding() const {
  std::vector<Work> open;
  for (std::size_t i = 0; i < work_.size(); ++i)
    if (!told_[i]) open.push_back(work_[i]);
  return open;
}

bool Study::is_done() {
  if (under_way_ > 0 || !waiting_.empty() || !goes_on_.empty()) return false;
  const bool more = static_cast<std::int64_t>(trials_.size()) < settings_.trials && !exhausted_;
  return !more || scheduler_->is_done();
}

const Observation* Study::best() const {
  const Observation* best = nullptr;
  for (const Observation& trial : trials_) {
    const bool counts = trial.state == TrialState::finished || trial.state == TrialState::stopped;
    if (!counts || trial.measures.empty()) continue;
    const std::int64_t step = trial.measures.back().step;
    const std::int64_t farthest = best == nullptr ? -1 : best->measures.back().step;
    if (step > farthest || (step == farthest && trial.loss() < best->loss())) best = &trial;
  }
  return best;
}

}  // namespace sluice::hpo
