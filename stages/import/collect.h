// From columns of a file to RawEvents, one event after another.
#pragma once

#include "stages/edm4hep/reader.h"
#include "stages/import/raw_event.h"
#include "stages/import/references.h"
#include "stages/import/sources.h"

namespace sluice::import {

/// For one thread.
class Collector {
 public:
  Collector(const edm4hep::Reader& reader, const Sources& sources, std::span<const Place> places)
      : sources_(sources), resolver_(reader, places) {}

  /// The event `event` of the range that was read. The RawEvent looks into the columns. Status ok, or
  /// broken_reference when the event's columns don't fit each other.
  events::EventStatus collect(const edm4hep::Columns& columns, std::uint64_t event, RawEvent& out);

 private:
  template <typename T>
  std::span<const T> column(Slot slot) const {
    return (*columns_)[slot].of<T>(event_);
  }
  template <typename T>
  std::span<const T> column(const std::optional<Slot>& slot) const {
    return slot ? column<T>(*slot) : std::span<const T>{};
  }
  EventRelation relation(const RelationSlots& slots) const { return relation_of(*columns_, slots, event_); }
  /// Fails the event when a column is there with another length than its collection's.
  template <typename T>
  void check(std::span<const T> values, std::size_t size) {
    if (!values.empty() && values.size() != size) broken_ = true;
  }

  void count_objects();
  void collect_record();
  void collect_descents(const RelationSlots& slots, bool parents);
  void collect_tracks(const TrackSource& source);
  void collect_dedx(const TrackSource& source, std::size_t first);
  void collect_clusters(const ClusterSource& source);
  void collect_hits(const HitSource& source);
  void collect_leads();
  void collect_hit_contributions(const HitSource& source, std::size_t first);
  void collect_candidates(const CandidateSource& source);
  void collect_links(const LinkSource& source, ListKind from, std::vector<Link>& out);
  void collect_candidate_links();
  /// The particle that a reference means, itself or through a lead.
  std::int32_t particle(std::int32_t index, std::uint32_t id);

  const Sources& sources_;
  Resolver resolver_;
  const edm4hep::Columns* columns_ = nullptr;
  std::uint64_t event_ = 0;
  RawEvent* out_ = nullptr;
  bool broken_ = false;
  std::vector<std::int32_t> lead_particle_;  ///< of each lead
  std::vector<float> lead_energy_;
};

}  // namespace sluice::import
