// Which event of which file goes into which split, decided before anything is copied.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/dataset.h"
#include "stages/events/tables.h"
#include "stages/stage/context.h"

namespace sluice::preprocess {

struct SplitFractions {
  double validation = 0.1;
  double test = 0.1;
  std::uint64_t seed = 0;  ///< another one: another split
};

/// By the event's generated final state alone: the same wherever and beside whatever else the event is found.
events::Split split_of(std::uint64_t generator_hash, const SplitFractions& fractions);

struct IndexedEvent {
  std::uint64_t entry = 0;  ///< in its file
  std::uint64_t length = 0;
  events::Split split = events::Split::train;
};

struct IndexedFile {
  std::string path;
  std::string sample;
  double field_t = 0;
  std::vector<IndexedEvent> events;  ///< that are used, by their place in the file
};

struct Index {
  std::vector<IndexedFile> files;  ///< in an order of their own: of their contents, not of the command line
  /// Rows of each collection of dataset_spec in each split; events in the first.
  std::array<std::vector<std::uint64_t>, 3> rows;
  /// Of each split, its events by length.
  std::array<std::vector<std::uint64_t>, 3> by_length;
  std::uint64_t duplicates = 0;
  std::uint64_t broken = 0;
};

Result<Index> make_index(const std::vector<std::string>& paths, events::Elements elements,
                         const SplitFractions& fractions, stage::Context& context);

}  // namespace sluice::preprocess
