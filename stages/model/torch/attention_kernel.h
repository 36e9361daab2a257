// Attention of one head over the elements of one event, for CPUs: softmax(q k^T / sqrt(width)) v and its
// gradients. Particle-flow events are short and their heads narrow: matrix libraries, which cut large
// matrices into pieces, spend more time on copying such pieces than on computing. Here a few queries at a
// time stay in registers.
#pragma once

#include <cstdint>

namespace sluice::model {

/// Where the numbers of a head are: element i, number j at [i * stride + j].
struct HeadShape {
  std::int64_t elements = 0;
  std::int64_t width = 0;
  std::int64_t stride = 0;
};

/// `out` as q. `log_sums`: for each element the logarithm of the sum that its weights were divided by.
void attend(const HeadShape& shape, const float* q, const float* k, const float* v, float* out,
            float* log_sums);

/// What `attend` got and gave, and the gradient of what it gave.
struct Attended {
  const float* q = nullptr;
  const float* k = nullptr;
  const float* v = nullptr;
  const float* out = nullptr;
  const float* log_sums = nullptr;
  const float* out_gradient = nullptr;
};
/// The gradients are written, not added to.
void attend_backward(const HeadShape& shape, const Attended& head, float* q_gradient, float* k_gradient,
                     float* v_gradient);

}  // namespace sluice::model
