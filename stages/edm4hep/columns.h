// What reading gives: columns of numbers over a range of entries (events), each with the offsets that cut it
// into events. A column that the file lacks is there too, and says that it is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "stages/edm4hep/buffer.h"
#include "stages/edm4hep/number.h"

namespace sluice::edm4hep {

/// Entries [first, last) of a file. An entry is an event.
struct EntryRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const { return last - first; }
  bool operator==(const EntryRange&) const = default;
};

/// A column that is wanted: "ECALBarrel.energy". Names are explained in reader.h.
struct Request {
  std::string name;
  std::optional<Number> as;  ///< convert to this type while reading; otherwise as the file has it
};

/// want<float>("MCParticles.momentum.x"): as float, whether the file holds float or double.
template <typename T>
Request want(std::string name) {
  return {std::move(name), number_of<T>()};
}

/// One column over a range of entries. Numbers of all entries lie one after the other; entry `i` of the range
/// has the objects [offsets()[i], offsets()[i + 1]), each of them `width()` numbers.
class Column {
 public:
  /// A missing column: no objects in any entry.
  Column(std::string name, std::uint64_t entries)
      : name_(std::move(name)), missing_(true), offsets_(entries + 1) {}
  Column(std::string name, Number type, std::uint32_t width, std::vector<std::uint64_t> offsets, Buffer bytes)
      : name_(std::move(name)),
        type_(type),
        width_(width),
        offsets_(std::move(offsets)),
        bytes_(std::move(bytes)) {}

  const std::string& name() const { return name_; }  ///< as it was asked for
  bool missing() const { return missing_; }          ///< the file has no such column
  Number type() const { return type_; }
  std::uint32_t width() const { return width_; }  ///< numbers an object: 1, or the length of a fixed array
  std::uint64_t entries() const { return offsets_.size() - 1; }
  std::uint64_t objects() const { return offsets_.back(); }
  std::span<const std::uint64_t> offsets() const { return offsets_; }
  std::uint64_t objects(std::uint64_t entry) const { return offsets_[entry + 1] - offsets_[entry]; }

  /// All numbers. T must be the column's type (a missing column gives an empty span of any type); asking for
  /// another one is a bug.
  template <typename T>
  std::span<const T> all() const {
    if (missing_) return {};
    if (number_of<T>() != type_) throw wrong_type(name_of(number_of<T>()));
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }
  /// The numbers of one entry of the range (0 is the first that was asked for).
  template <typename T>
  std::span<const T> of(std::uint64_t entry) const {
    if (missing_) return {};
    return all<T>().subspan(offsets_[entry] * width_, objects(entry) * width_);
  }

 private:
  std::logic_error wrong_type(std::string_view asked) const {
    return std::logic_error("column " + name_ + " holds " + std::string(name_of(type_)) + ", not " +
                            std::string(asked));
  }

  std::string name_;
  bool missing_ = false;
  Number type_ = Number::u8;
  std::uint32_t width_ = 1;
  std::vector<std::uint64_t> offsets_;
  Buffer bytes_;  ///< numbers in the machine's byte order
};

/// The columns of one read, in the order of the requests.
class Columns {
 public:
  Columns(EntryRange range, std::vector<Column> columns) : range_(range), columns_(std::move(columns)) {}

  EntryRange range() const { return range_; }
  std::size_t size() const { return columns_.size(); }
  const Column& operator[](std::size_t request) const { return columns_[request]; }
  /// By name; a name that was not asked for is a bug.
  const Column& operator[](std::string_view name) const {
    for (const Column& column : columns_)
      if (column.name() == name) return column;
    throw std::logic_error("column " + std::string(name) + " was not asked for");
  }

 private:
  EntryRange range_;
  std::vector<Column> columns_;
};

/// A reference as files store it: an object's index in its collection, and which collection that is.
struct ObjectRef {
  std::int32_t index = -2;
  std::uint32_t collection = 0;

  bool is_set() const { return index >= 0; }
  bool operator==(const ObjectRef&) const = default;
};

}  // namespace sluice::edm4hep
