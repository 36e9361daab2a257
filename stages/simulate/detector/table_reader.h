// One table of a detector file: hands out numbers that are checked against what is possible, and reports,
// with the place in the file, what is missing, of the wrong kind, out of range, or unknown.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"

namespace sluice::simulate {

/// What a number may be; both ends are allowed.
struct Bounds {
  double least = 0;
  double most = 1e9;
};

class TableReader {
 public:
  /// `what` is used in messages: "unknown key 'x' in WHAT"; `place` is where a missing key is reported.
  TableReader(const TomlValue& table, std::string what, Diagnostics& diagnostics)
      : table_(table), what_(std::move(what)), diagnostics_(diagnostics) {}

  double number(std::string_view key, Bounds bounds);
  double number_or(std::string_view key, Bounds bounds, double standard);
  int whole(std::string_view key, Bounds bounds);
  /// As many numbers as `count`, or at least one where it is 0.
  std::vector<double> numbers(std::string_view key, Bounds bounds, std::size_t count = 0);
  std::string text(std::string_view key);
  /// The position in `choices` of a text that has to be one of them; 0 when it is not.
  std::size_t choice(std::string_view key, const std::vector<std::string>& choices);
  /// Null when there is none, which is reported.
  const TomlValue* table(std::string_view key);
  /// The tables of [[key]]; none is reported.
  std::vector<const TomlValue*> tables(std::string_view key);
  void report(std::string_view key, std::string message, std::string hint = {});
  /// Reports what was not asked for; call it once, at the end.
  void finish();

 private:
  const TomlMember* take(std::string_view key, bool needed = true);
  double checked(const TomlValue& value, std::string_view key, Bounds bounds);

  const TomlValue& table_;
  std::string what_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
};

}  // namespace sluice::simulate
