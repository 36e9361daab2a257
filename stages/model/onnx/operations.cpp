#include "stages/model/onnx/operations.h"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace sluice::model {

namespace {

using Strings = std::vector<std::string>;

constexpr float layer_norm_epsilon = 1e-5F;
constexpr float rms_norm_epsilon = 1e-6F;

std::string clamp(OnnxWriter& onnx, const std::string& x, double least, double most) {
  return onnx.node("Clip", {x, onnx.real(static_cast<float>(least)), onnx.real(static_cast<float>(most))});
}

void set_real(OnnxWriter& onnx, const std::string& name, float number) {
  onnx::AttributeProto& attribute = *onnx.last().add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto_AttributeType_FLOAT);
  attribute.set_f(number);
}

std::string gelu(OnnxWriter& onnx, const std::string& x) {
  const std::string erf =
      onnx.node("Erf", {onnx.multiply(x, onnx.real(static_cast<float>(1 / std::numbers::sqrt2)))});
  return onnx.multiply(onnx.multiply(x, onnx.real(0.5F)), onnx.add(erf, onnx.real(1)));
}

std::string linear(OnnxWriter& onnx, const Strings& in) {
  // Weights are [out,in]; emit.cpp stores those that `linear` uses transposed.
  const std::string product = onnx.matmul(in[0], in[1]);
  return in.size() > 2 ? onnx.add(product, in[2]) : product;
}

std::string layer_norm(OnnxWriter& onnx, const Strings& in) {
  const std::string result = onnx.node("LayerNormalization", in, {{"axis", -1}});
  set_real(onnx, "epsilon", layer_norm_epsilon);
  return result;
}

std::string rms_norm(OnnxWriter& onnx, const Strings& in) {
  const std::string square =
      onnx.node("ReduceMean", {onnx.multiply(in[0], in[0])}, {{"keepdims", 1}}, {{"axes", {-1}}});
  const std::string root = onnx.node("Sqrt", {onnx.add(square, onnx.real(rms_norm_epsilon))});
  return onnx.multiply(onnx.divide(in[0], root), in[1]);
}

std::string equals(OnnxWriter& onnx, const Node& node, const std::string& x) {
  const std::string is = onnx.node("Equal", {x, onnx.real(static_cast<float>(node.reals[0]))});
  return onnx.cast(
      is, node.integers.empty() ? onnx::TensorProto_DataType_FLOAT : onnx::TensorProto_DataType_INT64);
}

/// (e^x + e^-x) / 2
std::string hyperbolic_cosine(OnnxWriter& onnx, const std::string& x) {
  const std::string sum = onnx.add(onnx.node("Exp", {x}), onnx.node("Exp", {onnx.node("Neg", {x})}));
  return onnx.multiply(sum, onnx.real(0.5F));
}

std::string unary(OnnxWriter& onnx, Op op, const std::string& x) {
  switch (op) {
    case Op::relu: return onnx.node("Relu", {x});
    case Op::relu6: return clamp(onnx, x, 0, 6);
    case Op::elu: return onnx.node("Elu", {x});
    case Op::leaky_relu: return onnx.node("LeakyRelu", {x});
    case Op::gelu: return gelu(onnx, x);
    case Op::silu: return onnx.multiply(x, onnx.node("Sigmoid", {x}));
    case Op::sigmoid: return onnx.node("Sigmoid", {x});
    case Op::exponential: return onnx.node("Exp", {x});
    case Op::logarithm: return onnx.node("Log", {x});
    case Op::square_root: return onnx.node("Sqrt", {x});
    case Op::hyperbolic_cosine: return hyperbolic_cosine(onnx, x);
    case Op::sine: return onnx.node("Sin", {x});
    case Op::arcsine: return onnx.node("Asin", {x});
    case Op::detach:
    case Op::dropout: return x;
    case Op::softmax: return onnx.node("Softmax", {x}, {{"axis", -1}});
    case Op::argmax: return onnx.node("ArgMax", {x}, {{"axis", -1}, {"keepdims", 1}});
    default: throw std::logic_error("an operation that the ONNX writer does not know");
  }
}

}  // namespace

std::string emit_join_types(OnnxWriter& onnx, const Strings& in) {
  const std::string type = onnx.slice(in[0], -1, onnx.integers({0}), onnx.integers({1}));
  std::string sum;
  for (std::size_t i = 1; i < in.size(); ++i) {
    const std::string is = onnx.cast(onnx.node("Equal", {type, onnx.real(static_cast<float>(i))}),
                                     onnx::TensorProto_DataType_FLOAT);
    const std::string own = onnx.multiply(in[i], is);
    sum = i == 1 ? own : onnx.add(sum, own);
  }
  return sum;
}

std::string emit(OnnxWriter& onnx, const Node& node, const Strings& in) {
  const auto integer = [&](std::size_t i) { return node.integers[i]; };
  switch (node.op) {
    case Op::add: return onnx.add(in[0], in[1]);
    case Op::subtract: return onnx.subtract(in[0], in[1]);
    case Op::multiply: return onnx.multiply(in[0], in[1]);
    case Op::divide: return onnx.divide(in[0], in[1]);
    case Op::clamp: return clamp(onnx, in[0], node.reals[0], node.reals[1]);
    case Op::equals: return equals(onnx, node, in[0]);
    case Op::linear: return linear(onnx, in);
    case Op::layer_norm: return layer_norm(onnx, in);
    case Op::rms_norm: return rms_norm(onnx, in);
    case Op::columns: return onnx.slice(in[0], -1, onnx.integers({integer(0)}), onnx.integers({integer(1)}));
    case Op::concat: return onnx.node("Concat", in, {{"axis", -1}});
    case Op::attention: return emit_attention(onnx, in, integer(0));
    case Op::pool: return emit_pool(onnx, in, integer(0), integer(1));
    // ONNX Runtime computes what is made of a type for all elements: choosing some first takes it longer.
    case Op::spread:
    case Op::of_type: return in[0];
    case Op::join_types: return emit_join_types(onnx, in);
    case Op::near_sums: return emit_near_sums(onnx, in, node.reals);
    case Op::kernel_attention: return emit_kernel_attention(onnx, in, integer(0), integer(1));
    case Op::lsh_order: return emit_lsh_order(onnx, in, integer(0), integer(1), integer(2));
    case Op::to_bins: return emit_to_bins(onnx, in[0], in[1], integer(0));
    case Op::bins_mask: return emit_bins_mask(onnx, in[0], in[1], integer(0));
    case Op::from_bins: return emit_from_bins(onnx, in[0], in[1], integer(0));
    case Op::gaussian_kernel: return emit_gaussian_kernel(onnx, in[0], in[1]);
    case Op::batch_matmul: return onnx.matmul(in[0], in[1]);
    default: return unary(onnx, node.op, in[0]);
  }
}

}  // namespace sluice::model
