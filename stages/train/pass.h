// Passes of the network over data: forward and backward for a step, forward alone for validation.
#pragma once

#include <array>
#include <vector>

#include "stages/model/store/model_folder.h"
#include "stages/model/torch/torch_network.h"
#include "stages/train/buckets.h"
#include "stages/train/loader.h"
#include "stages/train/loss.h"
#include "stages/train/profile.h"

namespace sluice::train {

/// Sums over events: the parts of the loss, and the weights they are divided by.
struct LossSums {
  std::array<double, loss_parts> parts{};
  double elements = 0;
  double particles = 0;
  double right = 0;  ///< weight of elements whose class was found; only in validation

  /// The mean of part i, not weighted.
  double mean(std::size_t i) const;
  double total(const Settings& settings) const;
};

class Pass {
 public:
  Pass(model::TorchNetwork& network, const Settings& settings, std::int64_t features,
       const at::Device& device);

  /// Adds up the step's gradients, over the batches of all ranks. `step` seeds the dropout.
  LossSums learn(const StepData& data, Exchange& exchange, Buckets& buckets, std::int64_t step,
                 Profile& profile);
  /// Of one batch.
  LossSums validate(const Batch& batch) const;
  /// What the network makes of one event.
  model::ReferenceEvent decode(const EventView& event) const;

 private:
  model::RunOptions options_for(const Batch& batch, bool training) const;

  model::TorchNetwork& network_;
  Settings settings_;
  std::int64_t features_;
  at::Device device_;
};

}  // namespace sluice::train
