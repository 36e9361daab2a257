// What each operation of the vocabulary means to LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "stages/model/definition/graph.h"
#include "stages/model/torch/torch_network.h"

namespace sluice::model {

struct OperationContext {
  bool no_padding = false;
  RunOptions options;
};

at::Tensor compute(const Node& node, std::span<const at::Tensor> in, const OperationContext& context);

/// The longer ones (attention.cpp, hashing.cpp).
at::Tensor attention(std::span<const at::Tensor> in, std::int64_t heads, bool no_padding);
at::Tensor packed_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t heads,
                            const Packing& packing);
at::Tensor near_sums(std::span<const at::Tensor> in, const std::vector<double>& widths);
at::Tensor kernel_attention(std::span<const at::Tensor> in, std::int64_t heads);
/// Of a packed batch where `packing` is given: then x and result are packed, too.
at::Tensor pool(std::span<const at::Tensor> in, std::int64_t heads, const Packing* packing);
at::Tensor fast_elu(const at::Tensor& x);
at::Tensor of_type(const at::Tensor& x, const at::Tensor& features, std::int64_t type);
at::Tensor join_types(std::span<const at::Tensor> in);
at::Tensor lsh_order(std::span<const at::Tensor> in, std::int64_t bin_size, const Packing* packing);
at::Tensor to_bins(const at::Tensor& x, const at::Tensor& order, std::int64_t bin_size,
                   const Packing* packing);
at::Tensor bins_mask(const at::Tensor& mask, const at::Tensor& order, std::int64_t bin_size,
                     const Packing* packing);
at::Tensor from_bins(const at::Tensor& binned, const at::Tensor& order, std::int64_t bin_size,
                     const Packing* packing);
at::Tensor gaussian_kernel(const at::Tensor& points, const at::Tensor& mask);

}  // namespace sluice::model
