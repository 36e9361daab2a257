// The shape of an event file, apart from what physics puts into it: collections with CSR offsets, and in each
// any number of matrices with named columns. Writer, readers and docs/event-format.md share these words. What
// the collections of a Sluice event file are is in schema.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::events {

/// Raised when a reader of the version before would misread a file. New matrices and attributes do not raise
/// it.
constexpr std::int64_t format_version = 1;

enum class Number : std::uint8_t { f32, f64, i32, u64, u8 };

constexpr std::size_t size_of(Number number) {
  switch (number) {
    case Number::f32:
    case Number::i32: return 4;
    case Number::f64:
    case Number::u64: return 8;
    case Number::u8: return 1;
  }
  return 0;
}

template <typename T>
struct NumberOf;
template <>
struct NumberOf<float> {
  static constexpr Number value = Number::f32;
};
template <>
struct NumberOf<double> {
  static constexpr Number value = Number::f64;
};
template <>
struct NumberOf<std::int32_t> {
  static constexpr Number value = Number::i32;
};
template <>
struct NumberOf<std::uint64_t> {
  static constexpr Number value = Number::u64;
};
template <>
struct NumberOf<std::uint8_t> {
  static constexpr Number value = Number::u8;
};

struct MatrixSpec {
  std::string name;
  Number number = Number::f32;
  std::vector<std::string> columns;

  std::size_t row_bytes() const { return size_of(number) * columns.size(); }
  bool operator==(const MatrixSpec&) const = default;
};

/// A group of the file. Its matrices have the same rows: those of event i are [offsets[i], offsets[i + 1]),
/// or row i alone where a collection has one row an event.
struct CollectionSpec {
  std::string name;
  bool one_row_an_event = false;
  std::vector<MatrixSpec> matrices;

  bool operator==(const CollectionSpec&) const = default;
};

struct FileSpec {
  std::vector<CollectionSpec> collections;

  bool operator==(const FileSpec&) const = default;
};

/// Attributes of the file: where it comes from.
using AttributeValue = std::variant<std::int64_t, double, std::string, std::vector<std::string>>;
struct Attribute {
  std::string name;
  AttributeValue value;

  bool operator==(const Attribute&) const = default;
};
using Attributes = std::vector<Attribute>;

/// Where a matrix stands in a FileSpec.
struct MatrixId {
  std::size_t collection = 0;
  std::size_t matrix = 0;
};

std::optional<std::size_t> find_collection(const FileSpec& spec, std::string_view name);
std::optional<MatrixId> find_matrix(const FileSpec& spec, std::string_view collection,
                                    std::string_view matrix);
std::optional<std::size_t> find_column(const MatrixSpec& spec, std::string_view column);
const AttributeValue* find_attribute(const Attributes& attributes, std::string_view name);

}  // namespace sluice::events
