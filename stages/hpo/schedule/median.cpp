#include "stages/hpo/schedule/median.h"

#include <algorithm>
#include <cmath>

namespace sluice::hpo {

std::int64_t Median::milestone_after(std::int64_t step) const {
  const std::int64_t next = (step / settings_.interval + 1) * settings_.interval;
  return std::min(std::max(next, settings_.grace), settings_.most);
}

std::optional<Job> Median::next(std::optional<std::int64_t> fresh) {
  if (!fresh) return std::nullopt;
  trials_[*fresh] = {};
  return Job{*fresh, true, 0, milestone_after(0), 1};
}

/// The comparison is with the others: at this moment none of the trial's own values at `step` is booked.
bool Median::is_bad(const Trial& trial, std::int64_t step) const {
  const auto others = at_step_.find(step);
  if (others == at_step_.end() || others->second.size() < settings_.samples) return false;
  constexpr double half = 0.5;
  const double mine = settings_.rule == MedianRule::syne ? trial.mean() : trial.best;
  return mine > others->second.quantile(half);
}

Verdict Median::report(std::int64_t number, std::int64_t step, double loss) {
  const auto found = trials_.find(number);
  if (found == trials_.end() || found->second.over) return {Advice::stop, step, 1};
  Trial& trial = found->second;
  if (step <= trial.step) return {Advice::go_on, milestone_after(trial.step), 1};
  trial.step = step;
  trial.best = std::min(trial.best, comparable(loss));
  trial.curve.emplace_back(step, comparable(loss));
  if (step >= settings_.grace) {
    trial.sum += comparable(loss);
    ++trial.count;
  }
  const bool decide = step >= settings_.grace && (step % settings_.interval == 0 || step >= settings_.most);
  const bool stop = !std::isfinite(loss) || (decide && is_bad(trial, step));
  if (settings_.rule != MedianRule::optuna) at_step_[step].insert(trial.mean());
  if (!stop && step < settings_.most) return {Advice::go_on, milestone_after(step), 1};
  trial.over = true;
  if (settings_.rule == MedianRule::optuna && !stop)
    for (const auto& [when, value] : trial.curve) at_step_[when].insert(value);
  return {Advice::stop, step, 1};
}

void Median::ended(std::int64_t number, double) {
  const auto found = trials_.find(number);
  if (found != trials_.end()) found->second.over = true;
}

}  // namespace sluice::hpo
