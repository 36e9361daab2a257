#include "stages/simulate/output/fill_calorimeter.h"

#include "stages/simulate/output/columns.h"
#include "stages/simulate/output/names.h"

namespace sluice::simulate {

namespace {

using edm4hep::Block;
using edm4hep::ObjectRef;

void fill_hits(std::span<const CaloHit> hits, Block& block) {
  block.resize(hits.size());
  set_column<std::uint64_t>(block, "cellID", hits, [](const CaloHit& h) { return h.cell_id; });
  set_column<float>(block, "energy", hits, [](const CaloHit& h) { return h.energy; });
  set_column<float>(block, "time", hits, [](const CaloHit& h) { return h.time_ns; });
  set_column<std::int32_t>(block, "type", hits, [](const CaloHit& h) { return h.type; });
  set_vector3<float>(block, "position", hits, [](const CaloHit& h) { return h.position; });
}

/// From an index in the event's array to a reference into one of the collections.
class HitRefs {
 public:
  HitRefs(const SimulatedEvent& event, const edm4hep::FileSchema& schema) : event_(event) {
    for (std::size_t part = 0; part < calo_parts; ++part) ids_[part] = schema.id(calo_names[part]);
  }
  ObjectRef operator()(std::uint32_t hit) const {
    const auto part = static_cast<std::size_t>(event_.part_of(hit));
    return {static_cast<std::int32_t>(hit - event_.calo_begin[part]), ids_[part]};
  }

 private:
  const SimulatedEvent& event_;
  std::array<std::uint32_t, calo_parts> ids_{};
};

void fill_truth(const SimulatedEvent& event, const HitRefs& refs, std::uint32_t particles, Block& block) {
  const std::span<const TruthLink> links = event.calo_links;
  block.resize(links.size());
  set_column<float>(block, "weight", links, [](const TruthLink& link) { return link.weight; });
  std::vector<ObjectRef> from;
  std::vector<ObjectRef> to;
  from.reserve(links.size());
  to.reserve(links.size());
  for (const TruthLink& link : links) {
    from.push_back(refs(link.from));
    to.push_back({static_cast<std::int32_t>(link.to), particles});
  }
  block.set_relation("from", from);
  block.set_relation("to", to);
}

void fill_clusters(const SimulatedEvent& event, const HitRefs& refs, Block& block) {
  const std::span<const Cluster> clusters = event.clusters;
  block.resize(clusters.size());
  set_column<float>(block, "energy", clusters, [](const Cluster& c) { return c.energy; });
  set_column<float>(block, "energyError", clusters, [](const Cluster& c) { return c.energy_error; });
  set_column<float>(block, "iTheta", clusters, [](const Cluster& c) { return c.theta; });
  set_column<float>(block, "iPhi", clusters, [](const Cluster& c) { return c.phi; });
  set_vector3<float>(block, "position", clusters, [](const Cluster& c) { return c.position; });
  std::vector<ObjectRef> hits;
  hits.reserve(event.cluster_hits.size());
  for (const std::uint32_t hit : event.cluster_hits) hits.push_back(refs(hit));
  block.set_relation("hits", offsets_of(clusters, [](const Cluster& c) { return c.hits; }), hits);
  std::vector<float> energies;
  for (const Cluster& cluster : clusters)
    energies.insert(energies.end(), cluster.part_energies.begin(), cluster.part_energies.end());
  block.set_vector("subdetectorEnergies", even_offsets(clusters.size(), calo_parts),
                   std::span<const float>(energies));
}

}  // namespace

void fill_calorimeter(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out) {
  const std::span<const CaloHit> all = event.calo_hits;
  for (std::size_t part = 0; part < calo_parts; ++part)
    fill_hits(all.subspan(event.calo_begin[part], event.calo_begin[part + 1] - event.calo_begin[part]),
              out[calo_names[part]]);
  const HitRefs refs(event, schema);
  fill_truth(event, refs, schema.id("MCParticles"), out["CalohitMCTruthLink"]);
  fill_clusters(event, refs, out["PandoraClusters"]);
}

}  // namespace sluice::simulate
