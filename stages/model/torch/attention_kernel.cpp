#include "stages/model/torch/attention_kernel.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stages/model/torch/lanes.h"

namespace sluice::model {

namespace {

constexpr std::int64_t block = 8;  ///< queries at a time

std::int64_t round_up(std::int64_t number) { return (number + lanes - 1) / lanes * lanes; }

/// Memory for one head at a time, kept by each thread.
class Scratch {
 public:
  explicit Scratch(std::int64_t numbers) {
    if (static_cast<std::int64_t>(numbers_.size()) < numbers)
      numbers_.resize(static_cast<std::size_t>(numbers));
  }
  float* take(std::int64_t numbers) {
    float* begin = numbers_.data() + taken_;
    taken_ += numbers;
    return begin;
  }

 private:
  static thread_local std::vector<float> numbers_;
  std::int64_t taken_ = 0;
};
thread_local std::vector<float> Scratch::numbers_;

/// [width][elements, rounded up], zeros behind.
SLUICE_INLINE void copy_turned(const HeadShape& s, const float* from, std::int64_t elements, float* to) {
  for (std::int64_t c = 0; c < s.width; ++c) {
    float* row = to + c * elements;
    for (std::int64_t i = 0; i < s.elements; ++i) row[i] = from[i * s.stride + c];
    for (std::int64_t i = s.elements; i < elements; ++i) row[i] = 0;
  }
}

/// [rows, up to `count` of them real][width, rounded up], zeros around.
SLUICE_INLINE void copy_rows(const HeadShape& s, const float* from, std::int64_t count, std::int64_t rows,
                             std::int64_t width, float* to) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t c = 0; c < width; ++c)
      to[i * width + c] = i < count && c < s.width ? from[i * s.stride + c] : 0;
}

/// out[block][elements] = factor * rows[block][width] . turned[width][elements]
SLUICE_INLINE void products(const float* rows, std::int64_t row_width, const float* turned,
                            std::int64_t width, std::int64_t elements, float factor, float* out) {
  for (std::int64_t j = 0; j < elements; j += lanes) {
    Lanes sum[block] = {};
    for (std::int64_t c = 0; c < width; ++c) {
      const Lanes column = load(turned + c * elements + j);
#pragma GCC unroll 8
      for (std::int64_t r = 0; r < block; ++r) sum[r] += rows[r * row_width + c] * column;
    }
#pragma GCC unroll 8
    for (std::int64_t r = 0; r < block; ++r) store(out + r * elements + j, sum[r] * factor);
  }
}

/// out[r][width] = sum over j of weights[r][j] * rows[j][width], for the first `count` r; times `factors`.
SLUICE_INLINE void weighted(const HeadShape& s, const float* weights, std::int64_t elements,
                            const float* rows, std::int64_t row_width, std::int64_t count,
                            const float* factors, float* out) {
  for (std::int64_t c = 0; c < row_width; c += lanes) {
    Lanes sum[block] = {};
    for (std::int64_t j = 0; j < s.elements; ++j) {
      const Lanes row = load(rows + j * row_width + c);
#pragma GCC unroll 8
      for (std::int64_t r = 0; r < block; ++r) sum[r] += weights[r * elements + j] * row;
    }
    for (std::int64_t r = 0; r < count; ++r) {
      const Lanes scaled = sum[r] * factors[r];
      const std::int64_t width = std::min(s.width - c, lanes);
      if (width == lanes) {
        store(out + r * s.stride + c, scaled);
      } else {
        for (std::int64_t i = 0; i < width; ++i) out[r * s.stride + c + i] = scaled[i];
      }
    }
  }
}

/// Of `count` numbers; those behind, up to a whole number of lanes, become the least there is.
SLUICE_INLINE float largest(float* numbers, std::int64_t count, std::int64_t rounded) {
  for (std::int64_t i = count; i < rounded; ++i) numbers[i] = -INFINITY;
  Lanes most = load(numbers);
  for (std::int64_t i = lanes; i < rounded; i += lanes) most = at_least(load(numbers + i), most);
  float one = most[0];
  for (std::int64_t i = 1; i < lanes; ++i) one = std::max(one, most[i]);
  return one;
}

/// Puts e^(x - most) in place of x; returns their sum.
SLUICE_INLINE float exponentiate(float* numbers, std::int64_t count, std::int64_t rounded, float most) {
  Lanes sums = {};
  for (std::int64_t i = 0; i < rounded; i += lanes) {
    const Lanes power = exponential(load(numbers + i) - most);
    store(numbers + i, power);
    if (i + lanes <= count) sums += power;
  }
  float sum = 0;
  for (std::int64_t i = 0; i < lanes; ++i) sum += sums[i];
  for (std::int64_t i = count / lanes * lanes; i < count; ++i) sum += numbers[i];
  return sum;
}

}  // namespace

