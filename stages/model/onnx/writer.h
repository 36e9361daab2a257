// Puts nodes, weights and constants into an ONNX graph, with short-hands for the shape arithmetic that
// dynamic lengths need. Tensors are called by their names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

namespace sluice::model {

class OnnxWriter {
 public:
  explicit OnnxWriter(onnx::GraphProto& graph) : graph_(graph) {}

  using Names = std::vector<std::string>;
  using Shape = std::vector<std::int64_t>;

  /// Adds a node and returns the name of its only result.
  std::string node(const std::string& type, const Names& inputs);
  /// The same with integer attributes, or lists of them.
  std::string node(const std::string& type, const Names& inputs,
                   const std::map<std::string, std::int64_t>& integers,
                   const std::map<std::string, Shape>& lists = {});
  std::string cast(const std::string& x, onnx::TensorProto_DataType type);
  void identity(const std::string& from, const std::string& to);
  onnx::NodeProto& last() { return *graph_.mutable_node(graph_.node_size() - 1); }

  std::string weight(const std::string& name, const Shape& shape, const std::vector<float>& numbers);
  std::string real(float number);              ///< a scalar
  std::string integer(std::int64_t number);    ///< a scalar
  std::string integers(const Shape& numbers);  ///< a vector

  std::string reshape(const std::string& x, const Shape& shape) {
    return node("Reshape", {x, integers(shape)});
  }
  /// Reshape to lengths of which some are known only when it runs: each is the name of a vector of one
  /// integer.
  std::string reshape_to(const std::string& x, const Names& lengths);
  std::string transpose(const std::string& x, const Shape& order) {
    return node("Transpose", {x}, {}, {{"perm", order}});
  }
  std::string length(const std::string& x, std::int64_t axis);  ///< a vector of one integer
  std::string arange(const std::string& count);                 ///< 0, 1, …: int64
  std::string slice(const std::string& x, std::int64_t axis, const std::string& from, const std::string& to);

  std::string add(const std::string& a, const std::string& b) { return node("Add", {a, b}); }
  std::string subtract(const std::string& a, const std::string& b) { return node("Sub", {a, b}); }
  std::string multiply(const std::string& a, const std::string& b) { return node("Mul", {a, b}); }
  std::string divide(const std::string& a, const std::string& b) { return node("Div", {a, b}); }
  std::string matmul(const std::string& a, const std::string& b) { return node("MatMul", {a, b}); }

 private:
  std::string fresh();
  onnx::TensorProto& initializer(const std::string& name, const Shape& shape,
                                 onnx::TensorProto_DataType type);

  onnx::GraphProto& graph_;
  std::map<std::string, std::string> constants_;
  int next_ = 0;
};

}  // namespace sluice::model
