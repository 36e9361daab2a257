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
  Value place = {};  ///< [B,N,3]: towards where an element is on the calorimeter's face; unset without one

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
  /// `start` makes them smaller.
  Value linear(Value x, const std::string& name, std::int64_t in, std::int64_t out, bool with_bias = true,
               double start = 1);
  /// Begins with Xavier's uniform distribution, no bias.
  Value xavier(Value x, const std::string& name, std::int64_t in, std::int64_t out);
  Value layer_norm(Value x, const std::string& name, std::int64_t width);
  Value rms_norm(Value x, const std::string& name, std::int64_t width);
  /// A linear layer's weights, for operations that use them in their own way.
  Value weight(const std::string& name, std::int64_t in, std::int64_t out, double start = 1);
  Value bias(const std::string& name, std::int64_t in, std::int64_t out, double start = 1);
  /// Linear, activation, layer norm, dropout, linear. `last` makes the last one's weights smaller at the
  /// start.
  Value feed_forward(Value x, const std::string& name, std::int64_t in, std::int64_t out, double last = 1);
};

/// Where elements are on the calorimeter's face: towards it from the centre, and which way a track flies
/// there (of others: the same), as unit vectors [B,N,3]. A track bends by as much as the calorimeter is wide
/// on its way, and no network of a few layers finds out by itself which cluster it comes to.
struct Face {
  Value place;
  Value flight;
};
Face find_face(Builder& b, Value features);

/// What is around each element on the face, as sums over what is near, nearer and farther: momentum and
/// number of tracks, energy of the two calorimeters and number of clusters. Logarithms,
/// [B,N,surrounding_columns].
constexpr std::int64_t surrounding_columns = 20;
Value surroundings(Builder& b, Value features, Value place);
/// How deep in the calorimeter a cluster is, and the logarithms of its energies, hits and widths; 0 for
/// tracks.
constexpr std::int64_t shape_columns = 8;
Value cluster_shape(Builder& b, Value features, Value place);

/// The backbones: [B,N,width] to the same. `embedding` is masked already.
Value attention_backbone(Builder& b, Value embedding);
Value gnn_lsh_backbone(Builder& b, Value embedding);

/// Everything from the backbone's result to the outputs.
void add_heads(Builder& b, Value features, Value representation);

}  // namespace sluice::model
