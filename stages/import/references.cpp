#include "stages/import/references.h"

#include <algorithm>

#include "stages/import/ancestry.h"

namespace sluice::import {

std::vector<Place> find_places(const edm4hep::Reader& reader, const Sources& sources) {
  std::vector<Place> places(reader.collections().size());
  const auto put = [&](const std::string& name, ListKind kind, std::size_t which) {
    for (std::size_t i = 0; i < places.size(); ++i)
      if (reader.collections()[i].name == name) places[i] = {kind, static_cast<std::uint32_t>(which)};
  };
  put(sources.particles, ListKind::particle, 0);
  for (std::size_t i = 0; i < sources.tracks.size(); ++i) put(sources.tracks[i].name, ListKind::track, i);
  for (std::size_t i = 0; i < sources.clusters.size(); ++i)
    put(sources.clusters[i].name, ListKind::cluster, i);
  for (std::size_t i = 0; i < sources.hits.size(); ++i) put(sources.hits[i].name, ListKind::hit, i);
  if (sources.candidates) put(sources.candidates->name, ListKind::candidate, 0);
  for (std::size_t i = 0; i < sources.leads.size(); ++i) put(sources.leads[i].name, ListKind::lead, i);
  return places;
}

void Resolver::begin_event() {
  begins_.resize(static_cast<std::size_t>(ListKind::count));
  for (auto& begins : begins_) begins.assign(1, 0);
}

void Resolver::add_collection(ListKind kind, std::uint64_t objects) {
  auto& begins = begins_[static_cast<std::size_t>(kind)];
  begins.push_back(begins.back() + objects);
}

Place Resolver::place_of(std::uint32_t id) {
  if (last_ < known_.size() && known_[last_].id == id) return known_[last_].place;
  const auto found =
      std::find_if(known_.begin(), known_.end(), [&](const Known& known) { return known.id == id; });
  last_ = static_cast<std::size_t>(found - known_.begin());
  if (found == known_.end()) {
    const auto collection = reader_.resolve(id);
    known_.push_back({id, collection ? places_[*collection] : Place{}});
  }
  return known_[last_].place;
}

std::int32_t Resolver::row(ListKind kind, std::int32_t index, std::uint32_t id) {
  if (index < 0) return nobody;
  const Place place = place_of(id);
  if (place.kind != kind) return nobody;
  const auto& begins = begins_[static_cast<std::size_t>(kind)];
  const std::uint64_t row = begins[place.collection] + static_cast<std::uint64_t>(index);
  return row < begins[place.collection + 1] ? static_cast<std::int32_t>(row) : nobody;
}

std::optional<std::pair<std::size_t, std::size_t>> EventRelation::of(std::size_t object) const {
  if (!to_many) {
    if (object >= index.size()) return std::nullopt;
    return std::pair{object, object + 1};
  }
  if (object >= begin.size() || object >= end.size()) return std::nullopt;
  if (begin[object] > end[object] || end[object] > index.size()) return std::nullopt;
  return std::pair<std::size_t, std::size_t>{begin[object], end[object]};
}

EventRelation relation_of(const edm4hep::Columns& columns, const RelationSlots& slots, std::uint64_t event) {
  EventRelation relation;
  relation.there = slots.there;
  relation.to_many = slots.to_many;
  if (!slots.there) return relation;
  relation.begin = columns[slots.begin].of<std::uint32_t>(event);
  relation.end = columns[slots.end].of<std::uint32_t>(event);
  relation.index = columns[slots.index].of<std::int32_t>(event);
  relation.id = columns[slots.id].of<std::uint32_t>(event);
  relation.there = relation.index.size() == relation.id.size();
  return relation;
}

}  // namespace sluice::import
