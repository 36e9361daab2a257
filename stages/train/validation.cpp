#include "stages/train/validation.h"

#include <algorithm>
#include <numeric>

namespace sluice::train {

namespace {

constexpr std::size_t events_at_once = 256;
constexpr std::int64_t longest_reference = 4096;

std::vector<std::int64_t> longest_first(const EventSource& source) {
  std::vector<std::int64_t> events(static_cast<std::size_t>(source.events()));
  std::iota(events.begin(), events.end(), 0);
  std::stable_sort(events.begin(), events.end(),
                   [&](std::int64_t a, std::int64_t b) { return source.elements(a) > source.elements(b); });
  return events;
}

std::vector<std::int64_t> share_of(const std::vector<std::int64_t>& all, const Exchange& exchange) {
  std::vector<std::int64_t> own;
  for (auto i = static_cast<std::size_t>(exchange.rank()); i < all.size();
       i += static_cast<std::size_t>(exchange.ranks()))
    own.push_back(all[i]);
  return own;
}

void add(LossSums& sums, const LossSums& more) {
  for (std::size_t i = 0; i < loss_parts; ++i) sums.parts[i] += more.parts[i];
  sums.elements += more.elements;
  sums.particles += more.particles;
  sums.right += more.right;
}

/// Over the ranks.
void add_up(LossSums& sums, Exchange& exchange) {
  std::array<double, loss_parts + 3> numbers{};
  std::copy(sums.parts.begin(), sums.parts.end(), numbers.begin());
  numbers[loss_parts] = sums.elements;
  numbers[loss_parts + 1] = sums.particles;
  numbers[loss_parts + 2] = sums.right;
  exchange.sum(numbers);
  std::copy_n(numbers.begin(), loss_parts, sums.parts.begin());
  sums.elements = numbers[loss_parts];
  sums.particles = numbers[loss_parts + 1];
  sums.right = numbers[loss_parts + 2];
}

}  // namespace

Result<LossSums> validate(const EventSource& source, const Cut& cut, const Pass& pass, Exchange& exchange,
                          const ReportDefect& report) {
  LossSums sums;
  const auto own = share_of(longest_first(source), exchange);
  for (std::size_t from = 0; from < own.size(); from += events_at_once) {
    const std::vector<std::int64_t> some(
        own.begin() + static_cast<std::ptrdiff_t>(from),
        own.begin() + static_cast<std::ptrdiff_t>(std::min(own.size(), from + events_at_once)));
    const auto batches = cut.layout == Layout::packed ? split_evenly(some, source, cut.tokens)
                                                      : split_by_length(some, source, cut.tokens, cut.width);
    auto data = make_step(source, batches, cut.layout, report);
    if (!data) return std::move(data).error();
    for (const Batch& batch : data->batches) add(sums, pass.validate(batch));
  }
  add_up(sums, exchange);
  return sums;
}

std::vector<model::ReferenceEvent> reference_events(const EventSource& source, const Pass& pass,
                                                    std::int64_t wanted) {
  const auto events = longest_first(source);
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(wanted), events.size());
  std::vector<model::ReferenceEvent> reference;
  for (std::size_t i = 0; i < count; ++i) {
    const EventView event = source.event(events[i * events.size() / count]);
    if (event.elements > 0 && event.elements <= longest_reference && !defect(event, source.features()))
      reference.push_back(pass.decode(event));
  }
  return reference;
}

}  // namespace sluice::train
