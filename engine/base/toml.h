// TOML as a tree that remembers where everything stands and in which order it was written: what the workflow,
// site and study files are read from. Hides toml++, which is slow to compile and sorts its tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"

namespace sluice {

struct TomlMember;

struct TomlValue {
  enum class Kind : std::uint8_t { text, integer, real, boolean, time, array, table };
  Kind kind = Kind::table;
  SourceRange range;  ///< of a table with a header: the header
  std::string text;   ///< of a text; of a time as it is written
  std::int64_t integer = 0;
  double real = 0;
  bool boolean = false;
  std::vector<TomlValue> items;     ///< of an array
  std::vector<TomlMember> members;  ///< of a table, in the order of the file

  bool is_text() const { return kind == Kind::text; }
  bool is_array() const { return kind == Kind::array; }
  bool is_table() const { return kind == Kind::table; }
  const TomlMember* find(std::string_view key) const;
};

struct TomlMember {
  std::string key;
  SourceRange key_range;
  TomlValue value;
};

/// "a text", "an integer", "a table": for messages.
std::string_view kind_name(TomlValue::Kind kind);

/// Parses source `file` of the diagnostics; nothing on a syntax error, which is then reported there.
std::optional<TomlValue> parse_toml(std::uint32_t file, Diagnostics& diagnostics);

/// Where bytes [offset, offset + length) of a text value stand in the file, escapes and multi-line texts
/// included.
SourceRange range_inside(const TomlValue& text, std::size_t offset, std::size_t length,
                         const Diagnostics& diagnostics);

}  // namespace sluice
