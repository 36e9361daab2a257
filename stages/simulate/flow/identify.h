// What made a cluster or a track: photon or hadron, electron, muon or pion.
#pragma once

#include "stages/simulate/flow/flow.h"
#include "stages/simulate/flow/matching.h"

namespace sluice::simulate {

/// By where the shower starts, how deep it lies and how wide it is.
bool looks_like_photon(const ClusterShape& shape);

/// Sets pdg and mass of a candidate with a track and its cluster.
void identify_charged(const FlowInput& input, const TrackAtFace& track, const ClusterShape& shape,
                      FlowCandidate& candidate);

}  // namespace sluice::simulate
