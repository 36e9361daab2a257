// What each particle of an event left where: links, resolved to the particles that answer for them. Part of
// truth.
#pragma once

#include "stages/import/truth.h"
#include "stages/import/weights.h"

namespace sluice::import {

/// Weights between rows of the record (not yet gathered at those who answer for them) and elements.
struct Deposits {
  std::vector<Weight> hits;      ///< GeV
  std::vector<Weight> tracks;    ///< link weight
  std::vector<Weight> clusters;  ///< GeV, beyond what is in hits
  std::int32_t dangling = 0;
  std::int32_t weightless = 0;
};

/// A hit's energy is shared by the weights of its links, whatever their unit. Links to hits that are not
/// there are left out; the share of a particle that is not there belongs to nobody.
Deposits read_links(const TruthInput& input);

/// The hits' weights once more, by the clusters the hits are in.
std::vector<Weight> in_clusters(const TruthInput& input, const WeightTable& hits, std::int32_t& dangling);

}  // namespace sluice::import
