// Which losses a run can live with. A loss belongs to its bearer: the task that failed, or the gather that
// was left with nothing. Those who are skipped because of it, one for one, share the bearer, so a loss is
// tolerated all the way down or not at all.
#pragma once

#include <vector>

#include "engine/schedule/unit_table.h"

namespace sluice::schedule {

class Losses {
 public:
  explicit Losses(const Problem& problem);

  /// A task (not a child) has settled without a result.
  void add(Unit unit, const UnitTable& units);
  /// May those who gather go on without the units that share this bearer? A share only grows, so a no is
  /// final.
  bool tolerated(Unit bearer, const UnitTable& units) const;
  /// A task that was asked for is lost, and nobody tolerates it.
  bool failed() const { return failed_; }

 private:
  struct Share {
    double tolerate = 0;
    std::size_t tasks = 0;
    std::size_t lost = 0;     ///< failed and skipped
    bool bears_loss = false;  ///< some were lost in their own right, not because of others
  };

  static bool within(const Share& share);

  std::vector<Share> shares_;  ///< by policy
  bool failed_ = false;
};

}  // namespace sluice::schedule
