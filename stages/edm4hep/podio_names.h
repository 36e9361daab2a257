// From the names that users of the Reader write ("MCParticles.parents.index") to what the different podio
// versions called that in a file ("_MCParticles_parents.index", "MCParticles#0.index"). The era is recognised
// by the branches that are there, not by versions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stages/edm4hep/columns.h"
#include "stages/edm4hep/reader.h"

namespace sluice::edm4hep {

/// What is known of a branch at the top of the tree.
struct TopBranch {
  std::string name;
  std::string class_name;            ///< "vector<edm4hep::MCParticleData>"
  std::vector<std::string> members;  ///< "momentum.x", in the order of the file
};

class PodioNames {
 public:
  explicit PodioNames(std::vector<TopBranch> branches);

  /// Names under which the column may be in the file, the likeliest first.
  std::vector<std::string> candidates(std::string_view name) const;

  /// The collections, without ids. `known` are names that the file's own table lists.
  std::vector<Collection> collections(const std::set<std::string>& known) const;

  /// Relations are called Coll#0, Coll#1, …: podio up to 0.16. Ids are then small numbers, not hashes.
  bool numbered() const { return numbered_; }

 private:
  const TopBranch* find(std::string_view name) const;
  std::string numbered_name(const TopBranch& collection, std::string_view member) const;
  bool belongs_to_collection(const TopBranch& branch) const;

  std::vector<TopBranch> branches_;
  std::map<std::string, std::size_t, std::less<>> index_;
  bool numbered_ = false;
};

/// "edm4hep::MCParticle" from "vector<edm4hep::MCParticleData>" or "edm4hep::MCParticleCollection"; the names
/// of podio's link templates become those of EDM4hep. Empty: not the type of a collection.
std::string collection_type(std::string_view class_name);

}  // namespace sluice::edm4hep
