#include "stages/simulate/output/fill_tracker.h"

#include "stages/simulate/output/columns.h"
#include "stages/simulate/output/names.h"

namespace sluice::simulate {

namespace {

using edm4hep::Block;
using edm4hep::ObjectRef;
using Hits = std::span<const TrackerHit>;

void fill_measured(Hits hits, Block& block) {
  block.resize(hits.size());
  set_column<std::uint64_t>(block, "cellID", hits, [](const TrackerHit& h) { return h.cell_id; });
  set_column<float>(block, "time", hits, [](const TrackerHit& h) { return h.time_ns; });
  set_column<float>(block, "eDep", hits, [](const TrackerHit& h) { return h.deposit; });
  set_column<float>(block, "du", hits, [](const TrackerHit& h) { return h.du; });
  set_column<float>(block, "dv", hits, [](const TrackerHit& h) { return h.dv; });
  set_column<float>(block, "u.a", hits, [](const TrackerHit& h) { return h.direction_u[0]; });
  set_column<float>(block, "u.b", hits, [](const TrackerHit& h) { return h.direction_u[1]; });
  set_column<float>(block, "v.a", hits, [](const TrackerHit& h) { return h.direction_v[0]; });
  set_column<float>(block, "v.b", hits, [](const TrackerHit& h) { return h.direction_v[1]; });
  set_vector3<double>(block, "position", hits, [](const TrackerHit& h) { return h.position; });
}

void fill_simulated(Hits hits, std::uint32_t particles, Block& block) {
  block.resize(hits.size());
  set_column<std::uint64_t>(block, "cellID", hits, [](const TrackerHit& h) { return h.cell_id; });
  set_column<float>(block, "eDep", hits, [](const TrackerHit& h) { return h.deposit; });
  set_column<float>(block, "time", hits, [](const TrackerHit& h) { return h.time_ns; });
  set_column<float>(block, "pathLength", hits, [](const TrackerHit& h) { return h.path_length; });
  set_vector3<double>(block, "position", hits, [](const TrackerHit& h) { return h.true_position; });
  set_vector3<float>(block, "momentum", hits, [](const TrackerHit& h) { return h.true_momentum; });
  std::vector<std::uint32_t> makers;
  for (const TrackerHit& hit : hits) makers.push_back(hit.particle);
  block.set_relation("particle", refs_to(particles, makers));
}

/// Hit i was made from simulated hit i.
void fill_relation(std::size_t count, std::uint32_t hits, std::uint32_t simulated, Block& block) {
  block.resize(count);
  for (float& weight : block.column<float>("weight")) weight = 1;
  std::vector<std::uint32_t> indices(count);
  for (std::uint32_t i = 0; i < count; ++i) indices[i] = i;
  block.set_relation("from", refs_to(hits, indices));
  block.set_relation("to", refs_to(simulated, indices));
}

/// Hits of tracks lie in all parts.
std::vector<ObjectRef> hit_refs(const SimulatedEvent& event, const edm4hep::FileSchema& schema) {
  std::array<std::uint32_t, tracker_parts> ids{};
  for (std::size_t part = 0; part < tracker_parts; ++part) ids[part] = schema.id(tracker_names[part].hits);
  std::vector<ObjectRef> refs;
  refs.reserve(event.track_hits.size());
  for (const std::uint32_t hit : event.track_hits) {
    std::size_t part = 0;
    while (hit >= event.tracker_begin[part + 1]) ++part;
    refs.push_back({static_cast<std::int32_t>(hit - event.tracker_begin[part]), ids[part]});
  }
  return refs;
}

void fill_states(std::span<const Track> tracks, Block& block) {
  std::vector<TrackState> all;
  for (const Track& track : tracks) all.insert(all.end(), track.states.begin(), track.states.end());
  const std::span<const TrackState> states = all;
  Block& out = block.set_vector("trackStates",
                                even_offsets(tracks.size(), std::tuple_size_v<decltype(Track::states)>));
  set_column<std::int32_t>(out, "location", states,
                           [](const TrackState& s) { return static_cast<std::int32_t>(s.location); });
  set_column<float>(out, "D0", states, [](const TrackState& s) { return s.d0; });
  set_column<float>(out, "phi", states, [](const TrackState& s) { return s.phi; });
  set_column<float>(out, "omega", states, [](const TrackState& s) { return s.omega; });
  set_column<float>(out, "Z0", states, [](const TrackState& s) { return s.z0; });
  set_column<float>(out, "tanLambda", states, [](const TrackState& s) { return s.tan_lambda; });
  set_column<float>(out, "time", states, [](const TrackState& s) { return s.time_ns; });
  set_vector3<float>(out, "referencePoint", states, [](const TrackState& s) { return s.reference; });
  const std::span<float> covariances = out.column<float>("covMatrix.values");
  constexpr std::size_t length = std::tuple_size_v<decltype(TrackState::covariance)>;
  for (std::size_t i = 0; i < states.size(); ++i)
    for (std::size_t k = 0; k < length; ++k) covariances[i * length + k] = states[i].covariance[k];
}

void fill_tracks(const SimulatedEvent& event, const edm4hep::FileSchema& schema, Block& block) {
  const std::span<const Track> tracks = event.tracks;
  block.resize(tracks.size());
  constexpr std::int32_t silicon_type = 1;
  set_column<std::int32_t>(block, "type", tracks, [](const Track&) { return silicon_type; });
  set_column<float>(block, "chi2", tracks, [](const Track& t) { return t.chi2; });
  set_column<std::int32_t>(block, "ndf", tracks, [](const Track& t) { return t.ndf; });
  set_column<std::int32_t>(block, "Nholes", tracks, [](const Track& t) { return t.holes; });
  block.set_relation("trackerHits", offsets_of(tracks, [](const Track& t) { return t.hits; }),
                     hit_refs(event, schema));
  std::vector<std::int32_t> numbers;
  for (const Track& track : tracks)
    numbers.insert(numbers.end(), track.hit_numbers.begin(), track.hit_numbers.end());
  block.set_vector("subdetectorHitNumbers", even_offsets(tracks.size(), tracker_parts),
                   std::span<const std::int32_t>(numbers));
  fill_states(tracks, block);
}

void fill_dqdx(std::span<const Track> tracks, std::uint32_t id, Block& block) {
  block.resize(tracks.size());
  set_column<float>(block, "dQdx.value", tracks, [](const Track& t) { return t.dedx; });
  set_column<float>(block, "dQdx.error", tracks, [](const Track& t) { return t.dedx_error; });
  std::vector<std::uint32_t> indices(tracks.size());
  for (std::uint32_t i = 0; i < tracks.size(); ++i) indices[i] = i;
  block.set_relation("track", refs_to(id, indices));
}

}  // namespace

void fill_tracker(const SimulatedEvent& event, const edm4hep::FileSchema& schema, edm4hep::Event& out) {
  const Hits all = event.tracker_hits;
  for (std::size_t part = 0; part < tracker_parts; ++part) {
    const TrackerNames& names = tracker_names[part];
    const Hits hits =
        all.subspan(event.tracker_begin[part], event.tracker_begin[part + 1] - event.tracker_begin[part]);
    fill_measured(hits, out[names.hits]);
    fill_simulated(hits, schema.id("MCParticles"), out[names.simulated]);
    fill_relation(hits.size(), schema.id(names.hits), schema.id(names.simulated), out[names.relation]);
  }
  fill_tracks(event, schema, out["SiTracks_Refitted"]);
  fill_dqdx(event.tracks, schema.id("SiTracks_Refitted"), out["SiTracks_Refitted_dQdx"]);
}

}  // namespace sluice::simulate
