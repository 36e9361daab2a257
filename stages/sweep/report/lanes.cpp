#include "stages/sweep/report/lanes.h"

#include <algorithm>

namespace sluice::sweep {

namespace {

bool is_free(const std::vector<double>& free_from, std::size_t lane, const Bar& bar) {
  for (std::size_t i = lane; i < std::min(lane + bar.wide, free_from.size()); ++i)
    if (free_from[i] > bar.begin) return false;
  return true;
}

}  // namespace

std::size_t put_into_lanes(std::vector<Bar>& bars) {
  std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return a.begin < b.begin; });
  std::vector<double> free_from;
  for (Bar& bar : bars) {
    bar.lane = 0;
    while (bar.lane < free_from.size() && !is_free(free_from, bar.lane, bar)) ++bar.lane;
    free_from.resize(std::max(free_from.size(), bar.lane + bar.wide), 0);
    for (std::size_t i = 0; i < bar.wide; ++i) free_from[bar.lane + i] = bar.end;
  }
  return free_from.size();
}

}  // namespace sluice::sweep
