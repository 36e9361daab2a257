// A scheduler decides how far each trial trains; which configuration it is does not concern it. It sees
// losses at steps and answers with milestones. It starts nothing and knows no clock: the same reports in the
// same order give the same decisions. Losses are minimised; what is not finite counts as worst.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace sluice::hpo {

constexpr double worst_loss = std::numeric_limits<double>::infinity();

inline double comparable(double loss) { return std::isfinite(loss) ? loss : worst_loss; }

/// Work for a free worker: train this trial up to step `until`.
struct Job {
  std::int64_t trial = 0;
  bool fresh = false;  ///< a new trial, which still needs a configuration
  std::int64_t from = 0;
  std::int64_t until = 0;
  int scale = 1;  ///< how many times the resources of a new trial (RASDA)

  bool operator==(const Job&) const = default;
};

enum class Advice : std::uint8_t {
  go_on,  ///< to Verdict::until, at once
  pause,  ///< at its milestone, with a checkpoint; a later job may continue it
  stop    ///< for good
};

struct Verdict {
  Advice advice = Advice::go_on;
  std::int64_t until = 0;
  int scale = 1;

  bool operator==(const Verdict&) const = default;
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Work for a worker that has none. `fresh` is the number a new trial gets; nothing: no more new trials.
  /// Nothing comes back when one has to wait for running trials, or when all is done.
  virtual std::optional<Job> next(std::optional<std::int64_t> fresh) = 0;
  /// A measurement, in the order of steps for one trial. What was reported before, or lies before the last
  /// step, changes nothing.
  virtual Verdict report(std::int64_t trial, std::int64_t step, double loss) = 0;
  /// The trial can't go on: its run failed, or it ended of its own will (`completed`) with the loss it had.
  virtual void ended(std::int64_t trial, double loss) = 0;
  /// The paused trials that a later job may continue, when so many new trials may still come. Nothing: any of
  /// them.
  virtual std::optional<std::vector<std::int64_t>> may_go_on(std::int64_t /*to_come*/) const {
    return std::nullopt;
  }
  /// So many new trials will come beyond those that were announced.
  virtual void more(std::int64_t /*trials*/) {}
  /// There will never be work again, unless new trials are allowed.
  virtual bool is_done() const = 0;
};

}  // namespace sluice::hpo
