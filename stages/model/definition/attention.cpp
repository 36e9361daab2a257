// The attention backbone and its sibling with a kernel in place of the softmax: layers of pre-norm
// self-attention and a feed-forward block, with residuals. The last layer asks with the embedding itself, so
// that an element's read-out stays tied to the element. (J. Pata et al., arXiv:2309.06782, describes the
// network; Choromanski et al., arXiv:2009.14794, the positive random features.)
#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

Value attend(Builder& b, const std::string& name, Value q, Value kv) {
  const std::int64_t width = b.config.width;
  const Value query = b.linear(q, name + ".query", width, width);
  // No bias: it would add the same to all scores of a query, which changes nothing but what rounding makes of
  // it.
  const Value key = b.linear(kv, name + ".key", width, width, false);
  const Value value = b.linear(kv, name + ".value", width, width);
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
