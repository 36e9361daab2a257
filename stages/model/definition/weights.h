// The numbers of a network, by name, and how they begin.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/model/definition/graph.h"

namespace sluice::model {

struct Weight {
  std::vector<std::int64_t> shape;
  std::vector<float> numbers;

  bool operator==(const Weight&) const = default;
};

using Weights = std::map<std::string, Weight>;

/// The same for the same seed, on every machine and in every order.
Weights starting_weights(const Graph& graph, std::uint64_t seed);

/// Whether these are the weights of that network: same names, same shapes, all numbers finite.
Status check(const Graph& graph, const Weights& weights, const std::string& where);

}  // namespace sluice::model
