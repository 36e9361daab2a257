// The losses, by hand and against finite differences.
#include "stages/train/loss.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "stages/model/definition/network.h"
#include "stages/model/torch/torch_network.h"
#include "tests/stages/train/memory_source.h"

namespace sluice::train::testing {

namespace {

/// One event of three elements: a photon, nothing, padding.
Batch small_batch() {
  Batch batch;
  batch.rows = 1;
  batch.length = 3;
  batch.no_padding = false;
  batch.features.assign(3 * 17, 0);
  batch.mask = {1, 1, 0};
  batch.weight = {1, 1, 0};
  batch.classes = {3, 0, 0};
  batch.targets.assign(15, 0);
  batch.targets[0] = 0.5F;   // ln(pt / x)
  batch.targets[1] = 1.0F;   // eta
  batch.targets[4] = -0.5F;  // ln(E / x)
  batch.importance = {2, 0, 0};
  return batch;
}

std::vector<at::Tensor> zero_outputs() {
  return {at::zeros({1, 3, 2}), at::zeros({1, 3, 6}), at::zeros({1, 3, 5})};
}

std::vector<double> sums_of(const std::vector<at::Tensor>& outputs, const Settings& settings) {
  const BatchTensors batch(small_batch(), 17, at::kCPU);
  const at::Tensor sums = loss_sums(outputs, batch, settings).to(at::kDouble);
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + 7};
}

TEST(Loss, OfANetworkThatKnowsNothing) {
  const auto sums = sums_of(zero_outputs(), {});
  EXPECT_NEAR(sums[0], 2 * std::log(2), 1e-6);                     // two elements, each ln 2
  EXPECT_NEAR(sums[1], std::pow(5.0 / 6, 2) * std::log(6), 1e-6);  // (1 - 1/6)^2 ln 6, of the photon alone
  EXPECT_NEAR(sums[2], 0.25 * 2, 1e-6);                            // 0.5^2 sqrt(4 GeV)
  EXPECT_NEAR(sums[3], 1, 1e-6);
  EXPECT_NEAR(sums[4], 0, 1e-6);
  EXPECT_NEAR(sums[5], 0, 1e-6);
  EXPECT_NEAR(sums[6], 0.25 * 2, 1e-6);
}

TEST(Loss, CrossEntropyInsteadOfFocal) {
  Settings settings;
  settings.loss = "cross_entropy";
  EXPECT_NEAR(sums_of(zero_outputs(), settings)[1], std::log(6), 1e-6);
}

TEST(Loss, WhatPaddingSaysDoesNotCount) {
  auto outputs = zero_outputs();
  for (at::Tensor& output : outputs) output.select(1, 2).fill_(1e6);
  EXPECT_EQ(sums_of(outputs, {}), sums_of(zero_outputs(), {}));
}

TEST(Loss, OnlyElementsThatCarryAParticleAreRegressed) {
  auto outputs = zero_outputs();
  outputs[2].select(1, 1).fill_(7);
  EXPECT_EQ(sums_of(outputs, {}), sums_of(zero_outputs(), {}));
}

/// Loss of a whole network on toy events, as a function of its weights.
class NetworkGradient : public ::testing::TestWithParam<const char*> {};

TEST_P(NetworkGradient, IsTheSlopeOfTheLoss) {
  Small small;
  small.job.config.backbone = GetParam();
  const auto graph = model::build_network(small.job.config, small.job.normalisation);
  model::TorchNetwork network(graph, model::starting_weights(graph, 5), at::kCPU);
  const BatchTensors batch(make_batch(small.train, {0, 1, 2, 3}, std::vector<bool>(4, false), Layout::padded),
                           17, at::kCPU);
  const std::vector<std::string> outputs = {model::output::binary, model::output::classes,
                                            model::output::regression};
  const auto weights = loss_weights({});
  at::Tensor counts = at::empty({7}, at::kFloat);
  for (std::size_t i = 0; i < 7; ++i) counts.data_ptr<float>()[i] = static_cast<float>(weights[i] / 40);
  // Eta and pt are held fixed where energy is built on them, so their terms are left out of this check.
  counts.narrow(0, 2, 2).zero_();
  counts.narrow(0, 6, 1).zero_();
  const auto loss = [&] {
    return (loss_sums(network.run(batch.features, batch.mask, false, outputs), batch, {}) * counts).sum();
  };
  loss().backward();
  const at::NoGradGuard no_gradient;
  const at::Tensor gradient = network.flat_gradients().clone();
  const double length = gradient.norm().item<double>();
  ASSERT_GT(length, 1e-3);
  constexpr double step = 5e-3;
  const at::Tensor direction = gradient / length;
  network.flat_weights().add_(direction, step);
  const double above = loss().item<double>();
  network.flat_weights().sub_(direction, 2 * step);
  const double below = loss().item<double>();
  EXPECT_NEAR((above - below) / (2 * step), length, 0.02 * length);
}

INSTANTIATE_TEST_SUITE_P(Backbones, NetworkGradient, ::testing::Values("attention", "gnn_lsh", "kernel"));

TEST(Loss, EnergyDoesNotTrainWhatItIsBuiltOn) {
  Small small;
  const auto graph = model::build_network(small.job.config, small.job.normalisation);
  model::TorchNetwork network(graph, model::starting_weights(graph, 5), at::kCPU);
  const BatchTensors batch(make_batch(small.train, {0, 1}, {false, false}, Layout::padded), 17, at::kCPU);
  const auto outputs = network.run(batch.features, batch.mask, false, {model::output::regression});
  outputs[0].select(-1, 4).sum().backward();
  for (const auto& slice : network.slices())
    if (slice.name.starts_with("head.pt.") || slice.name.starts_with("head.eta.")) {
      EXPECT_EQ(slice.tensor.grad().abs().sum().item<double>(), 0) << slice.name;
    }
}

}  // namespace

}  // namespace sluice::train::testing
