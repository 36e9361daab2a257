#include "engine/report/cost.h"

#include <algorithm>
#include <cmath>

namespace sluice::report {

double seconds_between(std::int64_t begin_ns, std::int64_t end_ns) {
  if (begin_ns <= 0 || end_ns <= begin_ns) return 0;
  return 1e-9 * static_cast<double>(end_ns - begin_ns);
}

void CostBook::add(std::uint32_t row, const store::Attempt& attempt) {
  Cost& cost = rows_[row];
  const double wall_s = seconds_between(attempt.started_ns, attempt.ended_ns);
  ++cost.attempts;
  cost.wall_s += wall_s;
  cost.cpu_s += attempt.usage.user_s + attempt.usage.system_s;
  cost.held_cpu_s += wall_s * std::max(attempt.resources.cpus, 1);
  cost.longest_s = std::max(cost.longest_s, wall_s);
  cost.queued_s += seconds_between(attempt.submitted_ns, attempt.started_ns);
  cost.asked_bytes = std::max(cost.asked_bytes, attempt.resources.memory_bytes);
  cost.asked_s = std::max(cost.asked_s, attempt.resources.time_s);
  if (attempt.usage.peak_rss_bytes > 0) peaks_[row].push_back(attempt.usage.peak_rss_bytes);
}

Cost CostBook::cost(std::size_t row) {
  constexpr double usual_share = 0.95;
  Cost cost = rows_[row];
  auto& peaks = peaks_[row];
  if (peaks.empty()) return cost;
  cost.peak_bytes = *std::max_element(peaks.begin(), peaks.end());
  const auto rank =
      static_cast<std::ptrdiff_t>(std::ceil(usual_share * static_cast<double>(peaks.size()))) - 1;
  std::nth_element(peaks.begin(), peaks.begin() + rank, peaks.end());
  cost.usual_bytes = peaks[static_cast<std::size_t>(rank)];
  return cost;
}

}  // namespace sluice::report
