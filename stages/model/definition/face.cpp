// Tracks followed through the magnetic field to the calorimeter's face, along the helix that their features
// describe, and clusters and hits seen from the centre.
#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

constexpr double least_curvature = 1e-7;  ///< 1/mm: 10 TeV in 4 T
constexpr double most_curvature = 1;      ///< of what is a track; other elements have other numbers there
constexpr double least_slope = 1e-4;      ///< of tan lambda
constexpr double most_slope = 100;
constexpr double quarter_turn = 1.5707963;

struct Vector {
  Value x, y, z;
};

Value clamped(Builder& b, Value x, double least, double most) {
  return b.graph.add(Op::clamp, {x}, {}, {least, most});
}

Value scaled(Builder& b, Value x, double factor) { return b.multiply(x, b.constant({factor})); }

/// |x|, at least `least`.
Value size(Builder& b, Value x, double least, double most) {
  const Value square = b.multiply(x, x);
  return b.graph.add(Op::square_root, {clamped(b, square, least * least, most * most)});
}

Value minus(Builder& b, Value x, Value y) { return b.graph.add(Op::subtract, {x, y}); }

Value unit(Builder& b, const Vector& v) {
  const Value square = b.add(b.add(b.multiply(v.x, v.x), b.multiply(v.y, v.y)), b.multiply(v.z, v.z));
  const Value length = b.graph.add(Op::square_root, {clamped(b, square, 1e-12, 1e30)});
  return b.graph.add(Op::divide, {b.graph.add(Op::concat, {v.x, v.y, v.z}), length});
}

/// The angle by which the line to where a track meets the face is off the one in which it set out: half of
/// what it turned until it came to the barrel or the endcap. One that comes to neither in half a turn stays
/// there.
Value half_turn(Builder& b, Value curvature, Value slope) {
  const Value at_radius = clamped(b, scaled(b, curvature, b.config.face_radius / 2), 0, 1);
  const Value barrel = b.graph.add(Op::arcsine, {at_radius});
  const Value to_z = b.graph.add(Op::divide, {scaled(b, curvature, b.config.face_z / 2), slope});
  const Value endcap = clamped(b, to_z, 0, quarter_turn);
  return minus(b, barrel, b.graph.add(Op::relu, {minus(b, barrel, endcap)}));
}

Face face_of_tracks(Builder& b, Value features) {
  Graph& g = b.graph;
  const Value sin_phi = b.column(features, feature::sin_phi);
  const Value cos_phi = b.column(features, feature::cos_phi);
  const Value tan_lambda = clamped(b, b.column(features, feature::tan_lambda), -most_slope, most_slope);
  const Value omega = clamped(b, b.column(features, feature::omega), -most_curvature, most_curvature);
  const Value curvature = size(b, omega, least_curvature, most_curvature);
  const Value sign = g.add(Op::divide, {omega, curvature});
  const Value turn = half_turn(b, curvature, size(b, tan_lambda, least_slope, most_slope));
  const Value sine = g.add(Op::sine, {turn});
  const Value cosine =
      g.add(Op::square_root, {clamped(b, minus(b, b.constant({1}), b.multiply(sine, sine)), 0, 1)});
  const Value across = scaled(b, g.add(Op::divide, {sine, curvature}), 2);
  const Value way = scaled(b, g.add(Op::divide, {turn, curvature}), 2);
  // Turned by `turn` for where it is, and by as much again for where it flies.
  const auto turned = [&](Value c, Value s) {
    const Value side = b.multiply(sign, sine);
    return std::pair{b.add(b.multiply(c, cosine), b.multiply(s, side)),
                     minus(b, b.multiply(s, cosine), b.multiply(c, side))};
  };
  const auto [cos_place, sin_place] = turned(cos_phi, sin_phi);
  const auto [cos_flight, sin_flight] = turned(cos_place, sin_place);
  return {
      unit(b, {b.multiply(across, cos_place), b.multiply(across, sin_place), b.multiply(way, tan_lambda)}),
      unit(b, {cos_flight, sin_flight, tan_lambda})};
}

}  // namespace

Face find_face(Builder& b, Value features) {
  const Value there =
      unit(b, {b.column(features, feature::position), b.column(features, feature::position + 1),
               b.column(features, feature::position + 2)});
  if (b.config.elements == "hit") return {there, there};
  const Value type = b.column(features, feature::elemtype);
  const Value is_track = b.graph.add(Op::equals, {type}, {}, {1});
  const Value is_cluster = b.graph.add(Op::equals, {type}, {}, {2});
  const Face tracks = face_of_tracks(b, features);
  const Value cluster = b.multiply(there, is_cluster);
  return {b.add(b.multiply(tracks.place, is_track), cluster),
          b.add(b.multiply(tracks.flight, is_track), cluster)};
}

}  // namespace sluice::model
