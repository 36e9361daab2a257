#include "stages/model/onnx/writer.h"

#include <cstring>

namespace sluice::model {

std::string OnnxWriter::fresh() { return "t" + std::to_string(next_++); }

std::string OnnxWriter::node(const std::string& type, const Names& inputs) { return node(type, inputs, {}); }

std::string OnnxWriter::node(const std::string& type, const Names& inputs,
                             const std::map<std::string, std::int64_t>& integers,
                             const std::map<std::string, Shape>& lists) {
  onnx::NodeProto& made = *graph_.add_node();
  made.set_op_type(type);
  for (const std::string& input : inputs) made.add_input(input);
  for (const auto& [name, number] : integers) {
    onnx::AttributeProto& attribute = *made.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto_AttributeType_INT);
    attribute.set_i(number);
  }
  for (const auto& [name, numbers] : lists) {
    onnx::AttributeProto& attribute = *made.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto_AttributeType_INTS);
    for (const std::int64_t number : numbers) attribute.add_ints(number);
  }
  const std::string result = fresh();
  made.set_name(type + "_" + result);
  made.add_output(result);
  return result;
}

std::string OnnxWriter::cast(const std::string& x, onnx::TensorProto_DataType type) {
  return node("Cast", {x}, {{"to", type}});
}

void OnnxWriter::identity(const std::string& from, const std::string& to) {
  onnx::NodeProto& made = *graph_.add_node();
  made.set_op_type("Identity");
  made.set_name("Identity_" + to);
  made.add_input(from);
  made.add_output(to);
}

onnx::TensorProto& OnnxWriter::initializer(const std::string& name, const Shape& shape,
                                           onnx::TensorProto_DataType type) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t length : shape) tensor.add_dims(length);
  return tensor;
}

std::string OnnxWriter::weight(const std::string& name, const Shape& shape,
                               const std::vector<float>& numbers) {
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  initializer(name, shape, onnx::TensorProto_DataType_FLOAT).set_raw_data(std::move(bytes));
  return name;
}

std::string OnnxWriter::real(float number) {
  std::string& known =
      constants_["r" + std::to_string(number) + "/" + std::to_string(std::bit_cast<std::uint32_t>(number))];
  if (!known.empty()) return known;
  known = fresh();
  initializer(known, {}, onnx::TensorProto_DataType_FLOAT).add_float_data(number);
  return known;
}

std::string OnnxWriter::integer(std::int64_t number) {
  std::string& known = constants_["i" + std::to_string(number)];
  if (!known.empty()) return known;
  known = fresh();
  initializer(known, {}, onnx::TensorProto_DataType_INT64).add_int64_data(number);
  return known;
}

std::string OnnxWriter::integers(const Shape& numbers) {
  std::string key = "v";
  for (const std::int64_t number : numbers) key += std::to_string(number) + ",";
  std::string& known = constants_[key];
  if (!known.empty()) return known;
  known = fresh();
  onnx::TensorProto& tensor =
      initializer(known, {static_cast<std::int64_t>(numbers.size())}, onnx::TensorProto_DataType_INT64);
  for (const std::int64_t number : numbers) tensor.add_int64_data(number);
  return known;
}

std::string OnnxWriter::reshape_to(const std::string& x, const Names& lengths) {
  return node("Reshape", {x, node("Concat", lengths, {{"axis", 0}})});
}

std::string OnnxWriter::length(const std::string& x, std::int64_t axis) {
  return node("Shape", {x}, {{"start", axis}, {"end", axis + 1}});
}

std::string OnnxWriter::arange(const std::string& count) {
  return node("Range", {integer(0), node("Squeeze", {count}), integer(1)});
}

std::string OnnxWriter::slice(const std::string& x, std::int64_t axis, const std::string& from,
                              const std::string& to) {
  return node("Slice", {x, from, to, integers({axis})});
}

}  // namespace sluice::model
