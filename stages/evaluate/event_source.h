// What a dataset knows of an event besides what the network is to see: true jets, targets, the baseline's
// candidates, and the classes of elements.
#pragma once

#include "stages/evaluate/physics/event.h"
#include "stages/events/dataset.h"

namespace sluice::evaluate {

class EventSource {
 public:
  /// A dataset that lacks one of the tables is an error.
  static Result<EventSource> open(const events::Dataset& dataset);

  /// Everything but ours. The dataset has to live as long.
  EventInput event(std::uint64_t index) const;

 private:
  explicit EventSource(const events::Dataset& dataset) : dataset_(&dataset) {}
  std::vector<Class> candidate_classes(std::uint64_t index) const;

  const events::Dataset* dataset_;
  events::MatrixId id_, energies_, target_labels_, candidate_labels_;
};

}  // namespace sluice::evaluate
