// emit-network MODEL FILE OUTPUT...: writes the network of a model folder as ONNX, with these outputs.
#include <iostream>

#include "engine/base/disk.h"
#include "stages/model/onnx/emit.h"
#include "stages/model/store/model_folder.h"

int main(int argc, char** argv) {
  using namespace sluice;  // NOLINT: a test program
  if (argc < 4) return exit_usage;
  RealDisk disk;
  auto model = model::read_model(disk, argv[1]);
  if (!model) return std::cerr << to_string(model.error()) << "\n", exit_data;
  const auto graph = model::build_network(model->config, model->normalisation);
  const std::vector<std::string> outputs(argv + 3, argv + argc);
  auto bytes = model::emit_onnx(graph, model->weights, model->config.features(), outputs, {});
  if (!bytes) return std::cerr << to_string(bytes.error()) << "\n", exit_internal;
  return disk.write(argv[2], *bytes, Sync::no) ? exit_done : exit_io;
}
