// The graph network with locality-sensitive hashing: elements that are near each other in a learned space
// fall into the same bin, and messages run inside of bins only, so that time grows with N and not with its
// square.
//
// The hash is that of random rotations (Kitaev et al., arXiv:2001.04451): with b bins for an event of its own
// length, h = max(1, b/2) directions; a point's hash is the largest among its h projections and their
// negatives. Bins come from the event's own length, so that padding changes nothing; elements of equal hash
// stay in their order.
#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

struct Binned {
  Value x;
  Value points;
  Value mask;
};

/// Gated mix of what the neighbours say and what the element says itself.
Value message(Builder& b, const std::string& name, const Binned& binned, Value x, Value kernel) {
  const std::int64_t width = b.config.width;
  const Value theta = b.xavier(x, name + ".neighbours", width, width);
  Value homogeneous;
  if (kernel.node >= 0) {
    homogeneous = b.graph.add(Op::batch_matmul, {kernel, theta});
  } else {
    const Value q = b.linear(x, name + ".query", width, width, false);
    const Value k = b.linear(x, name + ".key", width, width, false);
    homogeneous = b.graph.add(Op::attention, {q, k, theta, binned.mask}, {b.config.heads});
  }
  const Value own = b.xavier(x, name + ".own", width, width);
  const Value gate = b.graph.add(Op::sigmoid, {b.linear(x, name + ".gate", width, width)});
  // gate * homogeneous + (1 - gate) * own
  const Value mixed = b.add(own, b.multiply(gate, b.graph.add(Op::subtract, {homogeneous, own})));
  return b.multiply(b.graph.add(Op::elu, {mixed}), binned.mask);
}

Value layer_once(Builder& b, const std::string& name, Value x, Value points) {
  const ModelConfig& config = b.config;
  const Value directions =
      b.graph.weight(name + ".directions", {config.and_hashes, config.distance, config.max_bins / 2},
                     {Start::Kind::gaussian, 1}, /*trained=*/false);
  const Value order = b.graph.add(Op::lsh_order, {points, directions, b.mask}, {config.bin_size});
  std::size_t orders = 0;
  for (const auto& known : b.graph.outputs) orders += known.first.starts_with("order.") ? 1U : 0U;
  b.graph.output("order." + std::to_string(orders), order);
  const auto to_bins = [&](Value value) {
    return b.graph.add(Op::to_bins, {value, order}, {config.bin_size});
  };
  Binned binned{to_bins(x), {}, b.graph.add(Op::bins_mask, {b.mask, order}, {config.bin_size})};
  Value kernel;
  if (config.bin_kernel == "gaussian")
    kernel = b.graph.add(Op::gaussian_kernel, {to_bins(points), binned.mask});
  Value h = binned.x;
  for (std::int64_t round = 0; round < config.messages; ++round)
    h = message(b, name + ".message." + std::to_string(round), binned, h, kernel);
  return b.graph.add(Op::from_bins, {h, order}, {config.bin_size});
}

/// down(silu(gate(x)) * up(x))
Value points_of(Builder& b, const std::string& name, Value x) {
  const std::int64_t width = b.config.width;
  const Value gate = b.graph.add(Op::silu, {b.linear(x, name + ".gate", width, b.config.hidden, false)});
  const Value up = b.linear(x, name + ".up", width, b.config.hidden, false);
  return b.linear(b.multiply(gate, up), name + ".down", b.config.hidden, b.config.distance, false);
}

}  // namespace

Value gnn_lsh_backbone(Builder& b, Value embedding) {
  Value x = embedding;
  for (std::int64_t layer = 0; layer < b.config.layers; ++layer) {
    const std::string name = "layer." + std::to_string(layer);
    const Value normed = b.rms_norm(x, name + ".norm", b.config.width);
    const Value points = points_of(b, name + ".distance", normed);
    Value sum;
    for (std::int64_t hash = 0; hash < b.config.or_hashes; ++hash) {
      const Value one = layer_once(b, name + ".hash." + std::to_string(hash), normed, points);
      sum = hash == 0 ? one : b.add(sum, one);
    }
    sum = b.dropout(sum);
    x = b.masked(b.config.residual ? b.add(x, sum) : sum);
  }
  return x;
}

}  // namespace sluice::model
