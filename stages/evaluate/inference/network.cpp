#include "stages/evaluate/inference/network.h"

#include <onnxruntime_cxx_api.h>

#include <array>
#include <optional>
#include <sstream>

#include "stages/model/definition/exported.h"

namespace sluice::evaluate {

namespace {

namespace exported = model::exported;

constexpr const char* export_again = "give a file that sluice-export of this version of Sluice wrote";

std::optional<std::string> metadata(const Ort::Session& session, const char* key) {
  Ort::AllocatorWithDefaultOptions allocator;
  const auto value = session.GetModelMetadata().LookupCustomMetadataMapAllocated(key, allocator);
  if (!value) return std::nullopt;
  return std::string(value.get());
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

bool has_tensor(Ort::ConstTensorTypeAndShapeInfo info, ONNXTensorElementDataType type,
                std::size_t dimensions) {
  return info.GetElementType() == type && info.GetDimensionsCount() == dimensions;
}

/// Whether there is such an input (output), with this type and number of dimensions.
bool has_input(const Ort::Session& session, const char* name, ONNXTensorElementDataType type,
               std::size_t dimensions) {
  Ort::AllocatorWithDefaultOptions allocator;
  for (std::size_t i = 0; i < session.GetInputCount(); ++i)
    if (std::string(session.GetInputNameAllocated(i, allocator).get()) == name) {
      const Ort::TypeInfo info = session.GetInputTypeInfo(i);
      return has_tensor(info.GetTensorTypeAndShapeInfo(), type, dimensions);
    }
  return false;
}

bool has_output(const Ort::Session& session, const char* name, ONNXTensorElementDataType type) {
  Ort::AllocatorWithDefaultOptions allocator;
  for (std::size_t i = 0; i < session.GetOutputCount(); ++i)
    if (std::string(session.GetOutputNameAllocated(i, allocator).get()) == name) {
      const Ort::TypeInfo info = session.GetOutputTypeInfo(i);
      return has_tensor(info.GetTensorTypeAndShapeInfo(), type, 3);
    }
  return false;
}

Status check_format(const Ort::Session& session, const std::string& path) {
  const auto format = metadata(session, exported::format_key);
  if (!format)
    return Error{"this ONNX file holds another kind of model", path, export_again, ErrorKind::data};
  if (format != exported::format)
    return Error{"this network was exported in format " + *format + ", and this program knows format " +
                     exported::format,
                 path, export_again, ErrorKind::data};
  if (!has_input(session, exported::features, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, 3) ||
      !has_input(session, exported::mask, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, 2) ||
      !has_output(session, exported::particle_class, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64) ||
      !has_output(session, exported::momentum, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT))
    return Error{"this network lacks an input or output, or has it in another form", path, export_again,
                 ErrorKind::data};
  return Ok{};
}

Status check_features(const Ort::Session& session, const std::string& path,
                      const std::vector<std::string>& wanted) {
  const auto known = words_of(metadata(session, exported::feature_names_key).value_or(""));
  if (known == wanted) return Ok{};
  std::string difference = std::to_string(known.size()) + " against " + std::to_string(wanted.size());
  for (std::size_t i = 0; i < std::min(known.size(), wanted.size()); ++i)
    if (known[i] != wanted[i]) {
      difference =
          "feature " + std::to_string(i + 1) + " is " + known[i] + " there and " + wanted[i] + " here";
      break;
    }
  return Error{"the network was trained with other features than this dataset has (" + difference + ")", path,
               "evaluate it on a dataset that was made as the one it was trained on", ErrorKind::data};
}

/// ONNX Runtime's words, without the stack that may follow.
std::string first_line(const Ort::Exception& error) {
  std::string text = error.what();
  if (const auto line = text.find('\n'); line != std::string::npos) text.resize(line);
  return text;
}

}  // namespace

class Network::Impl {
 public:
  Impl(const std::string& path, std::size_t width) : features(width), place(path), session(nullptr) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(1);
    options.SetInterOpNumThreads(1);
    options.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
    options.DisableMemPattern();  // every batch has another shape
    session = Ort::Session(environment, path.c_str(), options);
  }

  std::size_t features;
  std::string place;
  Ort::Env environment{ORT_LOGGING_LEVEL_FATAL, "sluice"};
  Ort::Session session;
};

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

Result<Network> Network::open(const std::string& path, const std::vector<std::string>& feature_names) {
  try {
    Network network(std::make_unique<Impl>(path, feature_names.size()));
    if (auto checked = check_format(network.impl_->session, path); !checked)
      return std::move(checked).error();
    if (auto checked = check_features(network.impl_->session, path, feature_names); !checked)
      return std::move(checked).error();
    return network;
  } catch (const Ort::Exception& error) {
    return Error{"ONNX Runtime can't read this file: " + first_line(error), path, export_again,
                 ErrorKind::data};
  }
}

Result<Predictions> Network::run(Batch& batch) const {
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto events = static_cast<std::int64_t>(batch.events);
  const auto length = static_cast<std::int64_t>(batch.length);
  const std::array<std::int64_t, 3> shape = {events, length, static_cast<std::int64_t>(impl_->features)};
  static_assert(sizeof(bool) == 1);
  const std::array<const char*, 2> inputs = {exported::features, exported::mask};
  const std::array<const char*, 2> outputs = {exported::particle_class, exported::momentum};
  const std::size_t elements = batch.events * batch.length;
  try {
    std::array<Ort::Value, 2> in = {
        Ort::Value::CreateTensor<float>(memory, batch.features.data(), batch.features.size(), shape.data(),
                                        3),
        Ort::Value::CreateTensor<bool>(memory, reinterpret_cast<bool*>(batch.mask.data()), batch.mask.size(),
                                       shape.data(), 2)};
    auto out = impl_->session.Run({}, inputs.data(), in.data(), 2, outputs.data(), 2);
    if (out[0].GetTensorTypeAndShapeInfo().GetElementCount() != elements ||
        out[1].GetTensorTypeAndShapeInfo().GetElementCount() != elements * exported::momentum_columns)
      return Error{"the network gives other numbers of particles than there are elements", impl_->place,
                   export_again, ErrorKind::data};
    const auto* classes = out[0].GetTensorData<std::int64_t>();
    const auto* momentum = out[1].GetTensorData<float>();
    return Predictions{{classes, classes + elements},
                       {momentum, momentum + elements * exported::momentum_columns}};
  } catch (const Ort::Exception& error) {
    return Error{"the network fails on " + std::to_string(batch.events) + " events of up to " +
                     std::to_string(batch.length) + " elements: " + first_line(error),
                 impl_->place, "with fewer elements in a batch it may fit into memory: --batch_elements",
                 ErrorKind::data};
  }
}

}  // namespace sluice::evaluate
