// The record of a tree: what ROOT keeps about it and its branches, as bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "stages/edm4hep/tree_output.h"

namespace sluice::edm4hep {

std::vector<std::byte> tree_record(const std::string& name, const std::string& title, std::uint64_t entries,
                                   const std::deque<OutputBranch>& branches, std::size_t key_bytes);

}  // namespace sluice::edm4hep
