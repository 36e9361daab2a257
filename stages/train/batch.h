// Events side by side, padded to the longest of them, with what is to be learned of them: what one pass of
// the network takes. Filled by reader threads; knows no LibTorch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/train/events.h"

namespace sluice::train {

struct Batch {
  std::int64_t events = 0;
  std::int64_t length = 0;  ///< elements of the longest event, at least 1
  bool no_padding = true;
  std::vector<float> features;        ///< events x length x features
  std::vector<float> mask;            ///< events x length
  std::vector<float> weight;          ///< events x length: the event's, 0 for padding
  std::vector<std::int64_t> classes;  ///< events x length
  std::vector<float> targets;         ///< events x length x 5: ln(pt/x_pt), eta, sin phi, cos phi, ln(E/x_E)
  std::vector<float> importance;      ///< events x length: sqrt of the target's pt
  double element_weight = 0;          ///< sum of `weight`
  double particle_weight = 0;         ///< sum of `weight` of elements that carry a particle
};

/// Why an event can't be learned from; nothing for a good one.
std::optional<std::string> defect(const EventView& event, std::int64_t features);

/// Defective events count as empty.
Batch make_batch(const EventSource& source, const std::vector<std::int64_t>& events,
                 const std::vector<bool>& defective);

}  // namespace sluice::train
