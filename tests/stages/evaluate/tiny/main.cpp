// tiny-evaluation network FILE KIND, or tiny-evaluation dataset FOLDER EVENTS: what tests of evaluation need.
// Kinds of networks: `identity` takes each track for a charged hadron and each cluster for a photon, with the
// momentum that was measured; the others are wrong in one way each.
#include <iostream>
#include <limits>

#include "engine/base/disk.h"
#include "stages/events/schema.h"
#include "stages/model/definition/exported.h"
#include "stages/model/onnx/writer.h"
#include "tests/stages/evaluate/tiny/dataset.h"

namespace sluice {

namespace {

namespace exported = model::exported;
using model::OnnxWriter;

std::string feature_names(const std::string& kind) {
  const auto elements = kind == "hits" ? events::Elements::hits : events::Elements::tracks_and_clusters;
  std::string text;
  const events::FileSpec spec = events::dataset_spec(elements);
  for (const std::string& name : spec.collections[1].matrices[0].columns)
    text += (text.empty() ? "" : ",") + name;
  if (kind == "other-features") text.replace(text.find("chi2"), 4, "chi3");
  if (kind == "fewer-features") text.resize(text.rfind(','));
  return text;
}

void describe(onnx::ValueInfoProto& value, const std::string& name, onnx::TensorProto_DataType type,
              int columns) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("events");
  tensor.mutable_shape()->add_dim()->set_dim_param("elements");
  if (columns > 0) tensor.mutable_shape()->add_dim()->set_dim_value(columns);
}

void make_graph(onnx::GraphProto& graph, const std::string& kind, int features) {
  using onnx::TensorProto_DataType_FLOAT;
  using onnx::TensorProto_DataType_INT64;
  graph.set_name("tiny");
  describe(*graph.add_input(), exported::features, TensorProto_DataType_FLOAT, features);
  describe(*graph.add_input(), exported::mask, onnx::TensorProto_DataType_BOOL, 0);
  OnnxWriter onnx(graph);
  const auto columns = [&](std::int64_t from, std::int64_t to) {
    return onnx.slice(exported::features, 2, onnx.integers({from}), onnx.integers({to}));
  };
  // Type 1 (a track): charged hadron, 1. Type 2: photon, 3.
  const std::string code = kind == "unknown-class"
                               ? onnx.add(columns(0, 1), onnx.real(40))
                               : onnx.subtract(onnx.multiply(columns(0, 1), onnx.real(2)), onnx.real(1));
  const std::string mask =
      onnx.node("Unsqueeze", {onnx.cast(exported::mask, TensorProto_DataType_FLOAT), onnx.integers({2})});
  onnx.identity(onnx.cast(onnx.multiply(code, mask), TensorProto_DataType_INT64), exported::particle_class);
  std::string momentum = onnx.multiply(columns(1, 6), mask);
  if (kind == "nan") momentum = onnx.multiply(momentum, onnx.real(std::numeric_limits<float>::quiet_NaN()));
  onnx.identity(momentum, kind == "no-momentum" ? "something" : exported::momentum);
  describe(*graph.add_output(), exported::particle_class, TensorProto_DataType_INT64, 1);
  describe(*graph.add_output(), kind == "no-momentum" ? "something" : exported::momentum,
           TensorProto_DataType_FLOAT, 5);
}

std::string make_network(const std::string& kind) {
  onnx::ModelProto model;
  constexpr int ir_version = 8;
  constexpr int opset = 17;
  model.set_ir_version(ir_version);
  model.add_opset_import()->set_version(opset);
  const auto say = [&](const char* key, const std::string& value) {
    auto& property = *model.add_metadata_props();
    property.set_key(key);
    property.set_value(value);
  };
  if (kind != "stranger") say(exported::format_key, kind == "old" ? "0" : exported::format);
  say(exported::feature_names_key, feature_names(kind));
  make_graph(*model.mutable_graph(), kind, kind == "hits" ? 12 : 17);
  return model.SerializeAsString();
}

int run(const std::vector<std::string>& words) {
  if (words.size() != 3) return std::cerr << "see the source\n", exit_usage;
  if (words[0] == "network")
    return RealDisk().write(words[1], make_network(words[2]), Sync::no) ? exit_done : exit_io;
  evaluate::tests::DatasetOptions options;
  options.events = std::stoull(words[2]);
  return evaluate::tests::write_dataset(words[1], options) ? exit_done : exit_io;
}

}  // namespace

}  // namespace sluice

int main(int argc, char** argv) { return sluice::run({argv + 1, argv + argc}); }
