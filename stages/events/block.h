// Some events in memory, in the shape of an event file: what the importer's threads fill, each its own, and
// the writer appends in order.
#pragma once

#include <array>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

#include "stages/events/format.h"

namespace sluice::events {

/// Rows of one matrix.
class Rows {
 public:
  explicit Rows(const MatrixSpec& spec) : number_(spec.number), columns_(spec.columns.size()) {}

  /// Numbers row by row; their type has to be the matrix's.
  template <typename T>
  void append(std::span<const T> numbers) {
    if (NumberOf<T>::value != number_ || numbers.size() % columns_ != 0)
      throw std::logic_error("rows of another type or width");
    const auto bytes = std::as_bytes(numbers);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  template <typename T>
  void append(const std::vector<T>& numbers) {
    append(std::span<const T>(numbers));
  }
  template <typename T, std::size_t count>
  void append(const std::array<T, count>& numbers) {
    append(std::span<const T>(numbers));
  }

  std::size_t rows() const { return bytes_.size() / row_bytes(); }
  std::size_t row_bytes() const { return size_of(number_) * columns_; }
  std::span<const std::byte> bytes() const { return bytes_; }
  void resize(std::size_t rows) { bytes_.resize(rows * row_bytes()); }
  void clear() { bytes_.clear(); }

 private:
  Number number_;
  std::size_t columns_;
  std::vector<std::byte> bytes_;
};

class Block {
 public:
  explicit Block(const FileSpec& spec);

  Rows& rows(MatrixId id) { return rows_[id.collection][id.matrix]; }
  const Rows& rows(MatrixId id) const { return rows_[id.collection][id.matrix]; }
  const Rows& rows(std::size_t collection, std::size_t matrix) const { return rows_[collection][matrix]; }

  /// What the event that is being made has in a matrix so far.
  std::span<const std::byte> event_bytes(MatrixId id) const {
    const auto& ends = ends_[id.collection];
    const std::size_t before = ends.empty() ? 0 : static_cast<std::size_t>(ends.back());
    return rows(id).bytes().subspan(before * rows(id).row_bytes());
  }
  /// Ends an event: what was appended since the last call is its. A matrix that got fewer rows than the
  /// longest of its collection is filled up with zeros.
  void end_event();
  std::size_t events() const { return ends_.empty() ? 0 : ends_.front().size(); }
  /// Rows of a collection up to and with each event.
  std::span<const std::uint64_t> ends(std::size_t collection) const { return ends_[collection]; }
  std::size_t bytes() const;
  void clear();

 private:
  std::vector<std::vector<Rows>> rows_;
  std::vector<std::vector<std::uint64_t>> ends_;
};

}  // namespace sluice::events
