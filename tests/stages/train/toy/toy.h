// Made-up events that can be learned from: what an element carries follows from its features.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace sluice::toy {

struct Event {
  std::int64_t elements = 0;
  std::vector<float> features;       ///< elements x 17 (hits: 12)
  std::vector<float> targets;        ///< elements x 8, as in a dataset
  std::vector<std::int32_t> labels;  ///< elements x 3
};

struct Shape {
  std::int64_t shortest = 1;
  std::int64_t longest = 40;
  bool hits = false;
};

Event make_event(std::uint64_t seed, std::uint64_t number, const Shape& shape);

/// A dataset folder with these events in its splits (the test split gets those of the validation).
Status write_dataset(const std::string& folder, const std::vector<Event>& train,
                     const std::vector<Event>& validation, bool hits);
/// The same with events made from a seed.
Status write_dataset(const std::string& folder, std::int64_t train, std::int64_t validation,
                     std::uint64_t seed, const Shape& shape);

}  // namespace sluice::toy
