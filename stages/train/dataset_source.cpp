#include "stages/train/dataset_source.h"

namespace sluice::train {

Result<DatasetSource> DatasetSource::open(const std::string& folder, events::Split split) {
  auto dataset = events::Dataset::open(folder, split);
  if (!dataset) return std::move(dataset).error();
  if (dataset->events() == 0)
    return Error{"the split '" + std::string(events::split_names[static_cast<std::size_t>(split)]) +
                     "' of this dataset has no events",
                 folder, "make the dataset again with more events, or with other shares", ErrorKind::data};
  return DatasetSource(*std::move(dataset));
}

EventView DatasetSource::event(std::int64_t index) const {
  const events::EventView event = dataset_.event(static_cast<std::uint64_t>(index));
  EventView view;
  view.elements = static_cast<std::int64_t>(event.elements);
  view.features = event.features.data();
  view.targets = event.targets.data();
  view.target_columns = events::element_target::columns;
  view.labels = event.labels.data();
  view.label_columns = events::label::columns;
  view.weight = event.weight;
  return view;
}

Result<model::Normalisation> normalisation_of(const events::DatasetInfo& info, const std::string& folder) {
  auto normalisation = model::identity_normalisation(static_cast<std::int64_t>(info.feature_names.size()));
  normalisation.feature_names = info.feature_names;
  for (const events::Normalisation& type : info.normalisation) {
    const auto index = static_cast<std::size_t>(type.elemtype) - 1;
    if (type.elemtype < 1 || index >= model::element_types) continue;
    normalisation.mean[index] = type.mean;
    normalisation.deviation[index] = type.standard_deviation;
    for (const float deviation : type.standard_deviation)
      if (!(deviation > 0))
        return Error{"a standard deviation that is not positive", folder + "/dataset.json",
                     "make the dataset again with sluice-preprocess", ErrorKind::data};
    normalisation.mean[index][0] = 0;  // the type itself stays what it is
    normalisation.deviation[index][0] = 1;
  }
  return normalisation;
}

}  // namespace sluice::train
