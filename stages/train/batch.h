// Events with what is to be learned of them: what one pass of the network takes. They lie one after another
// without padding (for CPUs, whose time goes into elements), or side by side, padded to the longest (for
// GPUs, whose time goes into calls). Filled by reader threads; knows no LibTorch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/model/torch/packing.h"
#include "stages/train/events.h"

namespace sluice::train {

struct Batch {
  std::int64_t rows = 0;                  ///< events side by side; 1 when they lie one after another
  std::int64_t length = 0;                ///< elements of a row: of the longest event, or of all; at least 1
  std::optional<model::Packing> packing;  ///< when they lie one after another
  bool no_padding = true;
  std::vector<float> features;        ///< rows x length x features
  std::vector<float> mask;            ///< rows x length
  std::vector<float> weight;          ///< rows x length: the event's, 0 for padding
  std::vector<std::int64_t> classes;  ///< rows x length
  std::vector<float> targets;         ///< rows x length x 5: ln(pt/x_pt), eta, sin phi, cos phi, ln(E/x_E)
  std::vector<float> importance;      ///< rows x length: sqrt of the target's pt
  double element_weight = 0;          ///< sum of `weight`
  double particle_weight = 0;         ///< sum of `weight` of elements that carry a particle
};

/// Why an event can't be learned from; nothing for a good one.
std::optional<std::string> defect(const EventView& event, std::int64_t features);

enum class Layout : std::uint8_t { packed, padded };

/// Defective events count as empty. A packed batch has no events when all of them are empty.
Batch make_batch(const EventSource& source, const std::vector<std::int64_t>& events,
                 const std::vector<bool>& defective, Layout layout);

}  // namespace sluice::train
