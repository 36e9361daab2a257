// The C++ types that parameters, inputs and outputs are bound to. A field's type is the parameter's type:
// std::int64_t, double, bool, std::string, Bytes, Seconds, DataFile or an enum of choices; std::vector of one
// of these for a list; std::optional for a value that may be absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "stages/stage/description.h"

namespace sluice::stage {

struct Bytes {
  std::int64_t count = 0;
};

struct Seconds {
  double count = 0;
};

/// A file that comes with Sluice, or one of the user's. The name is the file's, without folder and suffix:
/// outputs may hold it, but not the path.
struct DataFile {
  std::string name;
  std::string path;
};

DataFile data_file_at(const std::string& path, std::string_view suffix);

/// Where an output goes. The stage writes to `path`; when it has ended well, the kit renames that to the name
/// the user asked for, so that nobody ever sees half an output.
struct OutputPath {
  std::string path;  ///< empty: an optional output that nobody asked for

  bool wanted() const { return !path.empty(); }
  /// The whole output at once.
  Status write(std::string_view bytes) const;
};

/// How a field type is called in the table, and how its values get in and out.
template <typename T>
struct Field;

template <>
struct Field<std::int64_t> {
  static constexpr Type type = Type::integer;
  static Scalar out(std::int64_t value) { return value; }
  static std::int64_t in(const Scalar& value) { return std::get<std::int64_t>(value); }
};

template <>
struct Field<double> {
  static constexpr Type type = Type::real;
  static Scalar out(double value) { return value; }
  static double in(const Scalar& value) { return std::get<double>(value); }
};

template <>
struct Field<bool> {
  static constexpr Type type = Type::boolean;
  static Scalar out(bool value) { return value; }
  static bool in(const Scalar& value) { return std::get<bool>(value); }
};

template <>
struct Field<std::string> {
  static constexpr Type type = Type::text;
  static Scalar out(const std::string& value) { return value; }
  static std::string in(const Scalar& value) { return std::get<std::string>(value); }
};

template <>
struct Field<Bytes> {
  static constexpr Type type = Type::bytes;
  static Scalar out(Bytes value) { return value.count; }
  static Bytes in(const Scalar& value) { return {std::get<std::int64_t>(value)}; }
};

template <>
struct Field<Seconds> {
  static constexpr Type type = Type::duration;
  static Scalar out(Seconds value) { return value.count; }
  static Seconds in(const Scalar& value) { return {std::get<double>(value)}; }
};

/// Peels std::optional and std::vector off a field type.
template <typename T>
struct FieldShape {
  using Item = T;
  static constexpr bool list = false;
  static constexpr bool optional = false;
};

template <typename T>
struct FieldShape<std::vector<T>> {
  using Item = T;
  static constexpr bool list = true;
  static constexpr bool optional = false;
};

template <typename T>
struct FieldShape<std::optional<T>> {
  using Item = T;
  static constexpr bool list = false;
  static constexpr bool optional = true;
};

}  // namespace sluice::stage
