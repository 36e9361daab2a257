#include "stages/simulate/output/edm4hep_output.h"

#include "stages/simulate/output/columns.h"
#include "stages/simulate/output/fill_calorimeter.h"
#include "stages/simulate/output/fill_tracker.h"
#include "stages/simulate/output/names.h"

namespace sluice::simulate {

namespace {

using edm4hep::Block;
using edm4hep::ObjectRef;

void fill_header(const SimulatedEvent& event, Block& block) {
  block.resize(1);
  block.column<std::uint64_t>("eventNumber")[0] = static_cast<std::uint64_t>(event.number);
  block.column<double>("weight")[0] = event.weight;
}

void fill_particles(const SimulatedEvent& event, std::uint32_t id, Block& block) {
  const std::span<const McParticle> particles = event.particles;
  block.resize(particles.size());
  set_column<std::int32_t>(block, "PDG", particles, [](const McParticle& p) { return p.pdg; });
  set_column<std::int32_t>(block, "generatorStatus", particles,
                           [](const McParticle& p) { return p.generator_status; });
  set_column<std::int32_t>(block, "simulatorStatus", particles,
                           [](const McParticle& p) { return p.simulator_status; });
  set_column<float>(block, "charge", particles, [](const McParticle& p) { return p.charge; });
  set_column<float>(block, "time", particles, [](const McParticle& p) { return p.time_ns; });
  set_column<double>(block, "mass", particles, [](const McParticle& p) { return p.mass; });
  constexpr std::int32_t unset_helicity = 9;
  set_column<std::int32_t>(block, "helicity", particles, [](const McParticle&) { return unset_helicity; });
  set_vector3<double>(block, "vertex", particles, [](const McParticle& p) { return p.vertex; });
  set_vector3<double>(block, "endpoint", particles, [](const McParticle& p) { return p.endpoint; });
  set_vector3<double>(block, "momentum", particles, [](const McParticle& p) { return p.momentum; });
  set_vector3<double>(block, "momentumAtEndpoint", particles,
                      [](const McParticle& p) { return p.momentum_at_endpoint; });
  block.set_relation("parents", offsets_of(particles, [](const McParticle& p) { return p.parents; }),
                     refs_to(id, event.parents));
  block.set_relation("daughters", offsets_of(particles, [](const McParticle& p) { return p.daughters; }),
                     refs_to(id, event.daughters));
}

void fill_candidates(const SimulatedEvent& event, std::uint32_t tracks, std::uint32_t clusters,
                     Block& block) {
  const std::span<const Candidate> candidates = event.candidates;
  block.resize(candidates.size());
  set_column<std::int32_t>(block, "PDG", candidates, [](const Candidate& c) { return c.pdg; });
  set_column<float>(block, "energy", candidates, [](const Candidate& c) { return c.energy; });
  set_column<float>(block, "charge", candidates, [](const Candidate& c) { return c.charge; });
  set_column<float>(block, "mass", candidates, [](const Candidate& c) { return c.mass; });
  set_vector3<float>(block, "momentum", candidates, [](const Candidate& c) { return c.momentum; });
  set_vector3<float>(block, "referencePoint", candidates, [](const Candidate& c) { return c.reference; });
  block.set_relation("tracks", offsets_of(candidates, [](const Candidate& c) { return c.tracks; }),
                     refs_to(tracks, event.candidate_tracks));
  block.set_relation("clusters", offsets_of(candidates, [](const Candidate& c) { return c.clusters; }),
                     refs_to(clusters, event.candidate_clusters));
}

/// `from` refers to objects of one collection.
void fill_links(std::span<const TruthLink> links, std::uint32_t from, std::uint32_t to, Block& block) {
  block.resize(links.size());
  set_column<float>(block, "weight", links, [](const TruthLink& link) { return link.weight; });
  std::vector<ObjectRef> ends;
  ends.reserve(links.size());
  for (const TruthLink& link : links) ends.push_back({static_cast<std::int32_t>(link.from), from});
  block.set_relation("from", ends);
  ends.clear();
  for (const TruthLink& link : links) ends.push_back({static_cast<std::int32_t>(link.to), to});
  block.set_relation("to", ends);
}

}  // namespace

edm4hep::FileSchema output_schema() {
  edm4hep::FileSchema schema;
  schema.add("EventHeader", "edm4hep::EventHeader");
  schema.add("MCParticles", "edm4hep::MCParticle");
  for (const TrackerNames& names : tracker_names) {
    schema.add(names.simulated, "edm4hep::SimTrackerHit");
    schema.add(names.hits, "edm4hep::TrackerHitPlane");
    schema.add(names.relation, "edm4hep::TrackerHitSimTrackerHitLink");
  }
  for (const char* name : calo_names) schema.add(name, "edm4hep::CalorimeterHit");
  schema.add("LumiCal_Hits", "edm4hep::CalorimeterHit");  // always empty: readers of CLIC's files ask for it
  schema.add("SiTracks_Refitted", "edm4hep::Track");
  schema.add("SiTracks_Refitted_dQdx", "edm4hep::RecDqdx");
  schema.add("PandoraClusters", "edm4hep::Cluster");
  schema.add("PandoraPFOs", "edm4hep::ReconstructedParticle");
  schema.add("CalohitMCTruthLink", "edm4hep::CaloHitMCParticleLink");
  schema.add("SiTracksMCTruthLink", "edm4hep::TrackMCParticleLink");
  schema.add("RecoMCTruthLink", "edm4hep::RecoMCParticleLink");
  return schema;
}

void fill(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out) {
  const std::uint32_t particles = schema.id("MCParticles");
  const std::uint32_t tracks = schema.id("SiTracks_Refitted");
  fill_header(event, out["EventHeader"]);
  fill_particles(event, particles, out["MCParticles"]);
  fill_tracker(event, schema, out);
  fill_calorimeter(event, schema, out);
  fill_candidates(event, tracks, schema.id("PandoraClusters"), out["PandoraPFOs"]);
  fill_links(event.track_links, tracks, particles, out["SiTracksMCTruthLink"]);
  fill_links(event.candidate_links, schema.id("PandoraPFOs"), particles, out["RecoMCTruthLink"]);
}

}  // namespace sluice::simulate
