// What a particle flow by hand would look at, given to the network ready-made: whether the energy around a
// track is what the track explains, and how a shower looks.
#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

Value logarithm(Builder& b, Value x, double least) {
  return b.graph.add(Op::logarithm, {b.graph.add(Op::clamp, {x}, {}, {least, 1e6})});
}

Value is_type(Builder& b, Value features, double type) {
  return b.graph.add(Op::equals, {b.column(features, feature::elemtype)}, {}, {type});
}

}  // namespace

Value surroundings(Builder& b, Value features, Value place) {
  const Value track = is_type(b, features, 1);
  const Value cluster = is_type(b, features, 2);
  const auto of = [&](Value type, std::int64_t column) {
    return b.multiply(type, b.column(features, column));
  };
  const Value x =
      b.graph.add(Op::concat, {track, of(track, feature::energy), cluster, of(cluster, feature::energy_ecal),
                               of(cluster, feature::energy_hcal)});
  // In rad: a cell of the HCAL, a shower, a shower with its fragments, a jet's core.
  const Value sums = b.graph.add(Op::near_sums, {place, x, b.mask}, {}, {0.02, 0.05, 0.12, 0.3});
  return logarithm(b, sums, 0.01);
}

Value cluster_shape(Builder& b, Value features, Value place) {
  Graph& g = b.graph;
  const Value cluster = is_type(b, features, 2);
  const auto square = [&](Value x) { return b.multiply(x, x); };
  const auto root = [&](Value x) {
    return g.add(Op::square_root, {g.add(Op::clamp, {x}, {}, {1e-12, 1e30})});
  };
  const auto at = [&](std::int64_t i) { return b.column(features, feature::position + i); };
  const Value distance = root(b.add(b.add(square(at(0)), square(at(1))), square(at(2))));
  // The face is where the first of its two surfaces is met: 1 / max(across / radius, along / z).
  const Value across = b.multiply(root(b.add(square(b.column(place, 0)), square(b.column(place, 1)))),
                                  b.constant({1 / b.config.face_radius}));
  const Value along = b.multiply(root(square(b.column(place, 2))), b.constant({1 / b.config.face_z}));
  const Value most = b.add(across, g.add(Op::relu, {g.add(Op::subtract, {along, across})}));
  const Value depth = g.add(Op::subtract, {distance, g.add(Op::divide, {b.constant({1}), most})});
  std::vector<Value> columns = {g.add(Op::clamp, {b.multiply(depth, b.constant({1.0 / 200}))}, {}, {-5, 20})};
  for (const std::int64_t column : {feature::energy_ecal, feature::energy_hcal, feature::energy_other})
    columns.push_back(logarithm(b, b.column(features, column), 0.01));
  for (std::int64_t i = 0; i < 4; ++i)  // hits, and the widths along x, y, z in mm
    columns.push_back(logarithm(b, b.column(features, feature::hits + i), 0.1));
  return b.multiply(g.add(Op::concat, columns), cluster);
}

}  // namespace sluice::model
