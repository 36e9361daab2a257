#include <cmath>

#include "stages/model/onnx/operations.h"

namespace sluice::model {

namespace {

/// [B,N,D] to [B,heads,N,D/heads].
std::string split_heads(OnnxWriter& onnx, const std::string& x, std::int64_t heads,
                        const OnnxWriter::Shape& order = {0, 2, 1, 3}) {
  return onnx.transpose(onnx.reshape(x, {0, 0, heads, -1}), order);
}

std::string join_heads(OnnxWriter& onnx, const std::string& x) {
  return onnx.reshape(onnx.transpose(x, {0, 2, 1, 3}), {0, 0, -1});
}

/// 0 for elements, -1e9 for padding.
std::string outside(OnnxWriter& onnx, const std::string& mask) {
  return onnx.multiply(onnx.subtract(mask, onnx.real(1)), onnx.real(1e9F));
}

}  // namespace

std::string emit_attention(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads) {
  const std::string q = split_heads(onnx, in[0], heads);
  const std::string k = split_heads(onnx, in[1], heads, {0, 2, 3, 1});
  const std::string v = split_heads(onnx, in[2], heads);
  // The scale is 1 / sqrt(width of a head), which only the shape knows here.
  const std::string width = onnx.cast(onnx.length(q, 3), onnx::TensorProto_DataType_FLOAT);
  const std::string scaled = onnx.divide(q, onnx.node("Sqrt", {width}));
  const std::string bias =
      onnx.node("Unsqueeze", {onnx.transpose(outside(onnx, in[3]), {0, 2, 1}), onnx.integers({1})});
  const std::string scores = onnx.add(onnx.matmul(scaled, k), bias);
  return join_heads(onnx, onnx.matmul(onnx.node("Softmax", {scores}, {{"axis", -1}}), v));
}

std::string emit_pool(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads,
                      std::int64_t width) {
  // The query goes through the weights of the keys, and what it finds through those of the values: then there
  // is no need for a key and a value of each element. All of the first line is constant.
  const std::int64_t head = width / heads;
  const std::string q = onnx.reshape(in[0], {heads, 1, head});
  const std::string asked =
      onnx.reshape(onnx.matmul(q, onnx.reshape(in[2], {heads, head, width})), {heads, width});
  const std::string scale = onnx.real(static_cast<float>(1 / std::sqrt(static_cast<double>(head))));
  const std::string turned = onnx.transpose(onnx.multiply(asked, scale), {1, 0});
  const std::string scores = onnx.add(onnx.matmul(in[1], turned), outside(onnx, in[5]));
  const std::string weights = onnx.node("Softmax", {onnx.transpose(scores, {0, 2, 1})}, {{"axis", -1}});
  const std::string pooled = onnx.node("Unsqueeze", {onnx.matmul(weights, in[1]), onnx.integers({2})});
  const std::string values = onnx.transpose(onnx.reshape(in[3], {heads, head, width}), {0, 2, 1});
  return onnx.add(onnx.reshape(onnx.matmul(pooled, values), {0, 1, -1}), in[4]);
}

std::string emit_near_sums(OnnxWriter& onnx, const std::vector<std::string>& in,
                           const std::vector<double>& widths) {
  std::string square;
  for (std::int64_t i = 0; i < 3; ++i) {
    const std::string x = onnx.slice(in[0], -1, onnx.integers({i}), onnx.integers({i + 1}));
    const std::string away = onnx.subtract(x, onnx.transpose(x, {0, 2, 1}));
    const std::string one = onnx.multiply(away, away);
    square = i == 0 ? one : onnx.add(square, one);
  }
  const std::string x = onnx.multiply(in[1], in[2]);
  std::vector<std::string> sums;
  for (const double width : widths) {
    const auto factor = static_cast<float>(-0.5 / (width * width));
    sums.push_back(onnx.matmul(onnx.node("Exp", {onnx.multiply(square, onnx.real(factor))}), x));
  }
  return onnx.node("Concat", sums, {{"axis", -1}});
}

std::string emit_kernel_attention(OnnxWriter& onnx, const std::vector<std::string>& in, std::int64_t heads,
                                  std::int64_t head_width) {
  // As in the reader for LibTorch, step by step.
  const float scale = static_cast<float>(1 / std::sqrt(std::sqrt(static_cast<double>(head_width))));
  const std::string mask = onnx.node("Unsqueeze", {in[3], onnx.integers({1})});
  const std::string random = onnx.transpose(in[4], {1, 0});
  const auto exponents = [&](const std::string& x) {
    const std::string scaled = onnx.multiply(split_heads(onnx, x, heads), onnx.real(scale));
    const std::string square =
        onnx.node("ReduceSum", {onnx.multiply(scaled, scaled), onnx.integers({-1})}, {{"keepdims", 1}});
    return onnx.subtract(onnx.matmul(scaled, random), onnx.multiply(square, onnx.real(0.5F)));
  };
  const std::string eq = exponents(in[0]);
  const std::string ek = exponents(in[1]);
  const std::string top_q = onnx.node("ReduceMax", {eq}, {{"keepdims", 1}}, {{"axes", {-1}}});
  const std::string top_k =
      onnx.node("ReduceMax", {onnx.add(ek, outside(onnx, mask))}, {{"keepdims", 1}}, {{"axes", {-2, -1}}});
  const std::string floor = onnx.real(1e-4F);
  const std::string q = onnx.add(onnx.node("Exp", {onnx.subtract(eq, top_q)}), floor);
  const std::string shifted = onnx.node("Min", {onnx.subtract(ek, top_k), onnx.real(0)});
  const std::string k = onnx.multiply(onnx.add(onnx.node("Exp", {shifted}), floor), mask);
  const std::string seen =
      onnx.matmul(q, onnx.matmul(onnx.transpose(k, {0, 1, 3, 2}), split_heads(onnx, in[2], heads)));
  const std::string sum = onnx.node("ReduceSum", {k, onnx.integers({-2})}, {{"keepdims", 1}});
  const std::string norm = onnx.matmul(q, onnx.transpose(sum, {0, 1, 3, 2}));
  return join_heads(onnx, onnx.divide(seen, onnx.add(norm, onnx.real(1e-12F))));
}

}  // namespace sluice::model
