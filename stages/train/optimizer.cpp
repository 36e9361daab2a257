#include "stages/train/optimizer.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sluice::train {

namespace {

using at::Tensor;

constexpr double adam_epsilon = 1e-8;
constexpr double lamb_epsilon = 1e-6;
constexpr double largest_trust = 10;

std::vector<float> to_vector(const Tensor& tensor) {
  const Tensor here = tensor.to(at::kCPU).contiguous();
  return {here.data_ptr<float>(), here.data_ptr<float>() + here.numel()};
}

void from_vector(Tensor& tensor, const std::vector<float>& numbers) {
  Tensor here = at::empty(tensor.sizes(), at::kFloat);
  std::memcpy(here.data_ptr<float>(), numbers.data(), numbers.size() * sizeof(float));
  tensor.copy_(here);
}

}  // namespace

Optimizer::Optimizer(const Settings& settings, model::TorchNetwork& network)
    : settings_(settings), network_(network), first_(at::zeros_like(network.flat_weights())) {
  if (settings.optimizer != "sgd") second_ = at::zeros_like(first_);
}

double Optimizer::step(double rate) {
  const at::NoGradGuard no_gradient;
  ++steps_;
  Tensor& gradients = network_.flat_gradients();
  const double length = gradients.norm().item<double>();
  const double limit = settings_.optimizer == "lamb" && settings_.clip == 0 ? 1.0 : settings_.clip;
  if (limit > 0 && length > limit) gradients.mul_(limit / length);
  if (settings_.optimizer == "adamw")
    adamw(rate);
  else if (settings_.optimizer == "sgd")
    sgd(rate);
  else
    lamb(rate);
  return length;
}

void Optimizer::adamw(double rate) {
  Tensor& weights = network_.flat_weights();
  const Tensor count = at::full({}, static_cast<double>(steps_), weights.options());
  at::_fused_adamw_({weights}, {network_.flat_gradients()}, {first_}, {second_}, {}, {count}, rate,
                    settings_.beta1, settings_.beta2, settings_.weight_decay, adam_epsilon, /*amsgrad=*/false,
                    /*maximize=*/false);
}

void Optimizer::sgd(double rate) {
  Tensor& weights = network_.flat_weights();
  first_.mul_(settings_.momentum).add_(network_.flat_gradients()).add_(weights, settings_.weight_decay);
  weights.sub_(first_, rate);
}

void Optimizer::lamb(double rate) {
  // Y. You et al., arXiv:1904.00962: Adam's direction, and for each weight a length in proportion to its own.
  const Tensor& gradients = network_.flat_gradients();
  Tensor& weights = network_.flat_weights();
  first_.mul_(settings_.beta1).add_(gradients, 1 - settings_.beta1);
  second_.mul_(settings_.beta2).addcmul_(gradients, gradients, 1 - settings_.beta2);
  const double count = static_cast<double>(steps_);
  const Tensor mean = first_ / (1 - std::pow(settings_.beta1, count));
  const Tensor root = at::sqrt(second_ / (1 - std::pow(settings_.beta2, count))) + lamb_epsilon;
  const Tensor direction = mean / root + weights * settings_.weight_decay;
  for (const auto& slice : network_.slices()) {
    Tensor own = weights.narrow(0, slice.offset, slice.numbers);
    const Tensor towards = direction.narrow(0, slice.offset, slice.numbers);
    const double weight_length = own.norm().item<double>();
    const double length = towards.norm().item<double>();
    const double trust =
        weight_length > 0 && length > 0 ? std::min(weight_length / length, largest_trust) : 1;
    own.sub_(towards, rate * trust);
  }
}

std::map<std::string, std::vector<float>> Optimizer::state() const {
  std::map<std::string, std::vector<float>> state{{"first_moment", to_vector(first_)}};
  if (second_.defined()) state["second_moment"] = to_vector(second_);
  return state;
}

void Optimizer::set_state(const std::map<std::string, std::vector<float>>& state, std::int64_t steps) {
  from_vector(first_, state.at("first_moment"));
  if (second_.defined()) from_vector(second_, state.at("second_moment"));
  steps_ = steps;
}

}  // namespace sluice::train
