// An event file whose matrices lie in one piece each, neither compressed nor cut into chunks: what training
// reads. It is mapped into memory, so that reading an event costs nothing but its page faults, from any
// number of threads. A checksum for each block of a matrix says whether its bytes are still those that were
// written.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "stages/events/block.h"
#include "stages/events/reader.h"

namespace sluice::events {

/// Bytes under one checksum (XXH3, 64 bits) of MATRIX.xxh3.
constexpr std::uint64_t checksum_block = std::uint64_t{1} << 20U;

/// The number of events and of rows in each collection has to be known beforehand.
class FlatWriter {
 public:
  static Result<FlatWriter> create(const std::string& path, const FileSpec& spec, std::uint64_t events,
                                   const std::vector<std::uint64_t>& rows, const Attributes& attributes);

  FlatWriter(FlatWriter&&) noexcept;
  FlatWriter& operator=(FlatWriter&&) noexcept;
  ~FlatWriter();

  Status append(const Block& block);
  /// Other events or rows than were announced are a bug.
  Status close();

 private:
  class Impl;
  explicit FlatWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class FlatFile {
 public:
  static Result<FlatFile> open(const std::string& path);

  FlatFile(FlatFile&&) noexcept;
  FlatFile& operator=(FlatFile&&) noexcept;
  ~FlatFile();

  const EventReader& reader() const;
  /// Row by row, in the file itself. T must be the matrix's type, and the rows inside of it.
  template <typename T>
  std::span<const T> rows(MatrixId matrix, RowRange range) const {
    const auto bytes = row_bytes(matrix, range, NumberOf<T>::value);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <typename T>
  std::span<const T> rows(MatrixId matrix, std::uint64_t event) const {
    return rows<T>(matrix, reader().rows(matrix.collection, event));
  }

  /// Reads everything and compares it with its checksums.
  Status verify() const;

 private:
  class Impl;
  explicit FlatFile(std::unique_ptr<Impl> impl);
  std::span<const std::byte> row_bytes(MatrixId matrix, RowRange range, Number number) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::events
