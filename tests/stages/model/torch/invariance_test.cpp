// What may never change a network's result: padding, the other events of the batch, their order.
#include <gtest/gtest.h>

#include "tests/stages/model/torch/run_torch.h"

namespace sluice::model::testing {

namespace {

class Invariance : public ::testing::TestWithParam<std::pair<const char*, ModelConfig>> {
 protected:
  const ModelConfig& config() const { return GetParam().second; }
  std::vector<RandomEvent> events() const {
    std::vector<RandomEvent> all;
    for (const std::int64_t length : {5, 41, 1, 18, 90})
      all.push_back(random_event(static_cast<std::uint64_t>(length), length, config().features()));
    return all;
  }
  std::vector<at::Tensor> run_padded(const std::vector<RandomEvent>& some, std::int64_t length) const {
    return run(network_.torch, pad(some, config().features(), length), config().features(), outputs_);
  }
  /// The part of each output that belongs to the elements of one event, against the event alone.
  void expect_as_alone(const std::vector<at::Tensor>& together, std::int64_t row,
                       const RandomEvent& event) const {
    const auto alone = run_padded({event}, event.elements);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      const at::Tensor here = together[i][row].narrow(0, 0, event.elements).to(at::kDouble);
      at::Tensor differences = (here - alone[i][0].to(at::kDouble)).abs();
      // Rounding decides which of two classes it is that are as probable as each other.
      if (outputs_[i] == output::particle_class) differences = differences * certain(alone).unsqueeze(-1);
      const double difference = differences.max().item<double>();
      // Scores of heads that look near are numbers of hundreds, and their rounding shows.
      EXPECT_LT(difference, 5e-6) << outputs_[i] << " of an event of " << event.elements;
    }
  }

  /// Where neither head is within rounding of another answer.
  static at::Tensor certain(const std::vector<at::Tensor>& alone) {
    at::Tensor sure = at::ones({alone[0].size(1)}, at::kBool);
    for (std::size_t head = 0; head < 2; ++head) {
      const at::Tensor best = std::get<0>(at::topk(alone[head][0], 2, -1));
      sure = at::logical_and(sure, at::gt(best.select(-1, 0) - best.select(-1, 1), 1e-5));
    }
    EXPECT_GT(sure.sum().item<std::int64_t>(), sure.size(0) * 9 / 10 - 1);
    return sure;
  }

  Network network_{GetParam().second};
  std::vector<std::string> outputs_ = {output::binary, output::classes, output::particle_class,
                                       output::probability};
};

TEST_P(Invariance, PaddingAndNeighboursChangeNothing) {
  const auto all = events();
  const auto together = run_padded(all, 123);
  for (std::size_t i = 0; i < all.size(); ++i)
    expect_as_alone(together, static_cast<std::int64_t>(i), all[i]);
}

TEST_P(Invariance, TheOrderOfEventsChangesNothing) {
  auto all = events();
  std::rotate(all.begin(), all.begin() + 2, all.end());
  const auto together = run_padded(all, 90);
  for (std::size_t i = 0; i < all.size(); ++i)
    expect_as_alone(together, static_cast<std::int64_t>(i), all[i]);
}

TEST_P(Invariance, WhatStandsInPaddingChangesNothing) {
  const RandomEvent event = random_event(11, 30, config().features());
  RawBatch batch = pad({event}, config().features(), 50);
  const auto zeros = run(network_.torch, batch, config().features(), outputs_);
  const RandomEvent rubbish = random_event(12, 20, config().features());
  std::copy(rubbish.features.begin(), rubbish.features.end(),
            batch.features.begin() + 30 * config().features());
  const auto full = run(network_.torch, batch, config().features(), outputs_);
  for (std::size_t i = 0; i < zeros.size(); ++i)
    EXPECT_TRUE(at::equal(zeros[i].narrow(1, 0, 30), full[i].narrow(1, 0, 30))) << outputs_[i];
}

TEST_P(Invariance, AnEventOfPaddingAloneGivesFiniteNumbersAndNoParticles) {
  const auto result = run_padded({{0, {}}, random_event(2, 9, config().features())}, 9);
  for (const at::Tensor& tensor : result) EXPECT_TRUE(at::isfinite(tensor).all().item<bool>());
  EXPECT_EQ(result[2][0].abs().sum().item<std::int64_t>(), 0);
}

TEST_P(Invariance, LyingOneAfterAnotherChangesNothing) {
  auto all = events();
  all.insert(all.begin() + 2, RandomEvent{});
  const PackedBatch batch(all, config().features());
  const at::NoGradGuard no_gradient;
  const auto packed =
      network_.torch.run(batch.features, batch.mask, true, outputs_, {false, false, &batch.packing});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].elements == 0) continue;
    std::vector<at::Tensor> own;
    for (const at::Tensor& tensor : packed)
      own.push_back(tensor.narrow(1, batch.packing.start(static_cast<std::int64_t>(i)), all[i].elements));
    expect_as_alone(own, 0, all[i]);
  }
}

/// The gradient of some number that every element has its part in.
at::Tensor gradient_of(Network& network, const at::Tensor& features, const at::Tensor& mask, bool no_padding,
                       const RunOptions& options) {
  network.torch.flat_gradients().zero_();
  const auto result = network.torch.run(features, mask, no_padding,
                                        {output::binary, output::classes, output::regression}, options);
  at::Tensor sum = at::zeros({});
  for (const at::Tensor& tensor : result) sum = sum + (at::sin(tensor) * mask).sum();
  sum.backward();
  return network.torch.flat_gradients().clone();
}

TEST_P(Invariance, GradientsAreTheSameOneAfterAnotherAndSideBySide) {
  const auto all = events();
  const PackedBatch batch(all, config().features());
  RawBatch raw = pad(all, config().features(), 90);
  const at::Tensor x = at::from_blob(raw.features.data(), {raw.events, raw.length, config().features()});
  const at::Tensor mask = at::from_blob(raw.mask.data(), {raw.events, raw.length, 1});
  const at::Tensor padded = gradient_of(network_, x, mask, false, {});
  const at::Tensor packed =
      gradient_of(network_, batch.features, batch.mask, true, {false, false, &batch.packing});
  EXPECT_GT(padded.abs().max().item<double>(), 0.1);
  const double difference = ((packed - padded).norm() / padded.norm()).item<double>();
  EXPECT_LT(difference, 1e-5);
}

TEST_P(Invariance, NoMassIsImaginary) {
  const RandomEvent event = random_event(21, 64, config().features());
  const auto result =
      run(network_.torch, pad({event}, config().features(), 70), config().features(), {output::momentum});
  const at::Tensor p = result[0][0].narrow(0, 0, 64).to(at::kDouble);
  const at::Tensor momentum = p.select(1, 0) * at::cosh(p.select(1, 1));
  const at::Tensor ratio = p.select(1, 4) / momentum;
  EXPECT_GT(ratio.min().item<double>(), 1 - 2e-6);
  const at::Tensor length = p.select(1, 2).square() + p.select(1, 3).square();
  EXPECT_LT((length - 1).abs().max().item<double>(), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Networks, Invariance, ::testing::ValuesIn(some_networks()),
                         [](const auto& network) { return std::string(network.param.first); });

}  // namespace

}  // namespace sluice::model::testing
