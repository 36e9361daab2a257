#include "stages/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sluice::train {

namespace {

constexpr double cosine_floor = 0.1;   ///< of the rate, at the end
constexpr double onecycle_rise = 0.3;  ///< share of the steps
constexpr double onecycle_start = 1.0 / 25;
constexpr double onecycle_end = 1e-4;  ///< of the start
constexpr double plateau_drop = 0.1;
constexpr double plateau_threshold = 1e-4;  ///< relative gain that counts

/// From a to b along half a cosine.
double ease(double a, double b, double share) {
  return b + (a - b) * (1 + std::cos(std::numbers::pi * share)) / 2;
}

double shape_at(const Settings& settings, std::int64_t step, std::int64_t total) {
  const double share =
      std::clamp(static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(total, 1)), 0.0, 1.0);
  if (settings.schedule == "cosine") return ease(1, cosine_floor, share);
  if (settings.schedule == "onecycle")
    return share < onecycle_rise
               ? ease(onecycle_start, 1, share / onecycle_rise)
               : ease(1, onecycle_start * onecycle_end, (share - onecycle_rise) / (1 - onecycle_rise));
  return 1;
}

}  // namespace

double scaled_rate(const Settings& settings) {
  const double ratio = static_cast<double>(settings.batch) / static_cast<double>(settings.base_batch);
  if (settings.scaling == "linear") return settings.lr * ratio;
  return settings.scaling == "sqrt" ? settings.lr * std::sqrt(ratio) : settings.lr;
}

double rate_at(const Settings& settings, std::int64_t step, std::int64_t total, double plateau_factor) {
  double rate = scaled_rate(settings) * shape_at(settings, step, total);
  if (settings.schedule == "plateau") rate *= plateau_factor;
  if (step < settings.warmup_steps)
    rate *= static_cast<double>(step + 1) / static_cast<double>(settings.warmup_steps);
  return rate;
}

bool Progressing::observe(double loss, std::int64_t epoch, const Settings& settings) {
  const bool counts = best > 1e299 || loss < best - std::abs(best) * plateau_threshold;
  const bool better = loss < best;
  if (better) best = loss, best_epoch = epoch;
  stale = counts ? 0 : stale + 1;
  plateau_stale = counts ? 0 : plateau_stale + 1;
  if (settings.schedule == "plateau" && plateau_stale > settings.plateau_patience)
    plateau_factor *= plateau_drop, plateau_stale = 0;
  return better;
}

}  // namespace sluice::train
