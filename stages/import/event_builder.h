// From a RawEvent to the rows of an event file: features, truth, labels, candidates, jets.
#pragma once

#include "stages/events/block.h"
#include "stages/import/raw_event.h"
#include "stages/import/truth.h"

namespace sluice::import {

struct EventOrigin {
  std::uint64_t source = 0;  ///< which file
  std::uint64_t entry = 0;   ///< which event of it
};

struct BuildOptions {
  double field_t = 0;
  bool hits_carry_targets = false;
  bool write_hits = true;
};

/// Appends one event to the block. An event that is broken (`status`, or what is found here) gets its row in
/// the table of events, and nothing else. Returns its status.
events::EventStatus build_event(const RawEvent& raw, events::EventStatus status, const EventOrigin& origin,
                                const BuildOptions& options, events::Block& block);

/// Which candidate each track and cluster carries. A candidate is carried once: by the first of its tracks
/// that carries no other, or else by the first such cluster; one that has neither is carried by nothing.
struct Carriers {
  std::vector<std::int32_t> of_tracks, of_clusters;
  std::vector<events::Class> classes;  ///< of the candidates, as their carriers allow
};
Carriers carry_candidates(const RawEvent& raw);

}  // namespace sluice::import
