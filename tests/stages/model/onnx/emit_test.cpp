// What stands in the files, and that fixed weights give fixed bytes.
#include "stages/model/onnx/emit.h"

#include <gtest/gtest.h>

#include "engine/base/hash.h"
#include "stages/model/definition/network.h"

namespace sluice::model {

namespace {

std::string bytes_of(const char* backbone) {
  ModelConfig config;
  config.backbone = backbone;
  config.layers = 1;
  config.width = 8;
  config.hidden = 8;
  config.heads = 2;
  const Graph graph = build_network(config, identity_normalisation(config.features()));
  // Weights of whole numbers, so that no library's logarithm stands between this test and the bytes.
  Weights weights;
  for (const WeightSpec& spec : graph.weights) {
    Weight& weight = weights[spec.name] = {spec.shape, {}};
    for (std::int64_t i = 0; i < spec.numbers(); ++i) weight.numbers.push_back(static_cast<float>(i % 7 - 3));
  }
  const auto bytes = emit_onnx(graph, weights, config.features(),
                               {output::particle_class, output::momentum, output::probability},
                               {"text", {{"key", "value"}}});
  EXPECT_TRUE(bytes) << (bytes ? "" : to_string(bytes.error()));
  return bytes ? *bytes : "";
}

TEST(EmitOnnx, FixedWeightsGiveFixedBytes) {
  // Other bytes need a new results_version of sluice-export.
  EXPECT_EQ(to_hex(hash_bytes(bytes_of("attention"))), "638b3648482ad912e4e57db39f9e2858");
  EXPECT_EQ(to_hex(hash_bytes(bytes_of("gnn_lsh"))), "f0e9ca4c803fce1173511c09a0ec5d12");
  EXPECT_EQ(to_hex(hash_bytes(bytes_of("kernel"))), "c4fa29c35cc94cf8af6c8b3d2b11deb6");
}

TEST(EmitOnnx, OnlyWhatTheOutputsNeedGoesIn) {
  ModelConfig config;
  const Graph graph = build_network(config, identity_normalisation(config.features()));
  const Weights weights = starting_weights(graph, 1);
  const auto all =
      emit_onnx(graph, weights, config.features(), {output::momentum, output::particle_class}, {});
  const auto one = emit_onnx(graph, weights, config.features(), {output::momentum}, {});
  ASSERT_TRUE(all && one);
  EXPECT_NE(all->find("head.class.0.weight"), std::string::npos);
  EXPECT_EQ(one->find("head.class.0.weight"), std::string::npos);
}

}  // namespace

}  // namespace sluice::model
