// Which events a step learns from, and how they are cut up for the machine. Which events: a new order of all
// events every epoch, a batch after the other, whatever their lengths, so that no step is special. How they
// are cut: each rank gets its share, and each share is split into batches of similar lengths within a budget
// of tokens, whose gradients add up to the step's. So ranks, memory and speed change nothing about what is
// learned. Everything follows from the seed and the position: that is what a training resumes from.
#pragma once

#include <cstdint>
#include <vector>

#include "stages/train/batch.h"
#include "stages/train/events.h"

namespace sluice::train {

struct PlanSettings {
  std::uint64_t seed = 1;
  std::int64_t events = 0;
  std::int64_t batch = 32;
  std::int64_t tokens = 16384;  ///< elements in one pass, padding included, unless one event alone is longer
  std::int64_t width = 128;     ///< of the network: what attention costs beside everything else
  int ranks = 1;
  int rank = 0;
  Layout layout = Layout::packed;
};

/// Cuts events, the longest first, into batches of up to `tokens` elements, as even as they can be.
std::vector<std::vector<std::int64_t>> split_evenly(const std::vector<std::int64_t>& events,
                                                    const EventSource& source, std::int64_t tokens);

/// Cuts events, the longest first, into batches that will be padded, so that the least time is lost to
/// padding and to beginning anew.
std::vector<std::vector<std::int64_t>> split_by_length(const std::vector<std::int64_t>& events,
                                                       const EventSource& source, std::int64_t tokens,
                                                       std::int64_t width);

class Plan {
 public:
  Plan(const PlanSettings& settings, const EventSource& source);

  std::int64_t steps_per_epoch() const { return (settings_.events + settings_.batch - 1) / settings_.batch; }
  Layout layout() const { return settings_.layout; }
  /// Of this rank, of a step counted over all epochs. Not for two threads at once.
  std::vector<std::vector<std::int64_t>> batches(std::int64_t step);

 private:
  void shuffle(std::int64_t epoch);

  PlanSettings settings_;
  const EventSource& source_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> order_;  ///< of this epoch
};

}  // namespace sluice::train
