// Reads one table of a file: hands out the members it is asked for, and complains of those nobody asked for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/schema.h"

namespace sluice::workflow {

class TableReader {
 public:
  /// `what` is used in messages: "unknown key 'x' in WHAT".
  TableReader(const Schema& schema, const TomlValue& table, std::string what, Diagnostics& diagnostics)
      : schema_(schema), table_(table), what_(std::move(what)), diagnostics_(diagnostics) {}

  /// A key that the schema does not have is a bug, and thrown.
  const TomlMember* take(std::string_view key);
  /// As above, of the right kind; another kind is reported, sets `broken` and counts as absent.
  const TomlMember* take_table(std::string_view key, bool* broken = nullptr);
  const TomlMember* take_text(std::string_view key, bool* broken = nullptr);
  /// Reports what the schema does not know; call it once.
  void finish();

  const std::string& what() const { return what_; }

 private:
  const TomlMember* take_kind(std::string_view key, TomlValue::Kind kind, bool* broken);

  const Schema& schema_;
  const TomlValue& table_;
  std::string what_;
  Diagnostics& diagnostics_;
};

/// "'x' has to be a table, not a list".
void report_kind(const TomlMember& member, std::string_view wanted, Diagnostics& diagnostics,
                 std::string hint = {});

/// Checks a name that a person chose; reports it as `what` ("stage", "key") when it can't be one.
bool check_name(std::string_view name, std::string_view what, SourceRange range, Diagnostics& diagnostics);

}  // namespace sluice::workflow
