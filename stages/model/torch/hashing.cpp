#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "stages/model/torch/operations.h"

namespace sluice::model {

namespace {

using at::Tensor;

std::int64_t bins_of(std::int64_t elements, std::int64_t bin_size) {
  return (elements + bin_size - 1) / bin_size;
}

/// Number of directions for each event: half its bins, at least one, at most what there are.
Tensor directions_of(const Tensor& mask, std::int64_t bin_size, std::int64_t most) {
  const Tensor elements = mask.sum(1, true).to(at::kLong);  // [B,1,1]
  const Tensor bins = at::floor_divide(elements + (bin_size - 1), bin_size);
  return at::clamp(at::floor_divide(bins, 2), 1, most);
}

/// Rows of x [B,N,D] at index [B,M] of their event: [B*M,D].
Tensor gather_rows(const Tensor& x, const Tensor& index) {
  const Tensor start = at::arange(x.size(0), index.options()).unsqueeze(1) * x.size(1);
  return at::index_select(x.reshape({-1, x.size(-1)}), 0, (index + start).flatten());
}

}  // namespace

Tensor lsh_order(std::span<const Tensor> in, std::int64_t bin_size) {
  const at::NoGradGuard no_gradient;
  const Tensor points = in[0].detach().to(at::kFloat);
  const Tensor& directions = in[1];
  const Tensor& mask = in[2];
  const std::int64_t length = points.size(1);
  const std::int64_t used = std::clamp<std::int64_t>(bins_of(length, bin_size) / 2, 1, directions.size(2));
  const Tensor own = directions_of(mask, bin_size, directions.size(2));
  const auto integers = own.options();
  const Tensor column = at::arange(2 * used, integers);
  const Tensor unused = at::ge(at::remainder(column, used).view({1, 1, -1}), own);
  const bool autocast = at::autocast::is_autocast_enabled(points.device().type());
  at::autocast::set_autocast_enabled(points.device().type(), false);
  Tensor key = at::zeros({points.size(0), length, 1}, integers);
  std::int64_t place = 1;
  for (std::int64_t hash = 0; hash < directions.size(0); ++hash) {
    const Tensor projections = at::matmul(points, directions[hash].narrow(1, 0, used));
    const Tensor both = at::cat({projections, -projections}, -1).masked_fill(unused, -3e38);
    const Tensor first = at::argmax(both, -1, true);
    key = key + at::where(at::lt(first, used), first, first - used + own) * place;
    place *= 2 * directions.size(2);
  }
  at::autocast::set_autocast_enabled(points.device().type(), autocast);
  key = at::where(at::gt(mask, 0.5), key, place);
  // Unique keys: elements of equal hash stay in their order, whatever the sort does with equal ones.
  key = key * length + at::arange(length, integers).view({1, -1, 1});
  return at::argsort(key, /*stable=*/true, /*dim=*/1);
}

Tensor to_bins(const Tensor& x, const Tensor& order, std::int64_t bin_size) {
  const std::int64_t bins = bins_of(order.size(1), bin_size);
  const Tensor index = at::constant_pad_nd(order.squeeze(-1), {0, bins * bin_size - order.size(1)});
  return gather_rows(x, index).view({x.size(0) * bins, bin_size, x.size(-1)});
}

Tensor bins_mask(const Tensor& mask, const Tensor& order, std::int64_t bin_size) {
  const std::int64_t bins = bins_of(order.size(1), bin_size);
  const Tensor sorted = gather_rows(mask, order.squeeze(-1)).view({mask.size(0), order.size(1)});
  return at::constant_pad_nd(sorted, {0, bins * bin_size - order.size(1)})
      .view({mask.size(0) * bins, bin_size, 1});
}

Tensor from_bins(const Tensor& binned, const Tensor& order, std::int64_t bin_size) {
  const std::int64_t events = order.size(0);
  const std::int64_t length = order.size(1);
  const Tensor places = at::arange(length, order.options()).view({1, -1, 1}).expand({events, length, 1});
  const Tensor rank = at::empty_like(order).scatter_(1, order, places).squeeze(-1);
  const Tensor rows = binned.reshape({events, bins_of(length, bin_size) * bin_size, binned.size(-1)});
  return gather_rows(rows, rank).view({events, length, binned.size(-1)});
}

Tensor gaussian_kernel(const Tensor& points, const Tensor& mask) {
  const Tensor p = points.to(at::kFloat);
  const Tensor square = p.square().sum(-1, true);
  const Tensor product = at::bmm(p, p.transpose(1, 2)).to(at::kFloat);
  const Tensor distance = at::sqrt(at::clamp(square + square.transpose(1, 2) - 2 * product, 1e-6, 1e6));
  return at::exp(-0.1 * distance) * mask * mask.transpose(1, 2);
}

}  // namespace sluice::model
