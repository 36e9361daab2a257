// The tables of an event file by their names: a stretch of events is read at once, and each event then seen
// as rows.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "stages/events/reader.h"
#include "stages/events/schema.h"

namespace sluice::events {

/// The rows of one event, row by row, with the columns of schema.h.
struct EventTables {
  EventStatus status = EventStatus::ok;
  std::span<const std::uint64_t> id;
  std::span<const double> energies;
  std::span<const float> tracks, clusters, hits, particles, targets, candidates, generator_jets, target_jets;
  std::span<const std::int32_t> track_labels, cluster_labels, hit_labels, particle_labels, target_labels,
      candidate_labels;
};

class TablesReader {
 public:
  /// An event file that lacks a table or column of schema.h is an error.
  static Result<TablesReader> open(const std::string& path);

  const EventReader& file() const { return file_; }
  /// Rows of a table in an event; of a MatrixId of schema.h.
  std::uint64_t rows(MatrixId table, std::uint64_t event) const {
    return file_.rows(place(table).collection, event).size();
  }

  /// Reads events [first, last), without their hits if those are not wanted.
  Status read(std::uint64_t first, std::uint64_t last, bool hits);
  /// Of the stretch that was read: its i-th. Valid until the next read.
  EventTables event(std::uint64_t index) const;

  /// How many events from `first` on fit into so many bytes: one at least.
  std::uint64_t stretch(std::uint64_t first, std::uint64_t bytes, bool hits) const;

 private:
  struct Floats {
    MatrixId place;
    std::vector<float> numbers;
  };
  struct Integers {
    MatrixId place;
    std::vector<std::int32_t> numbers;
  };

  explicit TablesReader(EventReader file) : file_(std::move(file)) {}
  Status find_places();
  MatrixId place(MatrixId table) const;
  template <typename Table>
  auto rows_of(const Table& table, std::uint64_t index) const;

  EventReader file_;
  std::uint64_t first_ = 0;
  std::vector<std::vector<MatrixId>> places_;  ///< of the tables of schema.h in this file
  std::vector<std::uint8_t> statuses_;
  std::vector<std::uint64_t> ids_;
  std::vector<double> energies_;
  std::array<Floats, 8> floats_;
  std::array<Integers, 6> integers_;
};

}  // namespace sluice::events
