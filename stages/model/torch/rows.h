// Rows of a tensor in another order: between events behind each other and side by side, into bins and back.
#pragma once

#include <ATen/core/Tensor.h>

#include "stages/model/torch/packing.h"

namespace sluice::model {

/// Row index[i] of x [M,D] as row i, [K,D]; rows may be taken several times, or never; zeros where index is
/// -1.
at::Tensor gather_rows(const at::Tensor& x, const at::Tensor& index);

/// [1, elements, D] to [events, longest, D], zeros behind; and the mask of that, [events, longest, 1].
at::Tensor side_by_side(const at::Tensor& x, const Packing& packing);
at::Tensor mask_side_by_side(const Packing& packing, const at::TensorOptions& options);
/// The other way round.
at::Tensor one_after_another(const at::Tensor& x, const Packing& packing);

/// Of [1, events, D], an event's row for each of its elements: [1, elements, D].
at::Tensor spread(const at::Tensor& x, const Packing& packing);

}  // namespace sluice::model
