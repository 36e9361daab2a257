// Reads an event file: any rows of any matrix, and the rows of any event, without reading the rest. For one
// thread at a time: HDF5 itself lets no two threads in.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/format.h"

namespace sluice::events {

struct RowRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const { return last - first; }
  bool operator==(const RowRange&) const = default;
};

class EventReader {
 public:
  /// Reads and checks the table of contents and all offsets.
  static Result<EventReader> open(const std::string& path);

  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;
  ~EventReader();

  const std::string& path() const;
  const FileSpec& spec() const;
  const Attributes& attributes() const;
  std::uint64_t events() const;

  /// Of a collection: events() + 1 numbers; empty where it has one row an event.
  std::span<const std::uint64_t> offsets(std::size_t collection) const;
  RowRange rows(std::size_t collection, std::uint64_t event) const {
    return rows(collection, event, event + 1);
  }
  /// Of events [first, last).
  RowRange rows(std::size_t collection, std::uint64_t first, std::uint64_t last) const;

  /// Row by row. T must be the matrix's type, and the rows inside of it.
  template <typename T>
  Status read(MatrixId matrix, RowRange rows, std::vector<T>& out) const {
    out.resize(rows.size() * spec().collections[matrix.collection].matrices[matrix.matrix].columns.size());
    return read_bytes(matrix, rows, NumberOf<T>::value, std::as_writable_bytes(std::span(out)));
  }
  Status read_bytes(MatrixId matrix, RowRange rows, Number number, std::span<std::byte> out) const;

  /// Where a matrix that is stored in one piece, as datasets are, begins in the file. Nothing: it is in
  /// chunks.
  std::optional<std::uint64_t> position(MatrixId matrix) const;

 private:
  class Impl;
  explicit EventReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::events
