#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <tuple>

#include "stages/model/torch/operations.h"
#include "stages/model/torch/rows.h"

namespace sluice::model {

namespace {

using at::Tensor;

std::int64_t bins_of(std::int64_t elements, std::int64_t bin_size) {
  return (elements + bin_size - 1) / bin_size;
}

/// Number of directions for events of so many elements: half their bins, at least one, at most what there
/// are.
Tensor directions_of(const Tensor& elements, std::int64_t bin_size, std::int64_t most) {
  const Tensor bins = at::floor_divide(elements + (bin_size - 1), bin_size);
  return at::clamp(at::floor_divide(bins, 2), 1, most);
}

/// Rows of x [B,N,D] at index [B,M] of their event: [B*M,D].
Tensor rows_of_events(const Tensor& x, const Tensor& index) {
  const Tensor start = at::arange(x.size(0), index.options()).unsqueeze(1) * x.size(1);
  return gather_rows(x.reshape({-1, x.size(-1)}), (index + start).flatten());
}

/// Of a packed batch: in which place of which bin each of the sorted elements is, and how many places there
/// are.
struct Places {
  std::vector<std::int64_t> of_sorted;
  std::int64_t count = 0;
};

Places places_in_bins(const Packing& packing, std::int64_t bin_size) {
  Places places;
  for (std::int64_t event = 0; event < packing.events(); ++event) {
    for (std::int64_t i = 0; i < packing.length(event); ++i) places.of_sorted.push_back(places.count + i);
    places.count += bins_of(packing.length(event), bin_size) * bin_size;
  }
  return places;
}

/// For each place of the bins the element that is there, or -1.
Tensor elements_in_places(const Tensor& order, std::int64_t bin_size, const Packing& packing) {
  const Places places = places_in_bins(packing, bin_size);
  const Tensor sorted = order.flatten().contiguous();
  Tensor elements = at::full({places.count}, -1, order.options());
  for (std::size_t i = 0; i < places.of_sorted.size(); ++i)
    elements.mutable_data_ptr<std::int64_t>()[places.of_sorted[i]] = sorted.const_data_ptr<std::int64_t>()[i];
  return elements;
}

/// Of each element of a packed batch, [1, elements, 1]: its event, and the length of that.
std::pair<Tensor, Tensor> events_of(const Packing& packing) {
  Tensor event = at::empty({1, packing.elements(), 1}, at::kLong);
  Tensor length = at::empty({1, packing.elements(), 1}, at::kLong);
  for (std::int64_t i = 0; i < packing.events(); ++i) {
    event.narrow(1, packing.start(i), packing.length(i)).fill_(i);
    length.narrow(1, packing.start(i), packing.length(i)).fill_(packing.length(i));
  }
  return {event, length};
}

}  // namespace

Tensor lsh_order(std::span<const Tensor> in, std::int64_t bin_size, const Packing* packing) {
  const at::NoGradGuard no_gradient;
  const Tensor points = in[0].detach().to(at::kFloat);
  const Tensor& directions = in[1];
  const Tensor& mask = in[2];
  const std::int64_t length = points.size(1);
  std::int64_t longest = length;
  Tensor event;
  Tensor elements;  // of the own event
  if (packing == nullptr) {
    elements = mask.sum(1, true).to(at::kLong);  // [B,1,1]
  } else {
    std::tie(event, elements) = events_of(*packing);
    longest = elements.max().item<std::int64_t>();
  }
  const std::int64_t used = std::clamp<std::int64_t>(bins_of(longest, bin_size) / 2, 1, directions.size(2));
  const Tensor own = directions_of(elements, bin_size, directions.size(2));
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
  key = packing == nullptr ? at::where(at::gt(mask, 0.5), key, place) : key + event * place;
  // Unique keys: elements of equal hash stay in their order, whatever the sort does with equal ones.
  key = key * length + at::arange(length, integers).view({1, -1, 1});
  return at::argsort(key, /*stable=*/true, /*dim=*/1);
}

Tensor to_bins(const Tensor& x, const Tensor& order, std::int64_t bin_size, const Packing* packing) {
  if (packing != nullptr)
    return gather_rows(x.squeeze(0), elements_in_places(order, bin_size, *packing))
        .view({-1, bin_size, x.size(-1)});
  const std::int64_t bins = bins_of(order.size(1), bin_size);
  const Tensor index = at::constant_pad_nd(order.squeeze(-1), {0, bins * bin_size - order.size(1)});
  return rows_of_events(x, index).view({x.size(0) * bins, bin_size, x.size(-1)});
}

Tensor bins_mask(const Tensor& mask, const Tensor& order, std::int64_t bin_size, const Packing* packing) {
  if (packing != nullptr)
    return at::ge(elements_in_places(order, bin_size, *packing), 0).to(at::kFloat).view({-1, bin_size, 1});
  const std::int64_t bins = bins_of(order.size(1), bin_size);
  const Tensor sorted = rows_of_events(mask, order.squeeze(-1)).view({mask.size(0), order.size(1)});
  return at::constant_pad_nd(sorted, {0, bins * bin_size - order.size(1)})
      .view({mask.size(0) * bins, bin_size, 1});
}

Tensor from_bins(const Tensor& binned, const Tensor& order, std::int64_t bin_size, const Packing* packing) {
  if (packing != nullptr) {
    const Places places = places_in_bins(*packing, bin_size);
    const Tensor sorted = order.flatten().contiguous();
    const Tensor index = at::empty_like(sorted);
    for (std::size_t i = 0; i < places.of_sorted.size(); ++i)
      index.mutable_data_ptr<std::int64_t>()[sorted.const_data_ptr<std::int64_t>()[i]] = places.of_sorted[i];
    return gather_rows(binned.reshape({-1, binned.size(-1)}), index).unsqueeze(0);
  }
  const std::int64_t events = order.size(0);
  const std::int64_t length = order.size(1);
  const Tensor places = at::arange(length, order.options()).view({1, -1, 1}).expand({events, length, 1});
  const Tensor rank = at::empty_like(order).scatter_(1, order, places).squeeze(-1);
  const Tensor rows = binned.reshape({events, bins_of(length, bin_size) * bin_size, binned.size(-1)});
  return rows_of_events(rows, rank).view({events, length, binned.size(-1)});
}

Tensor gaussian_kernel(const Tensor& points, const Tensor& mask) {
  const Tensor p = points.to(at::kFloat);
  const Tensor square = p.square().sum(-1, true);
  const Tensor product = at::bmm(p, p.transpose(1, 2)).to(at::kFloat);
  const Tensor distance = at::sqrt(at::clamp(square + square.transpose(1, 2) - 2 * product, 1e-6, 1e6));
  return at::exp(-0.1 * distance) * mask * mask.transpose(1, 2);
}

}  // namespace sluice::model
