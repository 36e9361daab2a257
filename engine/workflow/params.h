// [params]: the workflow's knobs. Their defaults give them their types, `--set` their values.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/value.h"

namespace sluice::workflow {

struct Param {
  std::string name;
  SourceRange range;  ///< of the name
  Value value;
  bool broken = false;  ///< its default was reported: nothing more is said about it
  mutable bool used = false;
};

class Params {
 public:
  void read(const TomlValue& table, Diagnostics& diagnostics);
  /// `--set name=value`, in order; the last one wins.
  void set(const std::vector<std::pair<std::string, std::string>>& assignments, Diagnostics& diagnostics);

  const Param* find(std::string_view name) const;  ///< and marks it as used
  const Param* peek(std::string_view name) const;  ///< without
  std::vector<std::string> names() const;
  std::vector<std::pair<std::string, std::string>> texts() const;
  void warn_of_unused(Diagnostics& diagnostics) const;

 private:
  void set_one(const std::string& name, const std::string& text, Diagnostics& diagnostics);

  std::vector<Param> params_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace sluice::workflow
