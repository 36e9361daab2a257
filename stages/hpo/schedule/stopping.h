// ASHA's stopping variants: a trial that reaches a rung is compared with those that came there before, and
// goes on at once or stops for good. Four programs do this with four rules; all are here, because results
// were published with each. RASDA is this plus resources that grow by eta at every rung a trial survives
// (Aach et al., FGCS 175 (2024) 108042).
#pragma once

#include <map>
#include <set>
#include <vector>

#include "stages/hpo/schedule/losses.h"
#include "stages/hpo/schedule/scheduler.h"

namespace sluice::hpo {

enum class StopRule : std::uint8_t {
  ray,  ///< stop above the linear 1/eta quantile of those before; a late report is booked in the highest rung
  syne,      ///< stop if more than 1/eta of all, itself included, are better
  quantile,  ///< go on up to the linear 1/eta quantile of all, itself included
  optuna     ///< go on as one of the max(floor(n / eta), 1) best of all, itself included
};

/// May a trial with `loss` go on, given the losses on its rung (its own among them, except for `ray`)?
bool goes_on(StopRule rule, const Losses& losses, double loss, std::int64_t eta);

class Stopping final : public Scheduler {
 public:
  struct Settings {
    std::int64_t least = 1;
    std::int64_t most = 81;
    std::int64_t eta = 3;
    StopRule rule = StopRule::ray;
    int scale_by = 1;    ///< resources are multiplied by this at each rung survived; RASDA: eta
    int most_scale = 1;  ///< no more than so many times the resources of a new trial
    double least_efficiency =
        0;  ///< grow only while the last step of growth was worth this much of the ideal
  };
  explicit Stopping(Settings settings);

  std::optional<Job> next(std::optional<std::int64_t> fresh) override;
  Verdict report(std::int64_t trial, std::int64_t step, double loss) override;
  void ended(std::int64_t trial, double loss) override;
  /// Nobody pauses here.
  std::optional<std::vector<std::int64_t>> may_go_on(std::int64_t) const override {
    return std::vector<std::int64_t>();
  }
  bool is_done() const override { return false; }

  /// The speed-up a trial got from its last growth, divided by how much it grew.
  void measured(std::int64_t trial, double efficiency);

 private:
  struct Rung {
    std::int64_t step = 0;
    Losses losses;
    std::set<std::int64_t> seen;
  };
  struct Trial {
    std::int64_t step = 0;
    std::int64_t until = 0;
    int scale = 1;
    double efficiency = 1;
    bool over = false;
  };

  bool passes(Rung& rung, std::int64_t trial, double loss);
  bool judge(std::int64_t trial, std::int64_t step, double loss, bool& survived);
  Verdict stop(Trial& trial);
  void grow(Trial& trial) const;

  Settings settings_;
  std::vector<Rung> rungs_;  ///< the lowest first
  std::map<std::int64_t, Trial> trials_;
};

/// What a trainer multiplies its learning rate by on `world` times its first number of ranks, each with an
/// unchanged batch: linear for SGD, the square root for Adam and its kin.
double learning_rate_factor(bool adaptive, double world);
/// After a change of ranks: from one half up to 1 over `warm` steps, and never above.
double warm_up_factor(double step, double warm);

}  // namespace sluice::hpo
