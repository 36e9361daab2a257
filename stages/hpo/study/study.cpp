#include "stages/hpo/study/study.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

namespace {

bool has_result(const Observation& trial) {
  const bool counts = trial.state == TrialState::finished || trial.state == TrialState::stopped;
  return counts && !trial.measures.empty();
}

/// The one that came farther; of two that came as far, the one with the lower loss.
bool better(const Observation& a, const Observation& b) {
  if (has_result(a) != has_result(b)) return has_result(a);
  if (!has_result(a)) return false;
  const std::int64_t a_step = a.measures.back().step;
  const std::int64_t b_step = b.measures.back().step;
  return a_step > b_step || (a_step == b_step && a.loss() < b.loss());
}

}  // namespace

Study::Study(StudySettings settings)
    : settings_(std::move(settings)),
      searcher_(make_searcher(settings_.space, settings_.search)),
      scheduler_(make_scheduler(settings_.schedule, settings_.trials)) {}

std::optional<Work> Study::decide(const Point* known) {
  if (!settings_.deterministic) return take_work(known);
  const auto parallel = static_cast<std::size_t>(settings_.parallel);
  if (work_.size() > parallel && !feed_up_to(work_.size() - parallel)) return std::nullopt;
  for (;;) {
    if (auto work = take_work(known)) return work;
    if (!feed_one()) return std::nullopt;
  }
}

/// Decision n sees the results of all work below n - parallel, and no others.
bool Study::feed_up_to(std::size_t work) {
  while (fed_ < work)
    if (!feed_one()) return false;
  return true;
}

bool Study::feed_one() {
  if (fed_ >= results_.size() || !results_[fed_]) return false;
  feed(static_cast<std::int64_t>(fed_), *results_[fed_]);
  ++fed_;
  return true;
}

void Study::hear_all() {
  if (!settings_.deterministic) return;
  for (; fed_ < results_.size(); ++fed_)
    if (results_[fed_]) feed(static_cast<std::int64_t>(fed_), *results_[fed_]);
}

std::optional<Work> Study::take_work(const Point* known) {
  if (is_budget_used_up()) return std::nullopt;
  const auto number = static_cast<std::int64_t>(work_.size());
  const auto fresh = static_cast<std::int64_t>(trials_.size());
  std::optional<Job> job;
  if (!goes_on_.empty()) {
    job = goes_on_.front();
    goes_on_.pop_front();
  } else {
    job = scheduler_->next(wants_more_trials() ? std::optional(fresh) : std::nullopt);
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
  const bool same_run = running_on_.erase(job->trial) > 0;
  const int run = same_run ? runs_[job->trial] : ++runs_[job->trial];
  work_.push_back({number, *job, trials_[static_cast<std::size_t>(job->trial)].point, run, run});
  if (settings_.budget.unit == Unit::steps) spent_ += static_cast<double>(job->until - job->from);
  results_.emplace_back();
  ++under_way_;
  return work_.back();
}

std::optional<Point> Study::configuration(std::int64_t trial, const Point* known) {
  if (known != nullptr) return *known;
  return suggest_distinct(*searcher_, settings_.space, {settings_.seed, trial, trials_, 0});
}

void Study::result(std::int64_t work, WorkResult result) {
  const auto index = static_cast<std::size_t>(work);
  if (index >= results_.size() || results_[index]) return;  // said before
  if (result.ending == Ending::passed) running_on_.insert(work_[index].job.trial);
  results_[index] = std::move(result);
  --under_way_;
  if (!settings_.deterministic) feed(work, *results_[index]);
}

void Study::allow(std::int64_t trials) {
  if (work_.empty())
    scheduler_ = make_scheduler(settings_.schedule, trials);
  else if (trials > settings_.trials)
    scheduler_->more(trials - settings_.trials);
  settings_.trials = trials;
}

const Work& Study::again(std::int64_t work) {
  Work& lost = work_.at(static_cast<std::size_t>(work));
  lost.run = ++runs_[lost.job.trial];
  return lost;
}

void Study::feed(std::int64_t number, const WorkResult& result) {
  const Job& job = work_[static_cast<std::size_t>(number)].job;
  Observation& trial = trials_[static_cast<std::size_t>(job.trial)];
  Verdict verdict = {Advice::stop, job.until, job.scale};
  double loss = std::numeric_limits<double>::quiet_NaN();
  std::int64_t step = job.from;
  if (settings_.budget.unit == Unit::seconds) spent_ += result.cost.seconds;
  if (settings_.budget.unit == Unit::gpu_seconds) spent_ += result.cost.gpu_seconds;
  for (const Measure& measure : result.curve) {
    if (measure.step <= step) continue;
    step = measure.step;
    loss = reported(measure.loss);
    verdict = scheduler_->report(job.trial, step, loss);
    if (verdict.advice == Advice::stop || step >= job.until) break;
  }
  const bool reached = result.ending != Ending::infeasible && result.ending != Ending::lost;
  if (reached && std::isfinite(loss)) {
    trial.measures.push_back({std::min(step, job.until), loss});  // seconds don't meet a milestone exactly
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
    if (!results_[i]) open.push_back(work_[i]);
  return open;
}

bool Study::is_done() {
  const bool all_fed = !settings_.deterministic || fed_ == results_.size();
  if (under_way_ > 0 || !all_fed) return false;
  if (is_budget_used_up()) return true;
  if (!goes_on_.empty()) return false;
  return !wants_more_trials() || scheduler_->is_done();
}

int Study::runs(std::int64_t trial) const {
  const auto found = runs_.find(trial);
  return found == runs_.end() ? 0 : found->second;
}

bool Study::wants_more_trials() const {
  return static_cast<std::int64_t>(trials_.size()) < settings_.trials && !exhausted_;
}

bool Study::is_budget_used_up() const {
  return settings_.budget.unit != Unit::none && spent_ >= settings_.budget.most;
}

std::vector<std::int64_t> Study::disposable(std::int64_t keep) const {
  const std::int64_t to_come =
      exhausted_ ? 0
                 : std::max<std::int64_t>(settings_.trials - static_cast<std::int64_t>(trials_.size()), 0);
  const auto promotable = scheduler_->may_go_on(to_come);
  if (!promotable) return {};
  std::set<std::int64_t> needed(promotable->begin(), promotable->end());
  for (const Job& job : goes_on_) needed.insert(job.trial);
  for (const Work& work : outstanding()) needed.insert(work.job.trial);
  if (settings_.deterministic)
    for (std::size_t i = fed_; i < work_.size(); ++i) needed.insert(work_[i].job.trial);
  std::vector<const Observation*> ended;
  for (const Observation& trial : trials_)
    if (trial.state != TrialState::running && needed.count(trial.trial) == 0) ended.push_back(&trial);
  std::sort(ended.begin(), ended.end(), [](const Observation* a, const Observation* b) {
    return better(*a, *b) || (!better(*b, *a) && a->trial < b->trial);
  });
  std::vector<std::int64_t> trials;
  for (const Observation* trial : ended)
    if (!has_result(*trial) || keep-- <= 0) trials.push_back(trial->trial);
  return trials;
}

const Observation* Study::best() const {
  const Observation* best = nullptr;
  for (const Observation& trial : trials_)
    if (has_result(trial) && (best == nullptr || better(trial, *best))) best = &trial;
  return best;
}

}  // namespace sluice::hpo
