// Two steps of each optimiser, worked out by hand on a network of one weight.
#include "stages/train/optimizer.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>

namespace sluice::train {

namespace {

struct OneWeight {
  explicit OneWeight(float start) : graph(make()), network(graph, {{"w", {{1}, {start}}}}, at::kCPU) {}
  static model::Graph make() {
    model::Graph graph;
    graph.output("w", graph.weight("w", {1}, {}));
    return graph;
  }
  void gradient(float number) { network.flat_gradients().fill_(number); }
  double weight() { return network.flat_weights().item<double>(); }
  model::Graph graph;
  model::TorchNetwork network;
};

Settings with(const char* optimizer) {
  Settings settings;
  settings.optimizer = optimizer;
  settings.weight_decay = 0.1;
  return settings;
}

TEST(Optimizer, AdamW) {
  OneWeight one(1);
  Optimizer optimizer(with("adamw"), one.network);
  one.gradient(0.5F);
  optimizer.step(0.01);
  // The first step is as long as the rate, whatever the gradient; decay acts on the weight itself.
  const double first = 1 * (1 - 0.01 * 0.1) - 0.01;
  EXPECT_NEAR(one.weight(), first, 1e-6);
  one.gradient(-0.25F);
  optimizer.step(0.01);
  const double m = (0.9 * 0.05 + 0.1 * -0.25) / (1 - 0.81);
  const double v = (0.999 * 0.00025 + 0.001 * 0.0625) / (1 - 0.998001);
  EXPECT_NEAR(one.weight(), first * (1 - 0.001) - 0.01 * m / std::sqrt(v), 1e-6);
}

TEST(Optimizer, Sgd) {
  OneWeight one(1);
  Optimizer optimizer(with("sgd"), one.network);
  one.gradient(0.5F);
  optimizer.step(0.1);
  EXPECT_NEAR(one.weight(), 1 - 0.1 * (0.5 + 0.1), 1e-6);  // 0.94
  one.gradient(0.5F);
  optimizer.step(0.1);
  EXPECT_NEAR(one.weight(), 0.94 - 0.1 * (0.9 * 0.6 + 0.5 + 0.094), 1e-6);
}

TEST(Optimizer, LambStepsInProportionToTheWeight) {
  OneWeight one(2);
  Optimizer optimizer(with("lamb"), one.network);
  one.gradient(0.5F);
  optimizer.step(0.01);
  // Direction 1 + 0.1 * 2 = 1.2, trust 2 / 1.2: the weight moves by rate times its own length.
  EXPECT_NEAR(one.weight(), 2 - 0.01 * 2, 1e-5);
}

TEST(Optimizer, ClipsLongGradients) {
  OneWeight one(0);
  Settings settings = with("sgd");
  settings.clip = 1;
  Optimizer optimizer(settings, one.network);
  one.gradient(10);
  EXPECT_NEAR(optimizer.step(0.1), 10, 1e-6);
  EXPECT_NEAR(one.weight(), -0.1, 1e-6);
}

TEST(Optimizer, GoesOnFromItsStateAsIfNothingHadHappened) {
  OneWeight straight(1);
  Optimizer all(with("adamw"), straight.network);
  OneWeight first(1);
  Optimizer before(with("adamw"), first.network);
  for (const float gradient : {0.5F, -1.0F}) {
    straight.gradient(gradient), first.gradient(gradient);
    all.step(0.01), before.step(0.01);
  }
  OneWeight second(static_cast<float>(first.weight()));
  Optimizer after(with("adamw"), second.network);
  after.set_state(before.state(), before.steps());
  straight.gradient(0.3F), second.gradient(0.3F);
  all.step(0.01), after.step(0.01);
  EXPECT_EQ(straight.weight(), second.weight());
}

}  // namespace

}  // namespace sluice::train
