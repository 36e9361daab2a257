#include "stages/model/torch/torch_network.h"

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "stages/model/torch/operations.h"

namespace sluice::model {

namespace {

using at::Tensor;

/// Matrix products in bfloat16 while this lives.
class Autocast {
 public:
  Autocast(const at::Device& device, bool wanted) : type_(device.type()), wanted_(wanted) {
    if (!wanted_) return;
    at::autocast::set_autocast_dtype(type_, at::kBFloat16);
    at::autocast::set_autocast_enabled(type_, true);
    at::autocast::increment_nesting();
  }
  ~Autocast() {
    if (!wanted_) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(type_, false);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  at::DeviceType type_;
  bool wanted_;
};

Tensor to_tensor(const Weight& weight, const at::Device& device) {
  Tensor tensor = at::empty(weight.shape, at::kFloat);
  std::memcpy(tensor.data_ptr<float>(), weight.numbers.data(), weight.numbers.size() * sizeof(float));
  return tensor.to(device);
}

Tensor to_tensor(const std::vector<double>& numbers, const at::Device& device) {
  Tensor tensor = at::empty({1, 1, static_cast<std::int64_t>(numbers.size())}, at::kFloat);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(numbers[i]);
  return tensor.to(device);
}

std::vector<Value> values_of(const Graph& graph, const std::vector<std::string>& outputs) {
  std::vector<Value> values;
  for (const std::string& name : outputs) {
    const Value* value = graph.find_output(name);
    if (value == nullptr) throw std::logic_error("this network has no output " + name);
    values.push_back(*value);
  }
  return values;
}

/// After which node nobody needs a node's result any more.
std::vector<std::size_t> last_uses(const Graph& graph, const std::vector<bool>& needed,
                                   const std::vector<Value>& kept) {
  std::vector<std::size_t> last(graph.nodes.size(), 0);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (needed[i])
      for (const int input : graph.nodes[i].inputs) last[static_cast<std::size_t>(input)] = i;
  for (const Value value : kept) last[static_cast<std::size_t>(value.node)] = graph.nodes.size();
  return last;
}

}  // namespace

TorchNetwork::TorchNetwork(Graph graph, const Weights& weights, const at::Device& device)
    : graph_(std::move(graph)) {
  std::int64_t total = 0;
  for (const WeightSpec& spec : graph_.weights)
    if (spec.trained) total += spec.numbers();
  const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
  flat_ = at::zeros({total}, options);
  gradients_ = at::zeros({total}, options);
  tensors_.resize(graph_.nodes.size());
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const Node& node = graph_.nodes[i];
    if (node.op == Op::constant) tensors_[i] = to_tensor(node.reals, device);
    if (node.op != Op::weight) continue;
    const WeightSpec& spec = *graph_.find_weight(node.name);
    if (!spec.trained) {
      tensors_[i] = to_tensor(weights.at(spec.name), device);
      continue;
    }
    tensors_[i] = flat_.narrow(0, offset, spec.numbers()).view(spec.shape).detach();
    tensors_[i].requires_grad_(true);
    tensors_[i].mutable_grad() = gradients_.narrow(0, offset, spec.numbers()).view(spec.shape);
    slices_.push_back({spec.name, offset, spec.numbers(), tensors_[i]});
    offset += spec.numbers();
  }
  set_weights(weights);
}

bool TorchNetwork::is_masking(const Node& node) const {
  return node.op == Op::multiply && graph_.nodes[static_cast<std::size_t>(node.inputs[1])].op == Op::mask;
}

std::vector<Tensor> TorchNetwork::run(const Tensor& features, const Tensor& mask, bool no_padding,
                                      const std::vector<std::string>& outputs,
                                      const RunOptions& options) const {
  const auto wanted = values_of(graph_, outputs);
  const auto needed = needed_for(graph_, wanted);
  const auto last = last_uses(graph_, needed, wanted);
  const Autocast autocast(features.device(), options.bfloat16);
  const OperationContext context{no_padding, options};
  std::vector<Tensor> values = tensors_;
  std::vector<Tensor> in;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const Node& node = graph_.nodes[i];
    if (!needed[i] || values[i].defined()) continue;
    if (node.op == Op::features || node.op == Op::mask) {
      values[i] = node.op == Op::features ? features : mask;
      continue;
    }
    in.clear();
    for (const int input : node.inputs) in.push_back(values[static_cast<std::size_t>(input)]);
    values[i] = no_padding && is_masking(node) ? in[0] : compute(node, in, context);
    for (const int input : node.inputs)
      if (last[static_cast<std::size_t>(input)] == i) values[static_cast<std::size_t>(input)] = Tensor();
  }
  std::vector<Tensor> results;
  for (const Value value : wanted) results.push_back(values[static_cast<std::size_t>(value.node)]);
  return results;
}

Weights TorchNetwork::weights() const {
  Weights weights;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const Node& node = graph_.nodes[i];
    if (node.op != Op::weight) continue;
    const Tensor tensor = tensors_[i].detach().to(at::kCPU).contiguous();
    const float* begin = tensor.data_ptr<float>();
    weights[node.name] = {tensor.sizes().vec(), {begin, begin + tensor.numel()}};
  }
  return weights;
}

void TorchNetwork::set_weights(const Weights& weights) {
  const at::NoGradGuard no_gradient;
  for (const Slice& slice : slices_)
    flat_.narrow(0, slice.offset, slice.numbers)
        .copy_(to_tensor(weights.at(slice.name), flat_.device()).flatten());
}

}  // namespace sluice::model
