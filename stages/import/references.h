// References of a file (index and collection id) as rows of a RawEvent's lists.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/edm4hep/reader.h"
#include "stages/import/sources.h"

namespace sluice::import {

/// The lists that references can lead to.
enum class ListKind : std::uint8_t { particle, track, cluster, hit, candidate, lead, count };

struct Place {
  ListKind kind = ListKind::count;  ///< count: a collection that is not imported
  std::uint32_t collection = 0;     ///< which of that kind
};

/// For each of reader.collections() the place of its objects.
std::vector<Place> find_places(const edm4hep::Reader& reader, const Sources& sources);

/// Resolves the references of one event after another. Files repeat few collection ids very often, so the
/// answers are kept. Not for two threads at once.
class Resolver {
 public:
  Resolver(const edm4hep::Reader& reader, std::span<const Place> places) : reader_(reader), places_(places) {}

  /// How many objects each collection of a kind has in this event.
  void begin_event();
  void add_collection(ListKind kind, std::uint64_t objects);

  /// The row in the list of that kind; nobody if the reference leads elsewhere, or nowhere.
  std::int32_t row(ListKind kind, std::int32_t index, std::uint32_t id);

 private:
  struct Known {
    std::uint32_t id;
    Place place;
  };
  Place place_of(std::uint32_t id);

  const edm4hep::Reader& reader_;
  std::span<const Place> places_;
  std::vector<Known> known_;
  std::size_t last_ = 0;
  /// First row of each collection of a kind, and after the last one.
  std::vector<std::vector<std::uint64_t>> begins_;
};

/// The columns of a relation in one event.
struct EventRelation {
  bool there = false;
  bool to_many = false;
  std::span<const std::uint32_t> begin, end;
  std::span<const std::int32_t> index;
  std::span<const std::uint32_t> id;

  /// [first, last) of the index and id of an object's references; nothing where the numbers point outside.
  std::optional<std::pair<std::size_t, std::size_t>> of(std::size_t object) const;
};

EventRelation relation_of(const edm4hep::Columns& columns, const RelationSlots& slots, std::uint64_t event);

}  // namespace sluice::import
