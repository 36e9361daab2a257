#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>

#include "stages/model/torch/operations.h"
#include "stages/model/torch/rows.h"

namespace sluice::model {

namespace {

using at::Tensor;

/// [B,N,D] to [B,heads,N,D/heads].
Tensor split_heads(const Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

Tensor join_heads(const Tensor& x) { return x.transpose(1, 2).flatten(2); }

}  // namespace

Tensor attention(std::span<const Tensor> in, std::int64_t heads, bool no_padding) {
  const std::int64_t events = in[1].size(0);
  const Tensor q = split_heads(in[0], heads);
  const Tensor k = split_heads(in[1], heads);
  const Tensor v = split_heads(in[2], heads);
  std::optional<Tensor> bias;
  if (!no_padding || in[3].size(0) != in[1].size(0) || in[3].size(1) != in[1].size(1)) {
    // A large number and not infinity: an event of padding alone gets some result, not NaN.
    const Tensor outside = (in[3] - 1).mul(1e9).to(q.scalar_type());
    bias = outside.view({events, 1, 1, -1}).expand({events, heads, q.size(2), k.size(2)});
  }
  return join_heads(at::scaled_dot_product_attention(q, k, v, bias));
}

Tensor pool(std::span<const Tensor> in, std::int64_t heads, const Packing* packing) {
  // The query goes through the weights of the keys, and what it finds through those of the values: then there
  // is no need for a key and a value of each element.
  const std::int64_t width = in[1].size(-1);
  const std::int64_t head = width / heads;
  const Tensor q = in[0].view({heads, 1, head});
  const Tensor asked = at::bmm(q, in[2].view({heads, head, width})).squeeze(1);
  const Tensor x = packing == nullptr ? in[1] : side_by_side(in[1], *packing);
  const Tensor mask = packing == nullptr ? in[5] : mask_side_by_side(*packing, in[5].options());
  const Tensor scores = at::linear(x, asked).to(at::kFloat) / std::sqrt(static_cast<double>(head));
  // A large number and not infinity: an event of padding alone gets some result, not NaN.
  const Tensor weights = at::softmax(scores + (mask - 1) * 1e9, 1);                        // [B,N,heads]
  const Tensor pooled = at::bmm(weights.transpose(1, 2), x).transpose(0, 1);               // [heads,B,D]
  const Tensor found = at::bmm(pooled, in[3].view({heads, head, width}).transpose(1, 2));  // [heads,B,head]
  const Tensor result = found.transpose(0, 1).reshape({-1, 1, width}) + in[4];
  return packing == nullptr ? result : result.transpose(0, 1);
}

Tensor near_sums(std::span<const Tensor> in, const std::vector<double>& widths) {
  // Coordinate by coordinate: |a|² + |b|² - 2ab would lose all digits of what is near.
  Tensor square;
  for (std::int64_t i = 0; i < in[0].size(-1); ++i) {
    const Tensor x = in[0].select(-1, i);
    const Tensor one = (x.unsqueeze(2) - x.unsqueeze(1)).square_();
    square = i == 0 ? one : square.add_(one);
  }
  const Tensor x = in[1] * in[2];
  std::vector<Tensor> sums;
  for (const double width : widths) sums.push_back(at::matmul(at::exp(square * (-0.5 / (width * width))), x));
  return at::cat(sums, -1);
}

Tensor kernel_attention(std::span<const Tensor> in, std::int64_t heads) {
  // Positive random features: exp(w·x - |x|²/2). The exponents are shifted by their maximum, which cancels
  // between numerator and denominator; for keys the maximum is over the event's own elements.
  constexpr double floor = 1e-4;
  const Tensor random = in[4];
  const double scale = 1 / std::sqrt(std::sqrt(static_cast<double>(random.size(1))));
  const Tensor mask = in[3].unsqueeze(1);  // [B,1,N,1]
  const auto exponents = [&](const Tensor& x) {
    const Tensor scaled = split_heads(x.to(at::kFloat), heads) * scale;
    return at::matmul(scaled, random.t()).to(at::kFloat) - scaled.square().sum(-1, true) / 2;
  };
  const Tensor eq = exponents(in[0]);
  const Tensor ek = exponents(in[1]);
  const Tensor top_q = eq.detach().amax(-1, true);
  const Tensor top_k = (ek.detach() + (mask - 1) * 1e9).amax({-2, -1}, true);
  const Tensor q = at::exp(eq - top_q) + floor;
  const Tensor k = (at::exp(at::clamp_max(ek - top_k, 0)) + floor) * mask;
  const Tensor v = split_heads(in[2], heads).to(at::kFloat);
  const Tensor seen = at::matmul(q, at::matmul(k.transpose(-1, -2), v));
  const Tensor norm = at::matmul(q, k.sum(-2).unsqueeze(-1));
  return join_heads(seen / (norm + 1e-12));
}

}  // namespace sluice::model
