#include "stages/train/batch.h"

#include <algorithm>
#include <cmath>

#include "stages/model/definition/config.h"

namespace sluice::train {

namespace {

using model::quantities;

/// ln(a / b), or 0 where there is no such number.
float log_ratio(float a, float b) {
  const float ratio = std::log(a / b);
  return std::isfinite(ratio) ? ratio : 0.0F;
}

void fill_element(Batch& batch, std::size_t at, const float* features, const float* target,
                  std::int32_t label, float weight) {
  batch.mask[at] = 1;
  batch.weight[at] = weight;
  batch.element_weight += static_cast<double>(weight);
  batch.classes[at] = label;
  if (label == 0) return;
  batch.particle_weight += static_cast<double>(weight);
  float* encoded = batch.targets.data() + at * quantities;
  encoded[0] = log_ratio(target[0], features[model::feature::pt]);
  encoded[1] = target[1];
  encoded[2] = target[2];
  encoded[3] = target[3];
  encoded[4] = log_ratio(target[4], features[model::feature::energy]);
  batch.importance[at] = std::sqrt(std::max(target[0], 1e-6F));
}

/// From element `at` of the batch on.
void fill_event(Batch& batch, std::int64_t at, const EventView& event, std::int64_t features) {
  std::copy_n(event.features, event.elements * features, batch.features.data() + at * features);
  for (std::int64_t i = 0; i < event.elements; ++i)
    fill_element(batch, static_cast<std::size_t>(at + i), event.features + i * features,
                 event.targets + i * event.target_columns, event.labels[i * event.label_columns],
                 event.weight);
}

/// Decides on rows and their length; returns where each event begins.
std::vector<std::int64_t> lay_out(Batch& batch, const EventSource& source,
                                  const std::vector<std::int64_t>& events, const std::vector<bool>& defective,
                                  Layout layout) {
  std::vector<std::int64_t> starts = {0};
  if (layout == Layout::packed) {
    for (std::size_t i = 0; i < events.size(); ++i)
      starts.push_back(starts.back() + (defective[i] ? 0 : source.elements(events[i])));
    batch.rows = 1;
    batch.length = starts.back();
    batch.packing = model::Packing{starts};
    return starts;
  }
  batch.rows = static_cast<std::int64_t>(events.size());
  batch.length = 1;
  for (const std::int64_t event : events) batch.length = std::max(batch.length, source.elements(event));
  for (std::int64_t row = 1; row < batch.rows; ++row) starts.push_back(row * batch.length);
  return starts;
}

}  // namespace

std::optional<std::string> defect(const EventView& event, std::int64_t features) {
  const auto finite = [](float number) { return std::isfinite(number); };
  if (!std::all_of(event.features, event.features + event.elements * features, finite))
    return "a feature is no finite number";
  for (std::int64_t i = 0; i < event.elements; ++i) {
    const std::int32_t label = event.labels[i * event.label_columns];
    if (label < 0 || label >= model::classes) return "a class that does not exist";
    const float* target = event.targets + i * event.target_columns;
    if (label != 0 && !std::all_of(target, target + quantities, finite))
      return "a target is no finite number";
  }
  if (!std::isfinite(event.weight) || event.weight < 0) return "a weight that is no positive number";
  return std::nullopt;
}

Batch make_batch(const EventSource& source, const std::vector<std::int64_t>& events,
                 const std::vector<bool>& defective, Layout layout) {
  Batch batch;
  const auto starts = lay_out(batch, source, events, defective, layout);
  const auto slots = static_cast<std::size_t>(batch.rows * batch.length);
  batch.features.assign(slots * static_cast<std::size_t>(source.features()), 0);
  batch.mask.assign(slots, 0);
  batch.weight.assign(slots, 0);
  batch.classes.assign(slots, 0);
  batch.targets.assign(slots * quantities, 0);
  batch.importance.assign(slots, 0);
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (!defective[row]) fill_event(batch, starts[row], source.event(events[row]), source.features());
    const bool fills_row = !defective[row] && source.elements(events[row]) == batch.length;
    batch.no_padding = batch.no_padding && (layout == Layout::packed || fills_row);
  }
  return batch;
}

}  // namespace sluice::train
