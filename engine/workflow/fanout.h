// The tasks of a stage before they have names: its keys, the values each can take, and the combinations that
// remain.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/workflow/value.h"

namespace sluice::workflow {

/// What one key runs through. Texts are distinct.
struct Domain {
  std::string key;
  Type type = Type::text;
  std::vector<Scalar> values;
  std::vector<std::string> texts;
  std::vector<std::string> paths;  ///< of a key made from files: absolute, one for each value; else empty

  bool has_paths() const { return !paths.empty(); }
};

struct Fanout {
  std::vector<std::shared_ptr<const Domain>> domains;
  std::vector<std::uint32_t> choices;  ///< one row a task, one column a key: indices into the domains
  std::size_t rows = 1;
  bool broken = false;  ///< reported: nothing that depends on its keys can be checked

  std::span<const std::uint32_t> row(std::size_t task) const {
    return {choices.data() + task * domains.size(), domains.size()};
  }
};

}  // namespace sluice::workflow
