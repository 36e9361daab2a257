#include "stages/train/pass.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "stages/model/definition/network.h"
#include "stages/stage/random.h"

namespace sluice::train {

namespace {

using at::Tensor;

const std::vector<std::string> learned = {model::output::binary, model::output::classes,
                                          model::output::regression};

void add(std::array<double, loss_parts>& sums, const Tensor& more) {
  const Tensor here = more.detach().to(at::kCPU, at::kDouble);
  for (std::size_t i = 0; i < loss_parts; ++i) sums[i] += here.data_ptr<double>()[i];
}

/// What each sum counts in the loss.
Tensor coefficients(const Settings& settings, double elements, double particles, const at::Device& device) {
  const auto weights = loss_weights(settings);
  Tensor tensor = at::empty({loss_parts}, at::kFloat);
  for (std::size_t i = 0; i < loss_parts; ++i)
    tensor.data_ptr<float>()[i] =
        static_cast<float>(weights[i] / std::max(i < element_parts ? elements : particles, 1e-6));
  return tensor.to(device);
}

template <typename T>
std::vector<T> numbers_of(const Tensor& tensor) {
  const Tensor here = tensor.to(at::kCPU).contiguous();
  return {here.data_ptr<T>(), here.data_ptr<T>() + here.numel()};
}

}  // namespace

double LossSums::mean(std::size_t i) const {
  const double norm = i < element_parts ? elements : particles;
  return norm > 0 ? parts[i] / norm : 0;
}

double LossSums::total(const Settings& settings) const {
  const auto weights = loss_weights(settings);
  double sum = 0;
  for (std::size_t i = 0; i < loss_parts; ++i) sum += weights[i] * mean(i);
  return sum;
}

Pass::Pass(model::TorchNetwork& network, const Settings& settings, std::int64_t features,
           const at::Device& device)
    : network_(network), settings_(settings), features_(features), device_(device) {}

model::RunOptions Pass::options_for(const Batch& batch, bool training) const {
  return {training, settings_.precision == "bfloat16", batch.packing ? &*batch.packing : nullptr};
}

LossSums Pass::learn(const StepData& data, Exchange& exchange, Buckets& buckets, std::int64_t step,
                     Profile& profile) {
  profile.enter(Part::exchange);
  std::array<double, 2> norms = {data.element_weight, data.particle_weight};
  exchange.sum(norms);
  LossSums sums;
  sums.elements = norms[0];
  sums.particles = norms[1];
  profile.enter(Part::copy);
  network_.flat_gradients().zero_();
  const Tensor counts = coefficients(settings_, norms[0], norms[1], device_);
  const auto seed =
      stage::random4(static_cast<std::uint64_t>(settings_.seed), static_cast<std::uint64_t>(step),
                     static_cast<std::uint64_t>(exchange.rank()));
  at::manual_seed((std::uint64_t{seed[0]} << 32U) | seed[1]);
  if (data.batches.empty()) buckets.begin_step();
  for (std::size_t i = 0; i < data.batches.size(); ++i) {
    profile.enter(Part::copy);
    const BatchTensors batch(data.batches[i], features_, device_);
    profile.enter(Part::forward);
    const model::RunOptions options = options_for(data.batches[i], true);
    const auto outputs = network_.run(batch.features, batch.mask, batch.no_padding, learned, options);
    const Tensor parts = loss_sums(outputs, batch, settings_);
    const Tensor loss = (parts * counts).sum();
    profile.enter(Part::backward);
    if (i + 1 == data.batches.size()) buckets.begin_step();
    loss.backward();
    add(sums.parts, parts);
  }
  profile.enter(Part::exchange);
  buckets.finish_step();
  exchange.sum(sums.parts);
  return sums;
}

LossSums Pass::validate(const Batch& batch) const {
  const at::NoGradGuard no_gradient;
  const BatchTensors tensors(batch, features_, device_);
  auto wanted = learned;
  wanted.emplace_back(model::output::particle_class);
  const auto outputs =
      network_.run(tensors.features, tensors.mask, tensors.no_padding, wanted, options_for(batch, false));
  LossSums sums;
  add(sums.parts, loss_sums(outputs, tensors, settings_));
  sums.elements = batch.element_weight;
  sums.particles = batch.particle_weight;
  sums.right = (at::eq(outputs[3].squeeze(-1), tensors.classes) * tensors.weight).sum().item<double>();
  return sums;
}

model::ReferenceEvent Pass::decode(const EventView& event) const {
  const at::NoGradGuard no_gradient;
  model::ReferenceEvent reference;
  reference.elements = event.elements;
  reference.features.assign(event.features, event.features + event.elements * features_);
  const Tensor features =
      at::from_blob(reference.features.data(), {1, event.elements, features_}).to(device_);
  const Tensor mask = at::ones({1, event.elements, 1}, features.options());
  std::vector<std::string> wanted = {model::output::particle_class, model::output::momentum};
  for (const auto& [name, value] : network_.graph().outputs)
    if (name.starts_with(model::order_prefix)) wanted.push_back(name);
  const auto outputs = network_.run(features, mask, true, wanted);
  reference.classes = numbers_of<std::int64_t>(outputs[0]);
  reference.momentum = numbers_of<float>(outputs[1]);
  for (std::size_t i = 2; i < outputs.size(); ++i)
    reference.orders.push_back(numbers_of<std::int64_t>(outputs[i]));
  return reference;
}

}  // namespace sluice::train
