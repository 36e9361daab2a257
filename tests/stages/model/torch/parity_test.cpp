// The same network, read by LibTorch and by the ONNX emitter: the same numbers in ONNX Runtime.
#include <gtest/gtest.h>
#include <onnxruntime_cxx_api.h>

#include <cstdlib>
#include <filesystem>

#include "engine/base/disk.h"
#include "stages/model/store/model_folder.h"
#include "tests/stages/model/torch/run_torch.h"

namespace sluice::model::testing {

namespace {

class Parity : public ::testing::TestWithParam<std::pair<const char*, ModelConfig>> {};

/// A folder that is gone with the test.
struct Scratch {
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-parity-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  std::string path;
};

std::vector<std::string> outputs_of(const Graph& graph) {
  std::vector<std::string> names;
  for (const auto& [name, value] : graph.outputs) names.push_back(name);
  return names;
}

void emit(const std::string& folder, const Network& network, const ModelConfig& config,
          const std::vector<std::string>& outputs) {
  RealDisk disk;
  const auto files = model_files({config, network.normalisation, network.weights});
  ASSERT_TRUE(files);
  for (const auto& [name, bytes] : *files) ASSERT_TRUE(disk.write(folder + "/" + name, bytes, Sync::no));
  std::string command =
      std::string(SLUICE_BIN_DIR) + "/tests/emit-network " + folder + " " + folder + "/network.onnx";
  for (const std::string& name : outputs) command += " " + name;
  ASSERT_EQ(std::system(command.c_str()), 0);
}

std::vector<Ort::Value> run_onnx(Ort::Session& session, RawBatch& batch, std::int64_t features,
                                 const std::vector<std::string>& outputs) {
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const std::array<std::int64_t, 3> shape = {batch.events, batch.length, features};
  const auto flags = std::make_unique<bool[]>(batch.mask.size());
  for (std::size_t i = 0; i < batch.mask.size(); ++i) flags[i] = batch.mask[i] > 0;
  std::vector<Ort::Value> in;
  in.push_back(
      Ort::Value::CreateTensor<float>(memory, batch.features.data(), batch.features.size(), shape.data(), 3));
  in.push_back(Ort::Value::CreateTensor<bool>(memory, flags.get(), batch.mask.size(), shape.data(), 2));
  const std::array<const char*, 2> names = {"features", "mask"};
  std::vector<const char*> wanted;
  for (const std::string& name : outputs) wanted.push_back(name.c_str());
  return session.Run({}, names.data(), in.data(), 2, wanted.data(), wanted.size());
}

TEST_P(Parity, OnnxRuntimeComputesWhatLibTorchDoes) {
  const ModelConfig& config = GetParam().second;
  const Scratch scratch;
  const Network network(config);
  const auto outputs = outputs_of(network.graph);
  emit(scratch.path, network, config, outputs);
  Ort::Env environment(ORT_LOGGING_LEVEL_WARNING);
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(environment, (scratch.path + "/network.onnx").c_str(), options);
  for (const std::vector<std::int64_t>& lengths : {std::vector<std::int64_t>{1}, {8}, {37, 0, 16, 90}}) {
    std::vector<RandomEvent> events;
    for (const auto length : lengths)
      events.push_back(random_event(static_cast<std::uint64_t>(length) + 1, length, config.features()));
    RawBatch batch = pad(events, config.features(), *std::max_element(lengths.begin(), lengths.end()));
    const auto torch = run(network.torch, batch, config.features(), outputs);
    auto onnx = run_onnx(session, batch, config.features(), outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      ASSERT_EQ(onnx[i].GetTensorTypeAndShapeInfo().GetShape(), torch[i].sizes().vec()) << outputs[i];
      const bool integer = torch[i].scalar_type() == at::kLong;
      const at::Tensor other =
          integer ? at::from_blob(onnx[i].GetTensorMutableData<std::int64_t>(), torch[i].sizes(), at::kLong)
                  : at::from_blob(onnx[i].GetTensorMutableData<float>(), torch[i].sizes());
      for (std::size_t e = 0; e < lengths.size(); ++e) {
        if (lengths[e] == 0) continue;
        const at::Tensor a = torch[i][static_cast<std::int64_t>(e)].narrow(0, 0, lengths[e]).to(at::kDouble);
        const at::Tensor b = other[static_cast<std::int64_t>(e)].narrow(0, 0, lengths[e]).to(at::kDouble);
        EXPECT_TRUE(at::allclose(a, b, 1e-4, 1e-5)) << outputs[i] << " of an event of " << lengths[e];
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Parity, ::testing::ValuesIn(some_networks()),
                         [](const auto& network) { return std::string(network.param.first); });

}  // namespace

}  // namespace sluice::model::testing
