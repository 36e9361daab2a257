// Where outputs may go: below the run folder, every one in a place of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::workflow {

/// Why a path can't be an output's, relative to the run folder; empty when it can.
std::string output_path_problem(std::string_view path);

/// Two outputs that would overwrite each other: at the same path, or `inner` within the folder `outer`.
struct PathClash {
  std::size_t outer = 0;  ///< indices of paths
  std::size_t inner = 0;
  bool nested = false;
};

/// All clashes, in one pass over hashes: 100,000 paths take a few milliseconds.
std::vector<PathClash> find_clashes(std::span<const std::string> paths);

}  // namespace sluice::workflow
