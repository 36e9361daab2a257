// The learning rate at each step.
#pragma once

#include <cstdint>

#include "stages/train/settings.h"

namespace sluice::train {

/// The learning rate that the schedule is about, with the batch's scaling.
double scaled_rate(const Settings& settings);

/// Of step 0, 1, … of `total`; `plateau_factor` is what the plateau schedule has come to.
double rate_at(const Settings& settings, std::int64_t step, std::int64_t total, double plateau_factor);

/// Watches the validation loss: for the plateau schedule, for early stopping, and for what is best.
struct Progressing {
  double best = 1e300;
  std::int64_t best_epoch = -1;
  std::int64_t stale = 0;          ///< validations since the best
  std::int64_t plateau_stale = 0;  ///< since the best or the last drop of the rate
  double plateau_factor = 1;

  /// Whether this is the best so far.
  bool observe(double loss, std::int64_t epoch, const Settings& settings);
  bool give_up(const Settings& settings) const { return settings.patience > 0 && stale >= settings.patience; }
};

}  // namespace sluice::train
