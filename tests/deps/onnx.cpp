#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

namespace {

void add_tensor(onnx::ValueInfoProto* value, const char* name) {
  value->set_name(name);
  auto* tensor = value->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape()->add_dim()->set_dim_value(1);
}

}  // namespace

int main() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  auto* graph = model.mutable_graph();
  graph->set_name("proof");
  add_tensor(graph->add_input(), "x");
  add_tensor(graph->add_output(), "y");
  auto* node = graph->add_node();
  node->set_op_type("Relu");
  node->add_input("x");
  node->add_output("y");
  onnx::checker::check_model(model);  // throws when something is wrong
  node->set_op_type("NoSuchOperator");
  try {
    onnx::checker::check_model(model);
  } catch (const onnx::checker::ValidationError&) {
    return 0;
  }
  return 1;
}
