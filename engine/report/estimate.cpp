#include "engine/report/estimate.h"

#include <algorithm>
#include <map>

namespace sluice::report {

void Estimate::ended(std::size_t stage, double seconds) {
  if (stage >= stages_.size() || seconds < 0) return;
  ++stages_[stage].count;
  stages_[stage].seconds += seconds;
}

std::optional<TimeLeft> Estimate::left(std::span<const StageProgress> stages) const {
  double work = 0;
  std::size_t running = 0;
  std::map<int, double> longest_at_depth;
  TimeLeft left;
  bool any = false;
  for (std::size_t s = 0; s < stages.size() && s < stages_.size(); ++s) {
    const Tally& tally = stages[s].tally;
    running += tally.running;
    if (tally.open() == 0) continue;
    const Ended& ended = stages_[s];
    if (ended.count == 0) {
      left.at_least = true;
      continue;
    }
    any = true;
    const double mean = ended.seconds / static_cast<double>(ended.count);
    // A task that runs is half done, on average.
    const double own = mean * (static_cast<double>(tally.waiting) + 0.5 * static_cast<double>(tally.running));
    work += own;
    double& longest = longest_at_depth[stages[s].depth];
    longest = std::max(longest, std::min(own, mean));
  }
  if (!any) return std::nullopt;
  double chain = 0;
  for (const auto& [depth, seconds] : longest_at_depth) chain += seconds;
  left.seconds = std::max(work / static_cast<double>(std::max<std::size_t>(running, 1)), chain);
  return left;
}

}  // namespace sluice::report
