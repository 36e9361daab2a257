// Which of a preset's collections a file has, and under which names their members go there: the plan that
// reading follows. What is lacking is found here, once, and not event by event.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/edm4hep/reader.h"
#include "stages/import/preset.h"

namespace sluice::import {

/// Places in the list of requests.
using Slot = std::size_t;

struct RelationSlots {
  bool there = false;
  bool to_many = false;
  Slot begin = 0, end = 0, index = 0, id = 0;
};

struct RecordSource {
  Slot pdg, generator_status, simulator_status, charge, px, py, pz, mass;
  RelationSlots parents, daughters;
};

struct TrackSource {
  std::string name;
  Slot chi2, ndf;
  Slot states_begin, states_end;
  Slot location, d0, phi, omega, z0, tan_lambda, time, reference_x, reference_y;
  std::optional<Slot> radius;            ///< of the innermost hit, where the track has it itself
  std::optional<Slot> dedx, dedx_error;  ///< of the track, or of the collection beside it
  RelationSlots dedx_track;
};

struct ClusterSource {
  std::string name;
  Slot energy, x, y, z;
  std::optional<Slot> theta, phi;
  RelationSlots hits;
};

struct HitSource {
  std::string name;
  events::Subdetector subdetector;
  double scale;
  Slot energy, x, y, z;
  std::optional<Slot> time, type;
  RelationSlots contributions;  ///< of simulated calorimeter hits
  RelationSlots particle;       ///< of simulated tracker hits
};

struct CandidateSource {
  std::string name;
  Slot pdg, charge, px, py, pz, energy;
  RelationSlots tracks, clusters;
};

struct LinkSource {
  std::string name;
  std::optional<Slot> weight;
  RelationSlots from, to;
};

/// Objects that only lead on to a particle: simulated tracker hits, contributions.
struct LeadSource {
  std::string name;
  std::optional<Slot> energy;
  RelationSlots particle;
};

struct Sources {
  std::vector<edm4hep::Request> requests;
  std::string particles;
  RecordSource record;
  std::vector<TrackSource> tracks;
  std::vector<ClusterSource> clusters;
  std::vector<HitSource> hits;
  std::vector<LeadSource> leads;
  std::optional<CandidateSource> candidates;
  std::vector<LinkSource> hit_links, track_links, cluster_links, candidate_links;
  std::vector<std::string> lacking;  ///< sentences, each about a thing that the file has not
};

/// Without the record, or with nothing that was measured, the preset is not this file's: an error that says
/// what is there.
Result<Sources> find_sources(const edm4hep::Reader& reader, const Preset& preset);

}  // namespace sluice::import
