// A model on disk: a folder with
//   model.toml           the shape of the network
//   normalisation.json   what brings features to mean 0 and variance 1, for each element type
//   weights.h5           /weights/NAME, float32 (docs/models.md)
//   reference.h5         some events and what the trained network makes of them: what an export is held
//   against
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/disk.h"
#include "stages/model/definition/network.h"
#include "stages/model/definition/weights.h"
#include "stages/model/store/array_file.h"

namespace sluice::model {

struct Model {
  ModelConfig config;
  Normalisation normalisation;
  Weights weights;
};

/// One event and what the network that was trained makes of it.
struct ReferenceEvent {
  std::int64_t elements = 0;
  std::vector<float> features;                    ///< elements x features
  std::vector<std::int64_t> classes;              ///< one an element
  std::vector<float> momentum;                    ///< elements x 5
  std::vector<std::vector<std::int64_t>> orders;  ///< gnn_lsh: how each hash sorted the elements
};

/// The bytes of each file, by name: whoever writes them decides how.
Result<std::map<std::string, std::string>> model_files(const Model& model);
Result<std::string> weights_file(const Weights& weights);
Result<Weights> parse_weights(const std::string& bytes, const std::string& path);
Result<std::string> reference_file(const std::vector<ReferenceEvent>& events);

Result<Model> read_model(Disk& disk, const std::string& folder);
Result<std::vector<ReferenceEvent>> read_reference(Disk& disk, const std::string& folder);

std::string normalisation_json(const Normalisation& normalisation);
Result<Normalisation> parse_normalisation(const std::string& text, const std::string& path);

constexpr const char* reference_name = "reference.h5";
constexpr const char* weights_format = "sluice-weights";

}  // namespace sluice::model
