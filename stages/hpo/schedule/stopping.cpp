#include "stages/hpo/schedule/stopping.h"

#include <algorithm>
#include <cmath>

#include "stages/hpo/schedule/brackets.h"

namespace sluice::hpo {

bool goes_on(StopRule rule, const Losses& losses, double loss, std::int64_t eta) {
  if (!(loss < worst_loss)) return false;
  const std::int64_t n = losses.size();
  const double top = 1.0 / static_cast<double>(eta);
  switch (rule) {
    case StopRule::ray: return n == 0 || !(loss > losses.quantile(top));
    case StopRule::syne: return losses.count_below(loss) * eta <= n;
    case StopRule::quantile: return n < 2 || loss <= losses.quantile(top);
    case StopRule::optuna: return loss <= losses.kth(std::max<std::int64_t>(n / eta, 1) - 1);
  }
  return false;
}

Stopping::Stopping(Settings settings) : settings_(settings) {
  for (const std::int64_t step : rungs(settings.most, settings.least, settings.eta)) {
    rungs_.emplace_back();
    rungs_.back().step = step;
  }
}

std::optional<Job> Stopping::next(std::optional<std::int64_t> fresh) {
  if (!fresh) return std::nullopt;
  trials_[*fresh] = {0, rungs_.front().step, 1, 1, false};
  return Job{*fresh, true, 0, rungs_.front().step, 1};
}

bool Stopping::passes(Rung& rung, std::int64_t trial, double loss) {
  const bool before =
      settings_.rule == StopRule::ray && goes_on(settings_.rule, rung.losses, loss, settings_.eta);
  rung.losses.insert(loss);
  rung.seen.insert(trial);
  return settings_.rule == StopRule::ray ? before : goes_on(settings_.rule, rung.losses, loss, settings_.eta);
}

/// Books the loss on the rungs that the step has reached; false: stop. Ray's rule books one rung for each
/// report, the highest that has none of the trial; the others every rung that was passed.
bool Stopping::judge(std::int64_t trial, std::int64_t step, double loss, bool& survived) {
  if (settings_.rule == StopRule::ray) {
    for (std::size_t i = rungs_.size(); i-- > 0;) {
      if (rungs_[i].step > step || rungs_[i].seen.count(trial) != 0) continue;
      return survived = passes(rungs_[i], trial, loss);
    }
    return true;
  }
  for (Rung& rung : rungs_) {
    if (rung.step > step) break;
    if (rung.seen.count(trial) != 0) continue;
    survived = passes(rung, trial, loss);
    if (!survived) return false;
  }
  return true;
}

Verdict Stopping::stop(Trial& trial) {
  trial.over = true;
  return {Advice::stop, trial.step, trial.scale};
}

void Stopping::grow(Trial& trial) const {
  if (trial.efficiency < settings_.least_efficiency) return;
  trial.scale = std::min(trial.scale * settings_.scale_by, std::max(settings_.most_scale, 1));
}

Verdict Stopping::report(std::int64_t number, std::int64_t step, double loss) {
  const auto found = trials_.find(number);
  if (found == trials_.end() || found->second.over) return {Advice::stop, step, 1};
  Trial& trial = found->second;
  if (step <= trial.step) return {Advice::go_on, trial.until, trial.scale};
  trial.step = step;
  bool survived = false;
  if (!std::isfinite(loss) || !judge(number, step, comparable(loss), survived)) return stop(trial);
  if (step >= settings_.most) return stop(trial);
  if (survived) grow(trial);
  for (const Rung& rung : rungs_) {
    trial.until = rung.step;
    if (rung.step > step) break;
  }
  return {Advice::go_on, trial.until, trial.scale};
}

void Stopping::ended(std::int64_t number, double) {
  const auto found = trials_.find(number);
  if (found != trials_.end()) found->second.over = true;
}

void Stopping::measured(std::int64_t number, double efficiency) {
  const auto found = trials_.find(number);
  if (found != trials_.end()) found->second.efficiency = efficiency;
}

double learning_rate_factor(bool adaptive, double world) { return adaptive ? std::sqrt(world) : world; }

double warm_up_factor(double step, double warm) {
  constexpr double start = 0.5;
  return warm <= 0 ? 1 : std::clamp(step / warm, start, 1.0);
}

}  // namespace sluice::hpo
