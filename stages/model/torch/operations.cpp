#include "stages/model/torch/operations.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <array>
#include <stdexcept>

#include "stages/model/definition/config.h"
#include "stages/model/torch/rows.h"

namespace sluice::model {

namespace {

using at::Tensor;

constexpr double layer_norm_epsilon = 1e-5;
constexpr double rms_norm_epsilon = 1e-6;

Tensor rms_norm(const Tensor& x, const Tensor& gain) {
  const Tensor wide = x.to(at::kFloat);
  return wide * at::rsqrt(wide.square().mean(-1, true) + rms_norm_epsilon) * gain;
}

Tensor unary(Op op, const Tensor& x) {
  switch (op) {
    case Op::relu: return at::relu(x);
    case Op::relu6: return at::clamp(x, 0, 6);
    case Op::elu: return fast_elu(x);
    case Op::leaky_relu: return at::leaky_relu(x, 0.01);
    case Op::gelu: return at::gelu(x);
    case Op::silu: return at::silu(x);
    case Op::sigmoid: return at::sigmoid(x);
    case Op::exponential: return at::exp(x);
    case Op::logarithm: return at::log(x);
    case Op::square_root: return at::sqrt(x);
    case Op::hyperbolic_cosine: return at::cosh(x);
    case Op::sine: return at::sin(x);
    case Op::arcsine: return at::asin(x);
    case Op::detach: return x.detach();
    case Op::softmax: return at::softmax(x, -1, at::kFloat);
    case Op::argmax: return at::argmax(x, -1, true);
    default: throw std::logic_error("an operation that LibTorch's reader does not know");
  }
}

Tensor equals(const Node& node, const Tensor& x) {
  const Tensor is = at::eq(x, node.reals[0]);
  return is.to(node.integers.empty() ? at::kFloat : at::kLong);
}

/// Over whole events, or inside of bins, which lie side by side in any case.
Tensor any_attention(std::span<const Tensor> in, std::int64_t heads, const OperationContext& context) {
  const Packing* packing = context.options.packing;
  const bool bins = packing != nullptr && (in[1].size(0) != 1 || in[1].size(1) != packing->elements());
  if (packing == nullptr || bins) return attention(in, heads, context.no_padding && !bins);
  return packed_attention(in[0], in[1], in[2], heads, *packing);
}

Tensor any_kernel_attention(std::span<const Tensor> in, std::int64_t heads, const Packing* packing) {
  if (packing == nullptr) return kernel_attention(in, heads);
  const std::array<Tensor, 5> padded = {side_by_side(in[0], *packing), side_by_side(in[1], *packing),
                                        side_by_side(in[2], *packing),
                                        mask_side_by_side(*packing, in[3].options()), in[4]};
  return one_after_another(kernel_attention(padded, heads), *packing);
}

Tensor any_near_sums(std::span<const Tensor> in, const std::vector<double>& widths, const Packing* packing) {
  if (packing == nullptr) return near_sums(in, widths);
  const std::array<Tensor, 3> padded = {side_by_side(in[0], *packing), side_by_side(in[1], *packing),
                                        mask_side_by_side(*packing, in[2].options())};
  return one_after_another(near_sums(padded, widths), *packing);
}

}  // namespace

Tensor of_type(const Tensor& x, const Tensor& features, std::int64_t type) {
  const Tensor is = at::eq(features.select(-1, feature::elemtype), type).flatten();
  return gather_rows(x.reshape({-1, x.size(-1)}), at::nonzero(is).squeeze(-1)).unsqueeze(0);
}

Tensor join_types(std::span<const Tensor> in) {
  const Tensor types = in[0].select(-1, feature::elemtype).flatten();
  Tensor places = at::full({types.size(0)}, -1, types.options().dtype(at::kLong));
  std::vector<Tensor> parts;
  std::int64_t before = 0;
  for (std::size_t i = 1; i < in.size(); ++i) {
    const Tensor own = at::nonzero(at::eq(types, static_cast<double>(i))).squeeze(-1);
    places.index_copy_(0, own, at::arange(before, before + own.size(0), places.options()));
    before += own.size(0);
    parts.push_back(in[i].squeeze(0));
  }
  const Tensor joined = gather_rows(at::cat(parts), places);
  return joined.view({in[0].size(0), in[0].size(1), joined.size(-1)});
}

Tensor compute(const Node& node, std::span<const Tensor> in, const OperationContext& context) {
  const Packing* packing = context.options.packing;
  switch (node.op) {
    case Op::add: return at::add(in[0], in[1]);
    case Op::subtract: return at::sub(in[0], in[1]);
    case Op::multiply: return at::mul(in[0], in[1]);
    case Op::divide: return at::div(in[0], in[1]);
    case Op::clamp: return at::clamp(in[0], node.reals[0], node.reals[1]);
    case Op::equals: return equals(node, in[0]);
    case Op::dropout: return context.options.training ? at::dropout(in[0], node.reals[0], true) : in[0];
    case Op::linear: return at::linear(in[0], in[1], in.size() > 2 ? in[2] : Tensor());
    case Op::layer_norm: return at::layer_norm(in[0], in[1].sizes(), in[1], in[2], layer_norm_epsilon);
    case Op::rms_norm: return rms_norm(in[0], in[1]);
    case Op::columns: return in[0].narrow(-1, node.integers[0], node.integers[1] - node.integers[0]);
    case Op::concat: return at::cat(at::TensorList(in.data(), in.size()), -1);
    case Op::attention: return any_attention(in, node.integers[0], context);
    case Op::near_sums: return any_near_sums(in, node.reals, packing);
    case Op::kernel_attention: return any_kernel_attention(in, node.integers[0], packing);
    case Op::pool: return pool(in, node.integers[0], packing);
    case Op::spread: return packing == nullptr ? in[0] : spread(in[0], *packing);
    case Op::of_type: return of_type(in[0], in[1], node.integers[0]);
    case Op::join_types: return join_types(in);
    case Op::lsh_order: return lsh_order(in, node.integers[0], packing);
    case Op::to_bins: return to_bins(in[0], in[1], node.integers[0], packing);
    case Op::bins_mask: return bins_mask(in[0], in[1], node.integers[0], packing);
    case Op::from_bins: return from_bins(in[0], in[1], node.integers[0], packing);
    case Op::gaussian_kernel: return gaussian_kernel(in[0], in[1]);
    case Op::batch_matmul: return at::bmm(in[0], in[1]);
    default: return unary(node.op, in[0]);
  }
}

}  // namespace sluice::model
