// The table of contents of a tree: its branches, where their baskets lie, and what a basket holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/root_file.h"

namespace sluice::edm4hep {

/// Baskets hold the values of consecutive entries of one branch.
struct BasketPlace {
  std::uint64_t seek = 0;
  std::uint32_t bytes = 0;  ///< in the file
  std::uint64_t first_entry = 0;
};

struct Leaf {
  std::string class_name;  ///< "TLeafF"
  std::string name;
  std::uint32_t length = 1;  ///< numbers an object, of a fixed array
  bool is_unsigned = false;
  bool counted = false;  ///< another leaf says how many there are in an entry
};

struct Branch {
  std::string name;
  std::string class_name;  ///< of the C++ object: "vector<edm4hep::MCParticleData>"; empty for a plain branch
  bool element = false;    ///< a TBranchElement: described by a class, not by its leaves
  std::int32_t type = 0;   ///< 4: how many objects, with a branch below for each member; 41: such a member
  std::int32_t streamer_type = -1;  ///< what kind of member
  std::uint64_t entries = 0;
  std::uint64_t unpacked_bytes = 0;
  std::vector<BasketPlace> baskets;
  std::vector<Leaf> leaves;
  std::vector<Branch> branches;
};

struct Tree {
  std::string name;
  std::uint64_t entries = 0;
  std::vector<Branch> branches;

  const Branch* find(std::string_view branch) const;  ///< among the top ones; null: none
};

/// Reads the tree of this name of highest cycle.
Result<Tree> read_tree(const RootFile& file, const Key& key);

}  // namespace sluice::edm4hep
