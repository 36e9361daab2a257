// Blocks that all networks are made of, on top of graph.h's vocabulary.
#pragma once

#include <string>

#include "stages/model/definition/config.h"
#include "stages/model/definition/graph.h"

namespace sluice::model {

/// A graph under construction: names the weights, and knows the settings.
struct Builder {
  Graph graph;
  const ModelConfig& config;
  Value mask;

  Value add(Value a, Value b) { return graph.add(Op::add, {a, b}); }
  Value multiply(Value a, Value b) { return graph.add(Op::multiply, {a, b}); }
  Value masked(Value x) { return multiply(x, mask); }
  Value constant(std::vector<double> numbers) { return graph.add(Op::constant, {}, {}, std::move(numbers)); }
  /// Applies `part(x, type)` to the elements of each type, and puts the results together.
  template <typename Part>
  Value by_type(Value features, Value x, Part part) {
    std::vector<Value> all = {features};
    for (int type = 1; type <= element_types; ++type)
      all.push_back(part(graph.add(Op::of_type, {x, features}, {type}), type));
    return graph.add(Op::join_types, all);
  }
  Value column(Value x, std::int64_t index) { return graph.add(Op::columns, {x}, {index, index + 1}); }
  Value activate(Value x);
  Value dropout(Value x);
  /// Weights and bias begin as LibTorch's own linear layer does: uniform in ±1/sqrt(in).
  Value linear(Value x, const std::string& name, std::int64_t in, std::int64_t out, bool with_bias = true);
  /// Begins with Xavier's uniform distribution, no bias.
  Value xavier(Value x, const std::string& name, std::int64_t in, std::int64_t out);
  Value layer_norm(Value x, const std::string& name, std::int64_t width);
  Value rms_norm(Value x, const std::string& name, std::int64_t width);
  /// A linear layer's weights, for operations that use them in their own way.
  Value weight(const std::string& name, std::int64_t in, std::int64_t out);
  Value bias(const std::string& name, std::int64_t in, std::int64_t out);
  /// Linear, activation, layer norm, dropout, linear.
  Value feed_forward(Value x, const std::string& name, std::int64_t in, std::int64_t out);
};

/// The backbones: [B,N,width] to the same. `embedding` is masked already.
Value attention_backbone(Builder& b, Value embedding);
Value gnn_lsh_backbone(Builder& b, Value embedding);

/// Everything from the backbone's result to the outputs.
void add_heads(Builder& b, Value features, Value representation);

}  // namespace sluice::model
