// From the backbone to particles: two read-outs (what it is, and its momentum), each of which may look at the
// event as a whole, and the decoding. Energy is read out on top of the momentum, so that no mass is
// imaginary.
#include "stages/model/definition/blocks.h"
#include "stages/model/definition/network.h"

namespace sluice::model {

namespace {

constexpr double largest_log_ratio = 8;  ///< e^8: three thousand times what the detector saw
constexpr double smallest = 1e-6;        ///< GeV; below that an element is as good as not there
/// A network begins by saying what the element itself says: its own momentum is most of what there is to
/// know.
constexpr double near_nothing = 0.01;

/// A learned query looks at all elements of the event; what it finds is added to each of them.
Value read_out(Builder& b, const std::string& name, Value x) {
  const std::int64_t width = b.config.width;
  if (b.config.task_queries) {
    const Value query = b.graph.weight(name + ".query", {1, 1, width}, {Start::Kind::normal, 0.02});
    const Value q = b.layer_norm(query, name + ".norm_query", width);
    const Value keys = b.layer_norm(x, name + ".norm_keys", width);
    const Value asked = b.linear(q, name + ".attention.query", width, width);
    const Value key = b.weight(name + ".attention.key", width, width);
    const Value value = b.weight(name + ".attention.value", width, width);
    const Value bias = b.bias(name + ".attention.value", width, width);
    const Value seen = b.graph.add(Op::pool, {asked, keys, key, value, bias, b.mask}, {b.config.heads});
    const Value found = b.linear(seen, name + ".attention.out", width, width);
    const Value sum = b.add(x, b.graph.add(Op::spread, {found}));
    Value h = b.layer_norm(sum, name + ".norm_feed_forward", width);
    h = b.activate(b.linear(h, name + ".feed_forward.0", width, b.config.hidden));
    h = b.activate(b.linear(h, name + ".feed_forward.1", b.config.hidden, width));
    x = b.masked(b.add(sum, b.dropout(h)));
  }
  return b.layer_norm(x, name + ".norm", width);
}

/// 1 for elements of this type (1, 2, …), of shape [B,N,1].
Value is_type(Builder& b, Value features, int type) {
  return b.graph.add(Op::equals, {b.column(features, feature::elemtype)}, {}, {static_cast<double>(type)});
}

/// Of one number (or `out` of them) for each type, the one of the element's type.
Value of_own_type(Builder& b, Value features, Value all, std::int64_t out) {
  Value sum;
  for (int type = 0; type < element_types; ++type) {
    const Value part = b.graph.add(Op::columns, {all}, {type * out, (type + 1) * out});
    const Value own = b.multiply(part, is_type(b, features, type + 1));
    sum = type == 0 ? own : b.add(sum, own);
  }
  return sum;
}

/// The regression modes: what the network adds to, multiplies with, or puts in place of the element's own.
Value regress(Builder& b, const std::string& name, const std::string& mode, Value features, Value x,
              Value own) {
  const std::int64_t width = b.config.width;
  if (mode == "direct-elemtype-split" || mode == "gated-elemtype-split")
    return b.by_type(features, x, [&](Value own_type, int type) {
      const bool gated = mode == "gated-elemtype-split";
      const Value net =
          b.feed_forward(own_type, name + "." + std::to_string(type), width, gated ? 2 : 1, near_nothing);
      if (!gated) return net;
      return b.multiply(b.column(net, 0), b.graph.add(Op::sigmoid, {b.column(net, 1)}));
    });
  if (mode == "direct-elemtype")
    return of_own_type(b, features, b.feed_forward(x, name, width, element_types, near_nothing), 1);
  if (mode == "linear" || mode == "linear-elemtype") {  // own * (1 + a) + c
    Value net =
        mode == "linear"
            ? b.feed_forward(x, name, width, 2, near_nothing)
            : of_own_type(b, features, b.feed_forward(x, name, width, 2 * element_types, near_nothing), 2);
    return b.add(b.add(own, b.multiply(own, b.column(net, 0))), b.column(net, 1));
  }
  const Value net = b.feed_forward(x, name, width, 1, near_nothing);
  if (mode == "additive") return b.add(own, net);
  if (mode == "multiplicative") return b.add(own, b.multiply(own, net));
  return net;
}

struct Regression {
  Value log_pt;  ///< over the element's
  Value eta;
  Value sin_phi;
  Value cos_phi;
  Value log_energy;  ///< over the element's
};

Value at_least(Builder& b, Value x, double least) { return b.graph.add(Op::clamp, {x}, {}, {least, 1e30}); }

/// ln(p / element's energy) from transverse momentum and direction, on which energy does not train.
Value log_momentum(Builder& b, Value features, const Regression& r) {
  Graph& g = b.graph;
  const Value pt = b.add(g.add(Op::detach, {r.log_pt}),
                         g.add(Op::logarithm, {at_least(b, b.column(features, feature::pt), smallest)}));
  const Value eta = g.add(Op::clamp, {g.add(Op::detach, {r.eta})}, {}, {-10, 10});
  const Value p = b.add(pt, g.add(Op::logarithm, {g.add(Op::hyperbolic_cosine, {eta})}));
  return g.add(Op::subtract,
               {p, g.add(Op::logarithm, {at_least(b, b.column(features, feature::energy), smallest)})});
}

Regression regress_all(Builder& b, Value features, Value x) {
  Regression r;
  const auto own = [&](std::int64_t column) { return b.column(features, column); };
  const auto one = [&](const char* name, const std::string& mode, std::int64_t column) {
    return regress(b, std::string("head.") + name, mode, features, x, own(column));
  };
  r.log_pt = b.graph.add(Op::clamp, {one("pt", b.config.pt_mode, feature::pt)}, {},
                         {-largest_log_ratio, largest_log_ratio});
  r.eta = one("eta", b.config.eta_mode, feature::eta);
  r.sin_phi = one("sin_phi", b.config.sin_phi_mode, feature::sin_phi);
  r.cos_phi = one("cos_phi", b.config.cos_phi_mode, feature::cos_phi);
  const Value more = one("energy", b.config.energy_mode, feature::energy);
  const Value mass_term = b.graph.add(Op::clamp, {more}, {}, {0, largest_log_ratio});
  r.log_energy = b.add(log_momentum(b, features, r), mass_term);
  return r;
}

/// pt and energy in GeV; the direction's sine and cosine brought to length 1.
Value decode_momentum(Builder& b, Value features, const Regression& r) {
  Graph& g = b.graph;
  const auto scaled = [&](Value log_ratio, std::int64_t column) {
    return b.multiply(g.add(Op::exponential, {log_ratio}), at_least(b, b.column(features, column), smallest));
  };
  const Value eta = g.add(Op::clamp, {r.eta}, {}, {-10, 10});
  const Value square = b.add(b.multiply(r.sin_phi, r.sin_phi), b.multiply(r.cos_phi, r.cos_phi));
  const Value length = g.add(Op::square_root, {at_least(b, square, 1e-12)});
  const Value all =
      g.add(Op::concat, {scaled(r.log_pt, feature::pt), eta, g.add(Op::divide, {r.sin_phi, length}),
                         g.add(Op::divide, {r.cos_phi, length}), scaled(r.log_energy, feature::energy)});
  return b.masked(all);
}

}  // namespace

void add_heads(Builder& b, Value features, Value representation) {
  Graph& g = b.graph;
  const std::int64_t width = b.config.width;
  const Value identity = read_out(b, "readout.class", representation);
  const Value kinematics = read_out(b, "readout.regression", representation);
  const Value binary = b.feed_forward(identity, "head.binary", width, 2);
  const Value logits = b.feed_forward(identity, "head.class", width, classes);
  const Regression r = regress_all(b, features, kinematics);
  g.output(output::binary, binary);
  g.output(output::classes, logits);
  g.output(output::regression, g.add(Op::concat, {r.log_pt, r.eta, r.sin_phi, r.cos_phi, r.log_energy}));
  // Both heads can say "none"; padding is none, too.
  const Value is_particle = b.multiply(g.add(Op::argmax, {binary}), g.add(Op::argmax, {logits}));
  const Value element = g.add(Op::equals, {b.mask}, {1}, {1.0});
  g.output(output::particle_class, b.multiply(is_particle, element));
  g.output(output::momentum, decode_momentum(b, features, r));
  g.output(output::probability, b.masked(g.add(Op::softmax, {logits})));
}

}  // namespace sluice::model
