// Copies the indexed events into the splits of a dataset, and looks at them on the way.
#pragma once

#include <array>
#include <map>
#include <string>

#include "stages/preprocess/gates.h"
#include "stages/preprocess/index.h"

namespace sluice::preprocess {

struct AssembleOptions {
  events::Elements elements = events::Elements::tracks_and_clusters;
  bool balance_samples = true;  ///< weights that make every sample count the same
  std::string folder;
};

struct Assembled {
  std::vector<GateResult> gates;
  std::vector<Distribution> figures;
  std::map<std::string, std::uint64_t> events_of_sample;
};

/// Writes train.h5, validation.h5, test.h5 and dataset.json into the folder.
Result<Assembled> assemble(const Index& index, const AssembleOptions& options, stage::Context& context);

/// Weights by which all samples count the same, and the mean weight is 1.
std::map<std::string, float> sample_weights(const std::map<std::string, std::uint64_t>& events_of_sample);

}  // namespace sluice::preprocess
