// Writes a network as one ONNX file (opset 17): dynamic batch and length, mask kept, normalisation and
// decoding inside. Inputs are `features` [B,N,F] float and `mask` [B,N] bool.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "stages/model/definition/graph.h"
#include "stages/model/definition/weights.h"

namespace sluice::model {

struct OnnxText {
  std::string description;
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// The bytes of the file. `outputs` are names of the graph's outputs, which keep their names; what they need
/// of the graph goes in, and nothing else. `features` is the width of the input.
Result<std::string> emit_onnx(const Graph& graph, const Weights& weights, std::int64_t features,
                              const std::vector<std::string>& outputs, const OnnxText& text);

}  // namespace sluice::model
