// Relations between objects, put together from the columns that store them: ask for requests_of a relation,
// read, and walk the objects. Vector members (track states, shape parameters) are cut by the same ranges.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/edm4hep/columns.h"

namespace sluice::edm4hep {

/// Which elements of an event's array belong to an object.
struct ElementRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const { return last - first; }
};

/// The requests for "MCParticles.parents": its begin, end, index and collectionID columns. For a relation to
/// one object ("RecoMCTruthLink.to") begin and end are missing in the file, and that is fine.
std::vector<Request> relation_requests(const std::string& relation);

/// A relation in columns that were read with relation_requests.
class Relation {
 public:
  Relation(const Columns& columns, const std::string& relation);

  /// False: the file has no such relation.
  bool present() const { return !index_->missing(); }
  bool to_many() const { return !begin_->missing(); }
  /// Which elements of the event's array belong to the object; nothing when the file's numbers point outside
  /// of that array (a damaged event).
  std::optional<ElementRange> elements(std::uint64_t event, std::uint64_t object) const;
  std::uint64_t size(std::uint64_t event) const { return index_->objects(event); }
  ObjectRef at(std::uint64_t event, std::uint64_t element) const {
    return {index_->of<std::int32_t>(event)[element], collection_->of<std::uint32_t>(event)[element]};
  }

 private:
  const Column* begin_;
  const Column* end_;
  const Column* index_;
  const Column* collection_;
};

/// The elements of a vector member ("Tracks.trackStates") that belong to an object, from its begin and end
/// columns; `array` is any column of the vector. Nothing when they point outside of the event's array.
std::optional<ElementRange> elements_of(const Column& begin, const Column& end, const Column& array,
                                        std::uint64_t event, std::uint64_t object);

}  // namespace sluice::edm4hep
