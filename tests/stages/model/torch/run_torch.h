// Runs a network of random weights on a batch, for tests.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>

#include <map>
#include <string>
#include <vector>

#include "stages/model/definition/network.h"
#include "stages/model/torch/torch_network.h"
#include "tests/stages/model/torch/random_events.h"

namespace sluice::model::testing {

inline Normalisation some_normalisation(std::int64_t features) {
  Normalisation normalisation = identity_normalisation(features);
  for (std::size_t type = 0; type < element_types; ++type)
    for (std::size_t i = 0; i < normalisation.mean[type].size(); ++i) {
      normalisation.mean[type][i] = 0.1F * static_cast<float>(i) - 0.3F * static_cast<float>(type);
      normalisation.deviation[type][i] = 1 + 0.05F * static_cast<float>(i);
    }
  return normalisation;
}

struct Network {
  explicit Network(const ModelConfig& config)
      : normalisation(some_normalisation(config.features())),
        graph(build_network(config, normalisation)),
        weights(starting_weights(graph, 3)),
        torch(graph, weights, at::kCPU) {}
  Normalisation normalisation;
  Graph graph;
  Weights weights;
  TorchNetwork torch;
};

inline std::vector<at::Tensor> run(const TorchNetwork& network, const RawBatch& batch, std::int64_t features,
                                   const std::vector<std::string>& outputs) {
  const at::NoGradGuard no_gradient;
  RawBatch copy = batch;
  const at::Tensor x = at::from_blob(copy.features.data(), {batch.events, batch.length, features}).clone();
  const at::Tensor mask = at::from_blob(copy.mask.data(), {batch.events, batch.length, 1}).clone();
  return network.run(x, mask, false, outputs);
}

/// Events one after another, as they lie in a packed batch.
struct PackedBatch {
  explicit PackedBatch(const std::vector<RandomEvent>& events, std::int64_t columns) {
    std::vector<float> numbers;
    packing.starts = {0};
    for (const RandomEvent& event : events) {
      numbers.insert(numbers.end(), event.features.begin(), event.features.end());
      packing.starts.push_back(packing.starts.back() + event.elements);
    }
    features = at::from_blob(numbers.data(), {1, packing.elements(), columns}).clone();
    mask = at::ones({1, packing.elements(), 1});
  }
  Packing packing;
  at::Tensor features;
  at::Tensor mask;
};

}  // namespace sluice::model::testing
