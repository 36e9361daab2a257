// How long a run still takes, judged by the tasks of the same stage that have ended.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/report/progress.h"

namespace sluice::report {

class Estimate {
 public:
  explicit Estimate(std::size_t stages) : stages_(stages) {}

  /// A task of this stage ran to its end.
  void ended(std::size_t stage, double seconds);

  /// Nothing when no stage with open tasks has seen one end. Two bounds are compared: all work that is left,
  /// shared by as many tasks as run now, and one task after the other along the depth of the workflow.
  std::optional<TimeLeft> left(std::span<const StageProgress> stages) const;

 private:
  struct Ended {
    std::size_t count = 0;
    double seconds = 0;
  };
  std::vector<Ended> stages_;
};

}  // namespace sluice::report
