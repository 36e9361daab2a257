#include "stages/train/loss.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace sluice::train {

namespace {

using at::Tensor;

/// The numbers of a vector on a device. The copy is needed: the vector goes with its batch.
template <typename T>
Tensor to_tensor(const std::vector<T>& numbers, at::IntArrayRef shape, at::ScalarType type,
                 const at::Device& device) {
  // from_blob wants a pointer that may be written to, but nothing writes before the copy.
  return at::from_blob(const_cast<T*>(numbers.data()), shape, type).to(device, type, false, true);
}

/// -ln of the probability of the right class, [B,N].
Tensor cross_entropy(const Tensor& logits, const Tensor& classes) {
  const Tensor log_probability = at::log_softmax(logits.to(at::kFloat), -1);
  return -log_probability.gather(-1, classes.unsqueeze(-1)).squeeze(-1);
}

}  // namespace

std::array<double, loss_parts> loss_weights(const Settings& s) {
  return {s.binary_weight, s.class_weight, s.pt_weight,    s.eta_weight,
          s.phi_weight,    s.phi_weight,   s.energy_weight};
}

BatchTensors::BatchTensors(const Batch& batch, std::int64_t columns, const at::Device& device)
    : features(to_tensor(batch.features, {batch.rows, batch.length, columns}, at::kFloat, device)),
      mask(to_tensor(batch.mask, {batch.rows, batch.length, 1}, at::kFloat, device)),
      weight(to_tensor(batch.weight, {batch.rows, batch.length}, at::kFloat, device)),
      classes(to_tensor(batch.classes, {batch.rows, batch.length}, at::kLong, device)),
      targets(to_tensor(batch.targets, {batch.rows, batch.length, 5}, at::kFloat, device)),
      importance(to_tensor(batch.importance, {batch.rows, batch.length}, at::kFloat, device)),
      no_padding(batch.no_padding) {}

Tensor loss_sums(const std::vector<Tensor>& outputs, const BatchTensors& batch, const Settings& settings) {
  const Tensor is_particle = at::gt(batch.classes, 0);
  const Tensor particle_weight = batch.weight * is_particle;
  const Tensor binary = (cross_entropy(outputs[0], is_particle.to(at::kLong)) * batch.weight).sum();
  Tensor entropy = cross_entropy(outputs[1], batch.classes);
  if (settings.loss == "focal") entropy = at::pow(1 - at::exp(-entropy), settings.focal_gamma) * entropy;
  const Tensor classes = (entropy * particle_weight).sum();
  Tensor squares = (outputs[2].to(at::kFloat) - batch.targets).square() * particle_weight.unsqueeze(-1);
  // Of momentum and energy, what carries much of the event counts more.
  const Tensor importance = batch.importance.unsqueeze(-1);
  const Tensor ones = at::ones_like(importance);
  squares = squares * at::cat({importance, ones, ones, ones, importance}, -1);
  return at::cat({at::stack({binary, classes}), squares.sum(at::IntArrayRef({0, 1}))});
}

}  // namespace sluice::train