SLUICE_EVERY_PROCESSOR
void attend(const HeadShape& s, const float* q, const float* k, const float* v, float* out, float* log_sums) {
  const std::int64_t elements = round_up(s.elements);
  const std::int64_t width = round_up(s.width);
  Scratch scratch(s.width * elements + s.elements * width + block * (elements + width));
  float* k_turned = scratch.take(s.width * elements);
  float* v_rows = scratch.take(s.elements * width);
  float* scores = scratch.take(block * elements);
  float* queries = scratch.take(block * width);
  copy_turned(s, k, elements, k_turned);
  copy_rows(s, v, s.elements, s.elements, width, v_rows);
  const float scale = 1 / std::sqrt(static_cast<float>(s.width));
  for (std::int64_t from = 0; from < s.elements; from += block) {
    const std::int64_t count = std::min(block, s.elements - from);
    copy_rows(s, q + from * s.stride, count, block, width, queries);
    products(queries, width, k_turned, s.width, elements, scale, scores);
    float factors[block] = {};
    for (std::int64_t r = 0; r < count; ++r) {
      float* row = scores + r * elements;
      const float most = largest(row, s.elements, elements);
      const float sum = exponentiate(row, s.elements, elements, most);
      factors[r] = 1 / sum;
      log_sums[from + r] = most + std::log(sum);
    }
    weighted(s, scores, elements, v_rows, width, count, factors, out + from * s.stride);
  }
}

SLUICE_EVERY_PROCESSOR
void attend_backward(const HeadShape& s, const Attended& head, float* q_gradient, float* k_gradient,
                     float* v_gradient) {
  const std::int64_t elements = round_up(s.elements);
  const std::int64_t width = round_up(s.width);
  Scratch scratch(2 * s.width * elements + 3 * s.elements * width + 2 * block * (elements + width));
  float* k_turned = scratch.take(s.width * elements);
  float* v_turned = scratch.take(s.width * elements);
  float* k_rows = scratch.take(s.elements * width);
  float* k_sums = scratch.take(s.elements * width);
  float* v_sums = scratch.take(s.elements * width);
  float* weights = scratch.take(block * elements);
  float* score_gradients = scratch.take(block * elements);
  float* queries = scratch.take(block * width);
  float* gradients = scratch.take(block * width);
  copy_turned(s, head.k, elements, k_turned);
  copy_turned(s, head.v, elements, v_turned);
  copy_rows(s, head.k, s.elements, s.elements, width, k_rows);
  std::fill_n(k_sums, 2 * s.elements * width, 0.0F);
  const float scale = 1 / std::sqrt(static_cast<float>(s.width));
  const float scales[block] = {scale, scale, scale, scale, scale, scale, scale, scale};
  for (std::int64_t from = 0; from < s.elements; from += block) {
    const std::int64_t count = std::min(block, s.elements - from);
    copy_rows(s, head.q + from * s.stride, count, block, width, queries);
    copy_rows(s, head.out_gradient + from * s.stride, count, block, width, gradients);
    products(queries, width, k_turned, s.width, elements, scale, weights);
    products(gradients, width, v_turned, s.width, elements, 1, score_gradients);
    for (std::int64_t r = 0; r < block; ++r) {
      // A softmax's gradient: weight * (what came in - what came in on average); the average is this product.
      float average = 0;
      for (std::int64_t c = 0; r < count && c < s.width; ++c)
        average += gradients[r * width + c] * head.out[(from + r) * s.stride + c];
      const float log_sum = r < count ? head.log_sums[from + r] : INFINITY;
      for (std::int64_t j = 0; j < elements; j += lanes) {
        const Lanes weight = exponential(load(weights + r * elements + j) - log_sum);
        store(weights + r * elements + j, weight);
        store(score_gradients + r * elements + j,
              weight * (load(score_gradients + r * elements + j) - average));
      }
    }
    weighted(s, score_gradients, elements, k_rows, width, count, scales, q_gradient + from * s.stride);
    for (std::int64_t c = 0; c < width; c += lanes)
      for (std::int64_t j = 0; j < s.elements; ++j) {
        Lanes k_sum = load(k_sums + j * width + c);
        Lanes v_sum = load(v_sums + j * width + c);
#pragma GCC unroll 8
        for (std::int64_t r = 0; r < block; ++r) {
          k_sum += score_gradients[r * elements + j] * load(queries + r * width + c);
          v_sum += weights[r * elements + j] * load(gradients + r * width + c);
        }
        store(k_sums + j * width + c, k_sum);
        store(v_sums + j * width + c, v_sum);
      }
  }
  for (std::int64_t i = 0; i < s.elements; ++i)
    for (std::int64_t c = 0; c < s.width; ++c) {
      k_gradient[i * s.stride + c] = k_sums[i * width + c] * scale;
      v_gradient[i * s.stride + c] = v_sums[i * width + c];
    }
}

}  // namespace sluice::model
