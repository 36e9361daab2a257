// Median stopping, and no stopping at all (`interval` = the full length). A trial that looks worse than half
// of the others at the same step stops. Three programs mean three things by that.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "stages/hpo/schedule/losses.h"
#include "stages/hpo/schedule/scheduler.h"

namespace sluice::hpo {

enum class MedianRule : std::uint8_t {
  vizier,  ///< its best so far against the running means of all others that came as far
  optuna,  ///< its best so far against the losses, at this very step, of those that were completed
  syne     ///< its running mean against those of all that came as far
};

class Median final : public Scheduler {
 public:
  struct Settings {
    std::int64_t most = 100;
    std::int64_t grace = 1;     ///< no trial is stopped before this step; running means begin here
    std::int64_t interval = 1;  ///< a decision every so many steps
    int samples = 3;            ///< others that a decision needs
    MedianRule rule = MedianRule::vizier;
  };
  explicit Median(Settings settings) : settings_(settings) {}

  std::optional<Job> next(std::optional<std::int64_t> fresh) override;
  Verdict report(std::int64_t trial, std::int64_t step, double loss) override;
  void ended(std::int64_t trial, double loss) override;
  /// Nobody pauses here.
  std::optional<std::vector<std::int64_t>> may_go_on(std::int64_t) const override {
    return std::vector<std::int64_t>();
  }
  bool is_done() const override { return false; }

 private:
  struct Trial {
    std::int64_t step = 0;
    double best = worst_loss;
    double sum = 0;  ///< of the losses since `grace`
    std::int64_t count = 0;
    std::vector<std::pair<std::int64_t, double>> curve;
    bool over = false;

    double mean() const { return count == 0 ? worst_loss : sum / static_cast<double>(count); }
  };

  std::int64_t milestone_after(std::int64_t step) const;
  bool is_bad(const Trial& trial, std::int64_t step) const;

  Settings settings_;
  std::map<std::int64_t, Trial> trials_;
  std::map<std::int64_t, Losses> at_step_;  ///< what the rule compares with, by step
};

}  // namespace sluice::hpo
