// CLIC's names of the collections that come in several parts.
#pragma once

#include <array>

#include "stages/simulate/event/simulated_event.h"

namespace sluice::simulate {

/// By CaloPart.
constexpr std::array<const char*, calo_parts> calo_names = {
    "ECALBarrel", "ECALEndcap", "ECALOther", "HCALBarrel", "HCALEndcap", "HCALOther", "MUON"};

struct TrackerNames {
  const char* hits;
  const char* simulated;
  const char* relation;
};

/// By TrackerPart.
constexpr std::array<TrackerNames, tracker_parts> tracker_names = {{
    {"VXDTrackerHits", "VertexBarrelCollection", "VXDTrackerHitRelations"},
    {"VXDEndcapTrackerHits", "VertexEndcapCollection", "VXDEndcapTrackerHitRelations"},
    {"ITrackerHits", "InnerTrackerBarrelCollection", "InnerTrackerBarrelHitsRelations"},
    {"ITrackerEndcapHits", "InnerTrackerEndcapCollection", "InnerTrackerEndcapHitsRelations"},
    {"OTrackerHits", "OuterTrackerBarrelCollection", "OuterTrackerBarrelHitsRelations"},
    {"OTrackerEndcapHits", "OuterTrackerEndcapCollection", "OuterTrackerEndcapHitsRelations"},
}};

}  // namespace sluice::simulate
