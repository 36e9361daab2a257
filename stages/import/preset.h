// What an experiment calls its collections, and which field bends its tracks: data/import/NAME.toml, or a
// file of the user's own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "stages/events/schema.h"

namespace sluice::import {

struct HitCollection {
  std::string name;
  events::Subdetector subdetector = events::Subdetector::other;
  double scale = 1;  ///< what its energies are multiplied with
};

struct Preset {
  std::string name;
  double field_t = 0;  ///< along z, in the tracker
  std::string particles;
  std::vector<std::string> tracks;
  std::string dqdx;  ///< may be empty, as all that follows
  std::vector<std::string> clusters;
  std::string candidates;
  std::vector<HitCollection> hits;
  std::vector<std::string> simulated_tracker_hits;  ///< that links of tracker hits lead to
  std::vector<std::string> contributions;           ///< of simulated calorimeter hits
  std::vector<std::string> hit_links;
  std::vector<std::string> track_links;
  std::vector<std::string> cluster_links;
  std::vector<std::string>
      candidate_links;  ///< between candidates and the record; used for tracks and clusters
  std::vector<std::pair<std::string, std::string>> aliases;
};

/// The error is the rendered list of what is wrong with the file, each with its place.
Result<Preset> read_preset(const std::string& path, const std::string& name);

/// "MCParticle=MCParticles".
Result<std::pair<std::string, std::string>> parse_alias(const std::string& text);

}  // namespace sluice::import
