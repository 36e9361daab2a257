// What training makes small (docs/models.md). Sums over elements are divided by what all ranks and all
// batches of the step hold together, so that cutting a step into pieces changes nothing.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <string_view>
#include <vector>

#include "stages/train/batch.h"
#include "stages/train/settings.h"

namespace sluice::train {

constexpr std::size_t loss_parts = 7;
constexpr std::array<std::string_view, loss_parts> loss_names = {"binary",  "class",   "pt",    "eta",
                                                                 "sin_phi", "cos_phi", "energy"};
/// The first two are means over elements, the others over particles.
constexpr std::size_t element_parts = 2;

std::array<double, loss_parts> loss_weights(const Settings& settings);

/// A batch on its device.
struct BatchTensors {
  at::Tensor features, mask, weight, classes, targets, importance;
  bool no_padding = false;

  BatchTensors(const Batch& batch, std::int64_t features, const at::Device& device);
};

/// The parts as sums over the batch, not yet divided or weighted: [7]. `outputs` are binary, class logits and
/// regression.
at::Tensor loss_sums(const std::vector<at::Tensor>& outputs, const BatchTensors& batch,
                     const Settings& settings);

}  // namespace sluice::train
