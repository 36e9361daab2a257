// AdamW, SGD and LAMB on flat weights and gradients.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "stages/model/torch/torch_network.h"
#include "stages/train/settings.h"

namespace sluice::train {

class Optimizer {
 public:
  Optimizer(const Settings& settings, model::TorchNetwork& network);

  /// One step with the gradients that the network holds; counts it. Returns the length of the gradient before
  /// it was clipped.
  double step(double rate);

  /// What it remembers: for checkpoints.
  std::map<std::string, std::vector<float>> state() const;
  void set_state(const std::map<std::string, std::vector<float>>& state, std::int64_t steps);
  std::int64_t steps() const { return steps_; }

 private:
  void adamw(double rate);
  void sgd(double rate);
  void lamb(double rate);

  Settings settings_;
  model::TorchNetwork& network_;
  at::Tensor first_;   ///< moment of the gradient
  at::Tensor second_;  ///< of its square; none for SGD
  std::int64_t steps_ = 0;
};

}  // namespace sluice::train
