// The columns of numbers of a tree: which branches hold some, and reading them over a range of entries.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/basket.h"
#include "stages/edm4hep/columns.h"

namespace sluice::edm4hep {

/// How a column lies in the baskets of its branch.
struct TreeColumn {
  std::string name;
  Number type = Number::u8;
  std::uint32_t width = 1;
  std::uint32_t prefix = 0;  ///< bytes in front of the numbers of each entry
  const Branch* branch = nullptr;

  std::uint32_t object_bytes() const { return width * static_cast<std::uint32_t>(size_of(type)); }
};

/// Of this branch; nothing when it doesn't hold numbers that we know how to read.
std::optional<TreeColumn> column_of(const Branch& branch);

/// All of them, in the order of the tree.
std::vector<TreeColumn> columns_of(const Tree& tree);

struct ReadPlan {
  const TreeColumn* column = nullptr;  ///< null: missing
  std::string name;                    ///< as it was asked for
  Number as = Number::u8;
};

/// Everything that reading needs besides what is to be read.
struct TreeFile {
  const RootFile& file;
  std::uint64_t entries;
  std::uint64_t basket_limit;
  BasketCache& cache;
};

Result<std::vector<Column>> read_columns(const TreeFile& tree, std::span<const ReadPlan> plans,
                                         EntryRange range, int threads);

/// The bytes of one entry of a branch, of whatever kind it is.
Result<Buffer> entry_bytes(const TreeFile& tree, const Branch& branch, std::uint64_t entry);

}  // namespace sluice::edm4hep
