#include "stages/model/torch/rows.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace sluice::model {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t rows_each = 512;  ///< rows that are worth a thread

Tensor take_rows(const Tensor& x, const Tensor& index) {
  if (!x.is_cpu() || x.scalar_type() != at::kFloat) {
    const Tensor taken = at::index_select(x, 0, index.clamp_min(0));
    return taken.masked_fill(at::lt(index, 0).unsqueeze(-1), 0);
  }
  Tensor taken = at::empty({index.size(0), x.size(1)}, x.options());
  const std::int64_t width = x.size(1);
  const float* from = x.const_data_ptr<float>();
  const std::int64_t* rows = index.const_data_ptr<std::int64_t>();
  float* to = taken.mutable_data_ptr<float>();
  at::parallel_for(0, index.size(0), rows_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (rows[i] < 0)
        std::fill_n(to + i * width, width, 0.0F);
      else
        std::copy_n(from + rows[i] * width, width, to + i * width);
    }
  });
  return taken;
}

Tensor add_rows(const Tensor& gradient, const Tensor& index, std::int64_t rows) {
  Tensor sums = at::zeros({rows, gradient.size(1)}, gradient.options());
  if (!gradient.is_cpu() || gradient.scalar_type() != at::kFloat) {
    const Tensor real = gradient.masked_fill(at::lt(index, 0).unsqueeze(-1), 0);
    return sums.index_add_(0, index.clamp_min(0), real);
  }
  const std::int64_t width = gradient.size(1);
  const float* from = gradient.const_data_ptr<float>();
  const std::int64_t* places = index.const_data_ptr<std::int64_t>();
  float* to = sums.mutable_data_ptr<float>();
  // Always in the same order, so that sums have the same bits in every run.
  for (std::int64_t i = 0; i < index.size(0); ++i) {
    if (places[i] < 0) continue;
    float* row = to + places[i] * width;
    for (std::int64_t c = 0; c < width; ++c) row[c] += from[i * width + c];
  }
  return sums;
}

/// LibTorch's own index_select adds gradients up row by row with a call for each.
class GatherRows : public torch::autograd::Function<GatherRows> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& index) {
    context->saved_data["rows"] = x.size(0);
    context->save_for_backward({index});
    return take_rows(x.contiguous(), index.contiguous());
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const Tensor index = context->get_saved_variables()[0];
    return {add_rows(gradients[0].contiguous(), index.contiguous(), context->saved_data["rows"].toInt()), {}};
  }
};

Tensor integers(const std::vector<std::int64_t>& numbers, const at::Device& device) {
  Tensor tensor = at::empty({static_cast<std::int64_t>(numbers.size())}, at::kLong);
  std::copy(numbers.begin(), numbers.end(), tensor.mutable_data_ptr<std::int64_t>());
  return tensor.to(device);
}

std::int64_t longest_of(const Packing& packing) {
  std::int64_t longest = 1;
  for (std::int64_t event = 0; event < packing.events(); ++event)
    longest = std::max(longest, packing.length(event));
  return longest;
}

}  // namespace

Tensor gather_rows(const Tensor& x, const Tensor& index) { return GatherRows::apply(x, index); }

Tensor side_by_side(const Tensor& x, const Packing& packing) {
  const std::int64_t longest = longest_of(packing);
  std::vector<std::int64_t> index(static_cast<std::size_t>(packing.events() * longest), -1);
  for (std::int64_t event = 0; event < packing.events(); ++event)
    for (std::int64_t i = 0; i < packing.length(event); ++i)
      index[static_cast<std::size_t>(event * longest + i)] = packing.start(event) + i;
  return gather_rows(x.squeeze(0), integers(index, x.device())).view({packing.events(), longest, x.size(-1)});
}

Tensor mask_side_by_side(const Packing& packing, const at::TensorOptions& options) {
  Tensor mask = at::zeros({packing.events(), longest_of(packing), 1}, at::kFloat);
  for (std::int64_t event = 0; event < packing.events(); ++event)
    mask.select(0, event).narrow(0, 0, packing.length(event)).fill_(1);
  return mask.to(options.device());
}

Tensor one_after_another(const Tensor& x, const Packing& packing) {
  std::vector<std::int64_t> index;
  for (std::int64_t event = 0; event < packing.events(); ++event)
    for (std::int64_t i = 0; i < packing.length(event); ++i) index.push_back(event * x.size(1) + i);
  return gather_rows(x.reshape({-1, x.size(-1)}), integers(index, x.device())).unsqueeze(0);
}

Tensor spread(const Tensor& x, const Packing& packing) {
  std::vector<std::int64_t> index;
  for (std::int64_t event = 0; event < packing.events(); ++event)
    index.insert(index.end(), static_cast<std::size_t>(packing.length(event)), event);
  return gather_rows(x.squeeze(0), integers(index, x.device())).unsqueeze(0);
}

}  // namespace sluice::model
