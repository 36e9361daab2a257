#include "engine/report/lanes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

namespace sluice::report {

namespace {

/// The lanes of one place while they are filled.
struct Place {
  std::vector<Lane> lanes;
  using Busy = std::pair<std::int64_t, std::size_t>;  // until when, which lane
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;

  std::size_t lane_at(std::int64_t begin_ns) {
    while (!busy.empty() && busy.top().first <= begin_ns) {
      free.push(busy.top().second);
      busy.pop();
    }
    if (free.empty()) {
      lanes.emplace_back();
      return lanes.size() - 1;
    }
    const std::size_t lane = free.top();
    free.pop();
    return lane;
  }
};

}  // namespace

std::vector<Lane> make_lanes(std::span<const Span> spans) {
  std::vector<std::uint32_t> order(spans.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return spans[a].begin_ns < spans[b].begin_ns; });
  std::map<std::string_view, std::size_t> index;
  std::vector<Place> places;
  for (const std::uint32_t i : order) {
    const auto [found, is_new] = index.emplace(spans[i].place, places.size());
    if (is_new) places.emplace_back();
    Place& place = places[found->second];
    const std::size_t lane = place.lane_at(spans[i].begin_ns);
    place.lanes[lane].place = spans[i].place;
    place.lanes[lane].spans.push_back(i);
    place.busy.emplace(spans[i].end_ns, lane);
  }
  std::vector<Lane> lanes;
  for (Place& place : places)
    for (Lane& lane : place.lanes) lanes.push_back(std::move(lane));
  return lanes;
}

}  // namespace sluice::report
