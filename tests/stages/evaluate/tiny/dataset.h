// A dataset of made events, of any size: particles in two directions, each with one element that carries it,
// and candidates that see it less well. A network that believes the elements beats them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/dataset.h"

namespace sluice::evaluate::tests {

struct DatasetOptions {
  std::uint64_t events = 20;
  std::uint64_t seed = 1;
  events::Elements elements = events::Elements::tracks_and_clusters;
  /// Particles (and elements) of an event: by default 2 to 40.
  std::function<std::uint64_t(std::uint64_t event)> length = {};
  /// May change an element's features.
  std::function<void(std::uint64_t event, std::vector<float>& features)> spoil = {};
  bool backwards = false;  ///< the same events, in the other order
};

/// Writes FOLDER/dataset.json and FOLDER/test.h5.
Status write_dataset(const std::string& folder, const DatasetOptions& options);

}  // namespace sluice::evaluate::tests
