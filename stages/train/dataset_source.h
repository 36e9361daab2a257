// A split of a dataset (stages/events/dataset.h) as training sees it.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "stages/events/dataset.h"
#include "stages/model/definition/network.h"
#include "stages/train/events.h"

namespace sluice::train {

class DatasetSource final : public EventSource {
 public:
  static Result<DatasetSource> open(const std::string& folder, events::Split split);

  std::int64_t events() const override { return static_cast<std::int64_t>(dataset_.events()); }
  std::int64_t features() const override { return static_cast<std::int64_t>(dataset_.features()); }
  std::int64_t elements(std::int64_t event) const override {
    return static_cast<std::int64_t>(dataset_.length(static_cast<std::uint64_t>(event)));
  }
  EventView event(std::int64_t event) const override;

  const events::DatasetInfo& info() const { return dataset_.info(); }

 private:
  explicit DatasetSource(events::Dataset dataset) : dataset_(std::move(dataset)) {}

  events::Dataset dataset_;
};

/// The dataset's normalisation, for each element type that networks know; a type that the dataset has none of
/// stays as it is.
Result<model::Normalisation> normalisation_of(const events::DatasetInfo& info, const std::string& folder);

}  // namespace sluice::train
