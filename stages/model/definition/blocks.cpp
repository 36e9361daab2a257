#include "stages/model/definition/blocks.h"

#include <cmath>

namespace sluice::model {

namespace {

Op activation_of(const std::string& name) {
  if (name == "relu") return Op::relu;
  if (name == "relu6") return Op::relu6;
  if (name == "leaky_relu") return Op::leaky_relu;
  if (name == "gelu") return Op::gelu;
  if (name == "silu") return Op::silu;
  return Op::elu;
}

Start uniform(double scale) { return {Start::Kind::uniform, scale}; }

}  // namespace

Value Builder::activate(Value x) { return graph.add(activation_of(config.activation), {x}); }

Value Builder::dropout(Value x) {
  return config.dropout > 0 ? graph.add(Op::dropout, {x}, {}, {config.dropout}) : x;
}

Value Builder::linear(Value x, const std::string& name, std::int64_t in, std::int64_t out, bool with_bias,
                      double start) {
  const Value factors = weight(name, in, out, start);
  if (!with_bias) return graph.add(Op::linear, {x, factors});
  return graph.add(Op::linear, {x, factors, bias(name, in, out, start)});
}

Value Builder::weight(const std::string& name, std::int64_t in, std::int64_t out, double start) {
  return graph.weight(name + ".weight", {out, in}, uniform(start / std::sqrt(static_cast<double>(in))));
}

Value Builder::bias(const std::string& name, std::int64_t in, std::int64_t out, double start) {
  return graph.weight(name + ".bias", {out}, uniform(start / std::sqrt(static_cast<double>(in))));
}

Value Builder::xavier(Value x, const std::string& name, std::int64_t in, std::int64_t out) {
  const Start start = uniform(std::sqrt(6 / static_cast<double>(in + out)));
  return graph.add(Op::linear, {x, graph.weight(name + ".weight", {out, in}, start)});
}

Value Builder::layer_norm(Value x, const std::string& name, std::int64_t width) {
  const Value gain = graph.weight(name + ".gain", {width}, {Start::Kind::constant, 1});
  const Value bias = graph.weight(name + ".bias", {width}, {Start::Kind::constant, 0});
  return graph.add(Op::layer_norm, {x, gain, bias});
}

Value Builder::rms_norm(Value x, const std::string& name, std::int64_t width) {
  return graph.add(Op::rms_norm, {x, graph.weight(name + ".gain", {width}, {Start::Kind::constant, 1})});
}

Value Builder::feed_forward(Value x, const std::string& name, std::int64_t in, std::int64_t out,
                            double last) {
  Value h = activate(linear(x, name + ".0", in, config.hidden));
  h = dropout(layer_norm(h, name + ".norm", config.hidden));
  return linear(h, name + ".1", config.hidden, out, true, last);
}

}  // namespace sluice::model
