// Asynchronous successive halving as its paper has it (Li et al., MLSys 2020, algorithm 2): trials pause at
// every rung; a free worker promotes the best one that is among the top 1/eta of its rung, from the highest
// rung down, and begins a new trial only where nobody can be promoted.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "stages/hpo/schedule/scheduler.h"

namespace sluice::hpo {

class Asha final : public Scheduler {
 public:
  struct Settings {
    std::int64_t least = 1;  ///< the first rung
    std::int64_t most = 81;  ///< the last; 0: no end
    std::int64_t eta = 3;
  };
  explicit Asha(Settings settings);

  std::optional<Job> next(std::optional<std::int64_t> fresh) override;
  Verdict report(std::int64_t trial, std::int64_t step, double loss) override;
  void ended(std::int64_t trial, double loss) override;
  std::optional<std::vector<std::int64_t>> may_go_on(std::int64_t to_come) const override;
  bool is_done() const override { return false; }  // more new trials are always welcome

 private:
  using Entry = std::pair<double, std::int64_t>;
  /// The best floor(n / eta) of a rung and the others, kept apart as results come in.
  struct Rung {
    std::set<Entry> top;
    std::set<Entry> rest;
    std::set<Entry> promotable;  ///< in the top, finite, and not promoted
    std::set<std::int64_t> promoted;
  };
  struct Place {
    std::size_t rung = 0;
    bool running = false;
  };

  std::int64_t step_of(std::size_t rung) const;
  bool is_last(std::size_t rung) const { return settings_.most > 0 && step_of(rung) >= settings_.most; }
  void book(std::size_t rung, const Entry& entry);
  void raise(Rung& rung, std::set<Entry>::iterator entry);

  Settings settings_;
  std::vector<Rung> rungs_;
  std::map<std::int64_t, Place> trials_;
};

}  // namespace sluice::hpo
