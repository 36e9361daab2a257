#include "stages/model/onnx/emit.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <onnx/checker.h>
#pragma GCC diagnostic pop

#include <stdexcept>

#include "stages/model/onnx/operations.h"

namespace sluice::model {

namespace {

constexpr int opset = 17;
constexpr int ir_version = 8;

std::vector<float> transposed(const Weight& weight) {
  const auto rows = static_cast<std::size_t>(weight.shape[0]);
  const auto columns = static_cast<std::size_t>(weight.shape[1]);
  std::vector<float> result(weight.numbers.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = weight.numbers[i * columns + j];
  return result;
}

/// A graph on its way into the file.
class Emitter {
 public:
  Emitter(const Graph& graph, const Weights& weights, onnx::GraphProto& file)
      : graph_(graph), weights_(weights), onnx_(file), names_(graph.nodes.size()) {}

  void run(const std::vector<std::string>& outputs) {
    std::vector<Value> wanted;
    for (const std::string& name : outputs) {
      const Value* value = graph_.find_output(name);
      if (value == nullptr) throw std::logic_error("this network has no output " + name);
      wanted.push_back(*value);
    }
    const auto needed = needed_for(graph_, wanted);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
      if (needed[i]) names_[i] = name_of(graph_.nodes[i]);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      onnx_.identity(names_[static_cast<std::size_t>(wanted[i].node)], outputs[i]);
  }

 private:
  std::string name_of(const Node& node) {
    switch (node.op) {
      case Op::features: return "features";
      case Op::mask: {
        const std::string real = onnx_.cast("mask", onnx::TensorProto_DataType_FLOAT);
        return onnx_.node("Unsqueeze", {real, onnx_.integers({2})});
      }
      case Op::constant: return constant(node);
      case Op::weight: return {};  // stored by the first node that uses it, in the form that suits it
      default: break;
    }
    std::vector<std::string> in;
    for (const int input : node.inputs) in.push_back(input_name(node, input));
    return emit(onnx_, with_sizes(node), in);
  }

  std::string constant(const Node& node) {
    const std::vector<float> numbers(node.reals.begin(), node.reals.end());
    return onnx_.weight("constant." + std::to_string(constants_++),
                        {1, 1, static_cast<std::int64_t>(numbers.size())}, numbers);
  }

  std::string input_name(const Node& user, int input) {
    std::string& name = names_[static_cast<std::size_t>(input)];
    const Node& node = graph_.nodes[static_cast<std::size_t>(input)];
    if (node.op != Op::weight || !name.empty()) return name;
    const Weight& weight = weights_.at(node.name);
    const bool turn = user.op == Op::linear && weight.shape.size() == 2;
    name = turn ? onnx_.weight(node.name, {weight.shape[1], weight.shape[0]}, transposed(weight))
                : onnx_.weight(node.name, weight.shape, weight.numbers);
    return name;
  }

  /// Sizes of weights that ONNX nodes have to know beforehand.
  Node with_sizes(Node node) {
    const auto shape = [&](std::size_t input) {
      return weights_.at(graph_.nodes[static_cast<std::size_t>(node.inputs[input])].name).shape;
    };
    if (node.op == Op::pool) node.integers.push_back(shape(2)[0]);
    if (node.op == Op::kernel_attention) node.integers.push_back(shape(4)[1]);
    if (node.op == Op::lsh_order) {
      node.integers.push_back(shape(1)[0]);
      node.integers.push_back(shape(1)[2]);
    }
    return node;
  }

  const Graph& graph_;
  const Weights& weights_;
  OnnxWriter onnx_;
  std::vector<std::string> names_;
  int constants_ = 0;
};

void describe(onnx::ValueInfoProto& value, const std::string& name, int type, std::int64_t columns) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("events");
  tensor.mutable_shape()->add_dim()->set_dim_param("elements");
  if (columns != 0) tensor.mutable_shape()->add_dim()->set_dim_value(columns);
}

std::int64_t columns_of(const std::string& output) {
  if (output == "binary") return 2;
  if (output == "class_logits" || output == "probability") return 6;
  return output == "momentum" || output == "regression" ? 5 : 1;
}

}  // namespace

Result<std::string> emit_onnx(const Graph& graph, const Weights& weights, std::int64_t features,
                              const std::vector<std::string>& outputs, const OnnxText& text) {
  onnx::ModelProto model;
  model.set_ir_version(ir_version);
  model.set_producer_name("sluice-export");
  model.set_doc_string(text.description);
  model.add_opset_import()->set_version(opset);
  for (const auto& [key, value] : text.metadata) {
    auto& property = *model.add_metadata_props();
    property.set_key(key);
    property.set_value(value);
  }
  onnx::GraphProto& file = *model.mutable_graph();
  file.set_name("particle_flow");
  describe(*file.add_input(), "features", onnx::TensorProto_DataType_FLOAT, features);
  describe(*file.add_input(), "mask", onnx::TensorProto_DataType_BOOL, 0);
  Emitter(graph, weights, file).run(outputs);
  for (const std::string& output : outputs) {
    const bool integer = output == "class" || output.starts_with("order.");
    describe(*file.add_output(), output,
             integer ? onnx::TensorProto_DataType_INT64 : onnx::TensorProto_DataType_FLOAT,
             columns_of(output));
  }
  try {
    onnx::checker::check_model(model);
  } catch (const std::exception& error) {
    return Error{std::string("the ONNX checker refuses this network: ") + error.what(), "",
                 "this is a bug of the exporter: please report it", ErrorKind::internal};
  }
  return model.SerializeAsString();
}

}  // namespace sluice::model
