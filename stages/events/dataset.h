// What training reads: a folder that sluice-preprocess made, with one file a split. An event is a set of
// elements (tracks and clusters, or hits), each with features, the target it carries, and labels; everything
// lies in mapped memory and is read without a copy, by any number of threads.
//
//   auto dataset = Dataset::open("dataset", Split::train);
//   for (std::uint64_t i : dataset->by_length())           // buckets of equal length: neighbours in this
//   order
//     use(dataset->event(i).features, dataset->event(i).targets);
//
// Lengths differ from event to event: offsets() is the mask of a packed batch. Features are as in the event
// file, in GeV, mm and rad; normalisation() says how to bring them to mean 0 and variance 1.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/flat_file.h"
#include "stages/events/schema.h"

namespace sluice::events {

enum class Split : std::uint8_t { train, validation, test };
constexpr std::array<std::string_view, 3> split_names = {"train", "validation", "test"};

/// What the elements of a dataset are.
enum class Elements : std::uint8_t { tracks_and_clusters, hits };

/// Of elements of one type (feature 0), fitted on the train split.
struct Normalisation {
  float elemtype = 0;
  std::uint64_t elements = 0;             ///< it was fitted on
  std::vector<float> mean;                ///< one a feature
  std::vector<float> standard_deviation;  ///< 1 where a feature never changes
};

/// Apart from the numbers themselves: DATASET/dataset.json.
struct DatasetInfo {
  Elements elements = Elements::tracks_and_clusters;
  std::vector<std::string> feature_names;
  std::vector<Normalisation> normalisation;
  std::array<std::uint64_t, class_count>
      class_counts{};  ///< elements of the train split by the class they carry
};

/// Columns of EventView::targets: of the target that an element carries, all 0 where it carries none.
namespace element_target {
enum : std::size_t { columns = target::columns };
}

struct EventView {
  std::size_t elements = 0;
  std::span<const float> features;  ///< elements x features, row by row
  std::span<const float>
      targets;  ///< elements x element_target::columns: pt, eta, sin_phi, cos_phi, energy, …
  std::span<const std::int32_t> labels;  ///< elements x label::columns: class, target, candidate
  float weight = 1;
};

class Dataset {
 public:
  static Result<Dataset> open(const std::string& folder, Split split);

  const DatasetInfo& info() const { return info_; }
  std::uint64_t events() const { return file_.reader().events(); }
  std::size_t features() const { return info_.feature_names.size(); }

  EventView event(std::uint64_t index) const;
  /// Elements before each event; the last number is how many there are in all.
  std::span<const std::uint64_t> offsets() const { return file_.reader().offsets(elements_.collection); }
  std::uint64_t length(std::uint64_t event) const { return offsets()[event + 1] - offsets()[event]; }
  /// All events, the shortest first: the index for bucketing and packing.
  std::span<const std::uint64_t> by_length() const { return by_length_; }

  /// The event-level tables beside the elements: targets, candidates, jets, energies, ids.
  const FlatFile& file() const { return file_; }
  std::span<const float> targets_of(std::uint64_t event) const {
    return file_.rows<float>(event_targets_, event);
  }
  std::span<const float> generator_jets_of(std::uint64_t event) const {
    return file_.rows<float>(generator_jets_, event);
  }
  std::span<const float> candidates_of(std::uint64_t event) const {
    return file_.rows<float>(candidates_, event);
  }

 private:
  Dataset(FlatFile file, DatasetInfo info) : file_(std::move(file)), info_(std::move(info)) {}
  Status find_tables(const std::string& path);

  FlatFile file_;
  DatasetInfo info_;
  MatrixId elements_;
  MatrixId targets_;
  MatrixId labels_;
  MatrixId event_targets_;
  MatrixId generator_jets_;
  MatrixId candidates_;
  std::span<const float> weights_;
  std::span<const std::uint64_t> by_length_;
};

/// Collections of a split's file, in the order in which they are written.
FileSpec dataset_spec(Elements elements);

/// Where dataset_spec has its tables.
namespace dataset_table {
constexpr MatrixId id{0, 0}, energies{0, 1}, weight{0, 2}, by_length{0, 3};
constexpr MatrixId features{1, 0}, targets{1, 1}, labels{1, 2};
constexpr MatrixId event_targets{2, 0}, event_target_labels{2, 1};
constexpr MatrixId candidates{3, 0}, candidate_labels{3, 1};
constexpr MatrixId generator_jets{4, 0};
constexpr MatrixId target_jets{5, 0};
}  // namespace dataset_table

Result<DatasetInfo> read_dataset_info(const std::string& folder);
/// The text of dataset.json without what only people read.
std::string dataset_info_text(const DatasetInfo& info);

}  // namespace sluice::events
