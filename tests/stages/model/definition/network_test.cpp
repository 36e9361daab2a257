// Settings, shapes, first weights, and what a model folder keeps of them.
#include "stages/model/definition/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stages/model/definition/weights.h"
#include "stages/model/store/model_folder.h"

namespace sluice::model {

namespace {

Graph network_of(const ModelConfig& config) {
  return build_network(config, identity_normalisation(config.features()));
}

TEST(ModelConfig, ComesBackFromItsToml) {
  ModelConfig config;
  config.backbone = "gnn_lsh";
  config.layers = 5;
  config.dropout = 0.1;
  config.task_queries = false;
  const auto again = parse_model_toml(model_toml(config), "model.toml");
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, config);
}

TEST(ModelConfig, AWrongFileIsShownWithItsLines) {
  const auto wrong = parse_model_toml("[model]\nlayers = 0\nwidht = 3\nbackbone = \"rnn\"\n", "model.toml");
  ASSERT_FALSE(wrong);
  const std::string& text = wrong.error().what;
  EXPECT_NE(text.find("model.toml:2:10: error: 'layers' has to be an integer from 1 to 64"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("model.toml:3:1: error: unknown setting 'widht'"), std::string::npos) << text;
  EXPECT_NE(text.find("model.toml:4:12: error: 'backbone' has to be one of attention gnn_lsh kernel"),
            std::string::npos)
      << text;
}

TEST(ModelConfig, HeadsShareTheWidth) {
  ModelConfig config;
  config.width = 100;
  const auto checked = check(config);
  ASSERT_FALSE(checked);
  EXPECT_EQ(
      to_string(checked.error()),
      "heads: a width of 100 can't be shared by 8 heads\n  choose a number of heads that divides the width");
}

TEST(Network, HasTheNumbersThatItsShapeSays) {
  ModelConfig config;  // F = 17 + 2 logarithms, D = W = 128
  config.layers = 1;
  config.encoder = "joint";
  config.task_queries = false;
  config.face_radius = 0;
  std::int64_t numbers = 0;
  for (const WeightSpec& spec : network_of(config).weights) numbers += spec.numbers();
  const std::int64_t linear = 128 * 128 + 128;
  const std::int64_t norm = 2 * 128;
  const auto head = [&](std::int64_t out) { return linear + norm + 128 * out + out; };
  const std::int64_t encoder = 19 * 128 + 128 + norm + linear;
  const std::int64_t layer = 2 * norm + 3 * linear + 128 * 128 + 2 * linear;
  const std::int64_t heads = head(2) + head(6) + 2 * head(2) + 2 * head(1) + 3 * head(2);
  EXPECT_EQ(numbers, encoder + layer + 2 * norm + heads);
}

TEST(Weights, DependOnSeedAndNameAlone) {
  ModelConfig two;
  two.layers = 2;
  ModelConfig three;
  three.layers = 3;
  const Weights a = starting_weights(network_of(two), 1);
  const Weights b = starting_weights(network_of(three), 1);
  EXPECT_EQ(a.at("layer.1.attention.query.weight"), b.at("layer.1.attention.query.weight"));
  EXPECT_NE(a.at("layer.1.attention.query.weight"),
            starting_weights(network_of(two), 2).at("layer.1.attention.query.weight"));
}

TEST(Weights, HalfOfTheHeadsBeginByLookingNear) {
  ModelConfig config;
  config.width = 16;
  config.heads = 4;
  const Weights weights = starting_weights(network_of(config), 1);
  const Weight near = weights.at("layer.0.attention.query.near");
  EXPECT_EQ(near, weights.at("layer.0.attention.key.near"));
  ASSERT_EQ(near.shape, (std::vector<std::int64_t>{16, 3}));
  const auto scale = static_cast<float>(std::sqrt(2));  // of heads that are 4 wide
  for (std::size_t row = 0; row < 16; ++row)
    for (std::size_t column = 0; column < 3; ++column) {
      const bool diagonal = row % 4 == column && row < 8;
      EXPECT_FLOAT_EQ(near.numbers[row * 3 + column], diagonal ? row < 4 ? scale : scale / 2 : 0);
    }
}

TEST(Weights, RandomFeaturesAreOrthogonal) {
  ModelConfig config;
  config.backbone = "kernel";
  config.width = 32;
  config.heads = 4;
  const Weight random = starting_weights(network_of(config), 1).at("layer.0.attention.random_features");
  ASSERT_EQ(random.shape, (std::vector<std::int64_t>{64, 8}));
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      double product = 0;
      for (std::size_t c = 0; c < 8; ++c)
        product +=
            static_cast<double>(random.numbers[i * 8 + c]) * static_cast<double>(random.numbers[k * 8 + c]);
      EXPECT_NEAR(product, 0, 1e-4);
    }
}

TEST(Weights, ThoseOfAnotherNetworkAreRefused) {
  ModelConfig config;
  const Graph graph = network_of(config);
  Weights weights = starting_weights(graph, 1);
  EXPECT_TRUE(check(graph, weights, "w"));
  weights["more"] = {{1}, {0}};
  EXPECT_EQ(check(graph, weights, "w").error().what, "this network has no weight more");
  weights.erase("more");
  weights.at("head.binary.1.bias").numbers[0] = std::nanf("");
  EXPECT_EQ(check(graph, weights, "w").error().what,
            "the weight head.binary.1.bias holds a number that is not finite");
  weights.at("head.binary.1.bias") = {{3}, {0, 0, 0}};
  EXPECT_EQ(check(graph, weights, "w").error().what,
            "the weight head.binary.1.bias is 3, but this network needs 2");
  weights.erase("head.binary.1.bias");
  EXPECT_EQ(check(graph, weights, "w").error().what,
            "the weight head.binary.1.bias of this network is missing");
}

TEST(ArrayFile, ComesBackAndGivesTheSameBytes) {
  const Arrays arrays = {{"a/real", {{2, 2}, std::vector<float>{1, 2, 3, 4}}},
                         {"whole", {{0}, std::vector<std::int64_t>{}}}};
  const auto bytes = to_hdf5(arrays, "sluice-test");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, *to_hdf5(arrays, "sluice-test"));
  const auto again = from_hdf5(*bytes, "sluice-test", "file");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, arrays);
  EXPECT_EQ(from_hdf5(*bytes, "sluice-other", "file").error().what,
            "this is no file of the kind sluice-other");
  EXPECT_FALSE(from_hdf5(bytes->substr(0, bytes->size() / 2), "sluice-test", "file"));
  EXPECT_FALSE(from_hdf5("", "sluice-test", "file"));
}

}  // namespace

}  // namespace sluice::model
