// The attention backbone and its sibling with a kernel in place of the softmax: layers of pre-norm
// self-attention and a feed-forward block, with residuals. The last layer asks with the embedding itself, so
// that an element's read-out stays tied to the element. (J. Pata et al., arXiv:2309.06782, describes the
// network; Choromanski et al., arXiv:2009.14794, the positive random features.)
#include <cmath>

#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

/// The scale from which heads look near, in rad: what a shower is wide, and a track's line is off.
constexpr double nearest = 0.04;
constexpr double place_unit = 0.04;  ///< so that the weights are numbers around 1, as all others are

/// For unit vectors a·b = 1 - |a - b|²/2: a product of places in queries and keys lets attention fall off
/// with the distance like a Gaussian.
Value look_near(Builder& b, const std::string& name) {
  const std::int64_t width = b.config.width;
  const double head_width = static_cast<double>(width / b.config.heads);
  const double scale = place_unit / nearest * std::sqrt(std::sqrt(head_width));
  const Value weight = b.graph.weight(name + ".near", {width, 3}, {Start::Kind::near, scale, b.config.heads});
  return b.graph.add(Op::linear, {b.multiply(b.place, b.constant({1 / place_unit})), weight});
}

Value attend(Builder& b, const std::string& name, Value q, Value kv) {
  const std::int64_t width = b.config.width;
  Value query = b.linear(q, name + ".query", width, width);
  // No bias: it would add the same to all scores of a query, which changes nothing but what rounding makes of
  // it.
  Value key = b.linear(kv, name + ".key", width, width, false);
  const Value value = b.linear(kv, name + ".value", width, width);
  if (b.config.near_heads && b.place.node >= 0 && b.config.backbone == "attention") {
    query = b.add(query, look_near(b, name + ".query"));
    key = b.add(key, look_near(b, name + ".key"));
  }
  Value seen;
  if (b.config.backbone == "kernel") {
    const Value random =
        b.graph.weight(name + ".random_features", {b.config.random_features, width / b.config.heads},
                       {Start::Kind::orthogonal, 1}, /*trained=*/false);
    seen = b.graph.add(Op::kernel_attention, {query, key, value, b.mask, random}, {b.config.heads});
  } else {
    seen = b.graph.add(Op::attention, {query, key, value, b.mask}, {b.config.heads});
  }
  return b.linear(seen, name + ".out", width, width);
}

}  // namespace

Value attention_backbone(Builder& b, Value embedding) {
  const std::int64_t width = b.config.width;
  Value x = embedding;
  for (std::int64_t layer = 0; layer < b.config.layers; ++layer) {
    const std::string name = "layer." + std::to_string(layer);
    Value h = b.layer_norm(x, name + ".norm_attention", width);
    const Value q = layer + 1 == b.config.layers ? embedding : h;
    x = b.add(x, b.dropout(attend(b, name + ".attention", q, h)));
    h = b.layer_norm(x, name + ".norm_feed_forward", width);
    h = b.activate(b.linear(h, name + ".feed_forward.0", width, b.config.hidden));
    h = b.activate(b.linear(h, name + ".feed_forward.1", b.config.hidden, width));
    x = b.masked(b.add(x, b.dropout(h)));
  }
  return x;
}

}  // namespace sluice::model
