#include "stages/model/definition/network.h"

#include "stages/model/definition/blocks.h"

namespace sluice::model {

namespace {

Value by_type(Builder& b, Value features, const std::vector<std::vector<double>>& rows) {
  Value sum;
  const Value type = b.column(features, feature::elemtype);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Value is = b.graph.add(Op::equals, {type}, {}, {static_cast<double>(i + 1)});
    const Value part = b.multiply(is, b.constant(rows[i]));
    sum = i == 0 ? part : b.add(sum, part);
  }
  return sum;
}

/// (x - mean) / deviation of the element's own type, and the logarithms that span orders of magnitude.
Value normalise(Builder& b, Value features, const Normalisation& normalisation) {
  std::vector<std::vector<double>> mean;
  std::vector<std::vector<double>> scale;
  for (const auto& row : normalisation.mean) mean.emplace_back(row.begin(), row.end());
  for (const auto& row : normalisation.deviation) {
    scale.emplace_back();
    for (const float deviation : row) scale.back().push_back(1 / static_cast<double>(deviation));
  }
  Value x = b.graph.add(Op::subtract, {features, by_type(b, features, mean)});
  x = b.multiply(x, by_type(b, features, scale));
  // Long tails would drown everything else.
  x = b.graph.add(Op::clamp, {x}, {}, {-20, 20});
  if (!b.config.log_features) return x;
  const auto logarithm = [&](std::int64_t column) {
    const Value positive = b.graph.add(Op::clamp, {b.column(features, column)}, {}, {1e-3, 1e6});
    return b.graph.add(Op::logarithm, {positive});
  };
  return b.graph.add(Op::concat, {x, logarithm(feature::pt), logarithm(feature::energy)});
}

Value encode(Builder& b, Value features, Value x, std::int64_t columns) {
  if (b.config.encoder == "joint") return b.masked(b.feed_forward(x, "encoder", columns, b.config.width));
  return b.masked(b.by_type(features, x, [&](Value own_type, int type) {
    return b.feed_forward(own_type, "encoder." + std::to_string(type), columns, b.config.width);
  }));
}

}  // namespace

Normalisation identity_normalisation(std::int64_t features) {
  Normalisation same;
  const auto count = static_cast<std::size_t>(features);
  for (std::size_t i = 0; i < count; ++i) same.feature_names.push_back("f" + std::to_string(i));
  same.mean.assign(element_types, std::vector<float>(count, 0));
  same.deviation.assign(element_types, std::vector<float>(count, 1));
  return same;
}

Graph build_network(const ModelConfig& config, const Normalisation& normalisation) {
  Builder b{{}, config, {}};
  const Value features = b.graph.add(Op::features, {});
  b.mask = b.graph.add(Op::mask, {});
  Value x = normalise(b, features, normalisation);
  std::int64_t columns = config.features() + (config.log_features ? 2 : 0);
  if (config.face_radius > 0) {
    const Face face = find_face(b, features);
    b.place = face.place;
    x = b.graph.add(Op::concat, {x, face.place, face.flight});
    columns += 6;
    if (config.elements == "cluster") {
      x = b.graph.add(Op::concat, {x, cluster_shape(b, features, face.place)});
      columns += shape_columns;
    }
    // It takes N² steps: not for a backbone that takes N.
    if (config.surroundings && config.elements == "cluster" && config.backbone == "attention") {
      x = b.graph.add(Op::concat, {x, surroundings(b, features, face.place)});
      columns += surrounding_columns;
    }
  }
  const Value embedding = encode(b, features, x, columns);
  const Value representation =
      config.backbone == "gnn_lsh" ? gnn_lsh_backbone(b, embedding) : attention_backbone(b, embedding);
  add_heads(b, features, representation);
  return std::move(b.graph);
}

}  // namespace sluice::model
