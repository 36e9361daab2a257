// sluice-particles MODEL.onnx < EVENT.txt: runs an exported network on one event. An event is a line of
// numbers (the raw features, in the order that the file's metadata names) for each track, cluster or hit.
// Prints the particles. Needs ONNX Runtime and nothing else: copy it into your own program.
#include <onnxruntime_cxx_api.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr std::array<const char*, 6> names = {"none",   "charged hadron", "neutral hadron",
                                              "photon", "electron",       "muon"};

int run(const char* path) {
  Ort::Env environment(ORT_LOGGING_LEVEL_WARNING);
  Ort::Session session(environment, path, Ort::SessionOptions());
  const std::int64_t columns = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape()[2];

  std::vector<float> features;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream numbers(line);
    for (float number = 0; numbers >> number;) features.push_back(number);
  }
  const auto elements = static_cast<std::int64_t>(features.size()) / columns;
  if (elements == 0 || static_cast<std::int64_t>(features.size()) != elements * columns) {
    std::cerr << "every line has to have " << columns << " numbers\n";
    return 65;
  }

  // One event, no padding: the mask is true everywhere. Several events go in together, padded to the longest.
  const auto mask = std::make_unique<bool[]>(static_cast<std::size_t>(elements));
  for (std::int64_t i = 0; i < elements; ++i) mask[static_cast<std::size_t>(i)] = true;
  const std::array<std::int64_t, 3> shape = {1, elements, columns};
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::array<Ort::Value, 2> in = {
      Ort::Value::CreateTensor<float>(memory, features.data(), features.size(), shape.data(), 3),
      Ort::Value::CreateTensor<bool>(memory, mask.get(), static_cast<std::size_t>(elements), shape.data(),
                                     2)};
  const std::array<const char*, 2> inputs = {"features", "mask"};
  const std::array<const char*, 2> outputs = {"class", "momentum"};
  const auto out = session.Run({}, inputs.data(), in.data(), in.size(), outputs.data(), outputs.size());

  const auto* classes = out[0].GetTensorData<std::int64_t>();
  const auto* momentum = out[1].GetTensorData<float>();  // pt, eta, sin phi, cos phi, energy
  for (std::int64_t i = 0; i < elements; ++i, momentum += 5)
    if (classes[i] != 0)
      std::printf("%-14s pt %9.3f GeV  eta %6.3f  phi %6.3f  energy %9.3f GeV\n",
                  names.at(static_cast<std::size_t>(classes[i])), double{momentum[0]}, double{momentum[1]},
                  std::atan2(double{momentum[2]}, double{momentum[3]}), double{momentum[4]});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::cerr
        << "usage: sluice-particles MODEL.onnx < EVENT.txt\n"
           "  MODEL.onnx is from sluice-export; EVENT.txt has a line of raw features for each element\n";
    return 64;
  }
  try {
    return run(argv[1]);
  } catch (const Ort::Exception& error) {
    std::cerr << error.what() << "\n";
    return 65;
  }
}
