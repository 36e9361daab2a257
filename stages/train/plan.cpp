#include "stages/train/plan.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "stages/stage/random.h"

namespace sluice::train {

namespace {

/// What beginning another batch costs, in elements: some hundred operations.
constexpr double new_batch_cost = 300;

std::vector<std::int64_t> sorted_by_length(std::vector<std::int64_t> events, const EventSource& source) {
  std::sort(events.begin(), events.end(), [&](std::int64_t a, std::int64_t b) {
    const std::int64_t la = source.elements(a);
    const std::int64_t lb = source.elements(b);
    return la != lb ? la > lb : a < b;
  });
  return events;
}

/// Back and forth over the ranks, so that all get about the same.
std::vector<std::int64_t> share_of(const std::vector<std::int64_t>& sorted, int ranks, int rank) {
  std::vector<std::int64_t> share;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto round = static_cast<int>(i / static_cast<std::size_t>(ranks));
    const auto place = static_cast<int>(i % static_cast<std::size_t>(ranks));
    if ((round % 2 == 0 ? place : ranks - 1 - place) == rank) share.push_back(sorted[i]);
  }
  return share;
}

}  // namespace

std::vector<std::vector<std::int64_t>> split_evenly(const std::vector<std::int64_t>& events,
                                                    const EventSource& source, std::int64_t tokens) {
  std::int64_t all = 0;
  for (const std::int64_t event : events) all += source.elements(event);
  const std::int64_t count = std::max<std::int64_t>((all + tokens - 1) / tokens, 1);
  const std::int64_t wanted = (all + count - 1) / count;
  std::vector<std::vector<std::int64_t>> batches;
  std::int64_t size = 0;
  for (const std::int64_t event : events) {
    const std::int64_t length = source.elements(event);
    const bool enough = !batches.empty() && (size >= wanted || size + length > tokens);
    if (batches.empty() || enough) batches.emplace_back(), size = 0;
    batches.back().push_back(event);
    size += length;
  }
  return batches;
}

std::vector<std::vector<std::int64_t>> split_by_length(const std::vector<std::int64_t>& events,
                                                       const EventSource& source, std::int64_t tokens,
                                                       std::int64_t width) {
  const std::size_t count = events.size();
  // best[i]: the least cost of the events from i on; next[i]: where the batch that begins at i ends.
  std::vector<double> best(count + 1, 0);
  std::vector<std::size_t> next(count + 1, count);
  for (std::size_t i = count; i-- > 0;) {
    const std::int64_t length = std::max<std::int64_t>(source.elements(events[i]), 1);
    const double each =
        static_cast<double>(length) * (1 + static_cast<double>(length) / (6 * static_cast<double>(width)));
    best[i] = std::numeric_limits<double>::infinity();
    for (std::size_t end = i + 1; end <= count; ++end) {
      const auto size = static_cast<std::int64_t>(end - i);
      if (size > 1 && size * length > tokens) break;
      const double cost = new_batch_cost + static_cast<double>(size) * each + best[end];
      if (cost <= best[i]) best[i] = cost, next[i] = end;
    }
  }
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t i = 0; i < count; i = next[i])
    batches.emplace_back(events.begin() + static_cast<std::ptrdiff_t>(i),
                         events.begin() + static_cast<std::ptrdiff_t>(next[i]));
  return batches;
}

Plan::Plan(const PlanSettings& settings, const EventSource& source) : settings_(settings), source_(source) {}

void Plan::shuffle(std::int64_t epoch) {
  order_.resize(static_cast<std::size_t>(settings_.events));
  std::iota(order_.begin(), order_.end(), 0);
  for (std::size_t i = order_.size(); i > 1; --i) {  // Fisher and Yates
    const auto bits = stage::random4(settings_.seed, static_cast<std::uint64_t>(epoch), i);
    const std::uint64_t wide = (std::uint64_t{bits[0]} << 32U) | bits[1];
    std::swap(order_[i - 1], order_[static_cast<std::size_t>(wide % i)]);
  }
  epoch_ = epoch;
}

std::vector<std::vector<std::int64_t>> Plan::batches(std::int64_t step) {
  const std::int64_t epoch = step / steps_per_epoch();
  if (epoch != epoch_) shuffle(epoch);
  const std::int64_t from = step % steps_per_epoch() * settings_.batch;
  const std::int64_t to = std::min(from + settings_.batch, settings_.events);
  const auto sorted = sorted_by_length({order_.begin() + from, order_.begin() + to}, source_);
  const auto share = share_of(sorted, settings_.ranks, settings_.rank);
  if (settings_.layout == Layout::packed) return split_evenly(share, source_, settings_.tokens);
  return split_by_length(share, source_, settings_.tokens, settings_.width);
}

}  // namespace sluice::train
