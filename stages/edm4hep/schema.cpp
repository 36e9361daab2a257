#include "stages/edm4hep/schema.h"

#include <array>

namespace sluice::edm4hep {

namespace {

// The definitions of EDM4hep 1.0 (edm4hep.yaml, schema version 6). The order is that of the files.

constexpr Member i32(std::string_view name) { return {name, Number::i32, 1, nullptr}; }
constexpr Member u32(std::string_view name) { return {name, Number::u32, 1, nullptr}; }
constexpr Member u64(std::string_view name) { return {name, Number::u64, 1, nullptr}; }
constexpr Member f32(std::string_view name) { return {name, Number::f32, 1, nullptr}; }
constexpr Member f64(std::string_view name) { return {name, Number::f64, 1, nullptr}; }
constexpr Member f32s(std::string_view name, std::uint32_t length) {
  return {name, Number::f32, length, nullptr};
}
constexpr Member of(std::string_view name, const Component& component) {
  return {name, Number::f32, 1, &component};
}

constexpr std::array vector2f_members = {f32("a"), f32("b")};
constexpr std::array vector3f_members = {f32("x"), f32("y"), f32("z")};
constexpr std::array vector3d_members = {f64("x"), f64("y"), f64("z")};
constexpr std::array cov3f_members = {f32s("values", 6)};
constexpr std::array cov4f_members = {f32s("values", 10)};
constexpr std::array cov6f_members = {f32s("values", 21)};
constexpr std::array quantity_members = {i32("type"), f32("value"), f32("error")};

constexpr Component vector2f = {"edm4hep::Vector2f", vector2f_members};
constexpr Component vector3f = {"edm4hep::Vector3f", vector3f_members};
constexpr Component vector3d = {"edm4hep::Vector3d", vector3d_members};
constexpr Component cov3f = {"edm4hep::CovMatrix3f", cov3f_members};
constexpr Component cov4f = {"edm4hep::CovMatrix4f", cov4f_members};
constexpr Component cov6f = {"edm4hep::CovMatrix6f", cov6f_members};
constexpr Component quantity = {"edm4hep::Quantity", quantity_members};

constexpr std::array track_state_members = {i32("location"),
                                            f32("D0"),
                                            f32("phi"),
                                            f32("omega"),
                                            f32("Z0"),
                                            f32("tanLambda"),
                                            f32("time"),
                                            of("referencePoint", vector3f),
                                            of("covMatrix", cov6f)};
constexpr Component track_state = {"edm4hep::TrackState", track_state_members};

constexpr std::array header_members = {u64("eventNumber"), u32("runNumber"), u64("timeStamp"), f64("weight")};
constexpr std::array header_vectors = {f64("weights")};

constexpr std::array mc_members = {i32("PDG"),
                                   i32("generatorStatus"),
                                   i32("simulatorStatus"),
                                   f32("charge"),
                                   f32("time"),
                                   f64("mass"),
                                   of("vertex", vector3d),
                                   of("endpoint", vector3d),
                                   of("momentum", vector3d),
                                   of("momentumAtEndpoint", vector3d),
                                   i32("helicity")};
constexpr std::array mc_many = {RelationMember{"parents", "edm4hep::MCParticle"},
                                RelationMember{"daughters", "edm4hep::MCParticle"}};

constexpr std::array sim_tracker_hit_members = {
    u64("cellID"),           f32("eDep"),    f32("time"),
    f32("pathLength"),       i32("quality"), of("position", vector3d),
    of("momentum", vector3f)};
constexpr std::array particle_one = {RelationMember{"particle", "edm4hep::MCParticle"}};

constexpr std::array contribution_members = {i32("PDG"), f32("energy"), f32("time"),
                                             of("stepPosition", vector3f), f32("stepLength")};
constexpr std::array sim_calo_hit_members = {u64("cellID"), f32("energy"), of("position", vector3f)};
constexpr std::array sim_calo_hit_many = {RelationMember{"contributions", "edm4hep::CaloHitContribution"}};

constexpr std::array calo_hit_members = {
    u64("cellID"), f32("energy"), f32("energyError"), f32("time"), of("position", vector3f), i32("type")};

constexpr std::array tracker_hit_members = {
    u64("cellID"), i32("type"),      i32("quality"),           f32("time"),
    f32("eDep"),   f32("eDepError"), of("position", vector3d), of("covMatrix", cov3f)};
constexpr std::array plane_hit_members = {
    u64("cellID"), i32("type"),      i32("quality"),           f32("time"),
    f32("eDep"),   f32("eDepError"), of("u", vector2f),        of("v", vector2f),
    f32("du"),     f32("dv"),        of("position", vector3d), of("covMatrix", cov3f)};

constexpr std::array track_members = {i32("type"), f32("chi2"), i32("ndf"), i32("Nholes")};
constexpr std::array track_vectors = {i32("subdetectorHitNumbers"), i32("subdetectorHoleNumbers"),
                                      of("trackStates", track_state)};
constexpr std::array track_many = {RelationMember{"trackerHits", "edm4hep::TrackerHit"},
                                   RelationMember{"tracks", "edm4hep::Track"}};

constexpr std::array dqdx_members = {of("dQdx", quantity)};
constexpr std::array dqdx_one = {RelationMember{"track", "edm4hep::Track"}};

constexpr std::array cluster_members = {i32("type"),
                                        f32("energy"),
                                        f32("energyError"),
                                        of("position", vector3f),
                                        of("positionError", cov3f),
                                        f32("iTheta"),
                                        f32("iPhi"),
                                        of("directionError", vector3f)};
constexpr std::array cluster_vectors = {f32("shapeParameters"), f32("subdetectorEnergies")};
constexpr std::array cluster_many = {RelationMember{"clusters", "edm4hep::Cluster"},
                                     RelationMember{"hits", "edm4hep::CalorimeterHit"}};

constexpr std::array reco_members = {
    i32("PDG"),    f32("energy"), of("momentum", vector3f), of("referencePoint", vector3f),
    f32("charge"), f32("mass"),   f32("goodnessOfPID"),     of("covMatrix", cov4f)};
constexpr std::array reco_many = {RelationMember{"clusters", "edm4hep::Cluster"},
                                  RelationMember{"tracks", "edm4hep::Track"},
                                  RelationMember{"particles", "edm4hep::ReconstructedParticle"}};
constexpr std::array reco_one = {RelationMember{"decayVertex", "edm4hep::Vertex"}};

constexpr std::array vertex_members = {
    u32("type"),         f32("chi2"), i32("ndf"), of("position", vector3f), of("covMatrix", cov3f),
    i32("algorithmType")};
constexpr std::array vertex_vectors = {f32("parameters")};
constexpr std::array vertex_many = {RelationMember{"particles", "edm4hep::ReconstructedParticle"}};

constexpr std::array id_members = {i32("type"), i32("PDG"), i32("algorithmType"), f32("likelihood")};
constexpr std::array id_vectors = {f32("parameters")};
constexpr std::array id_one = {RelationMember{"particle", "edm4hep::ReconstructedParticle"}};

constexpr std::array link_members = {f32("weight")};
template <std::size_t N>
using Ends = std::array<RelationMember, N>;
constexpr Ends<2> reco_mc = {{{"from", "edm4hep::ReconstructedParticle"}, {"to", "edm4hep::MCParticle"}}};
constexpr Ends<2> calo_mc = {{{"from", "edm4hep::CalorimeterHit"}, {"to", "edm4hep::MCParticle"}}};
constexpr Ends<2> calo_sim = {{{"from", "edm4hep::CalorimeterHit"}, {"to", "edm4hep::SimCalorimeterHit"}}};
constexpr Ends<2> cluster_mc = {{{"from", "edm4hep::Cluster"}, {"to", "edm4hep::MCParticle"}}};
constexpr Ends<2> track_mc = {{{"from", "edm4hep::Track"}, {"to", "edm4hep::MCParticle"}}};
constexpr Ends<2> tracker_sim = {{{"from", "edm4hep::TrackerHit"}, {"to", "edm4hep::SimTrackerHit"}}};
constexpr Ends<2> vertex_reco = {{{"from", "edm4hep::Vertex"}, {"to", "edm4hep::ReconstructedParticle"}}};

constexpr std::array types = {
    DataType{"edm4hep::EventHeader", header_members, header_vectors, {}, {}},
    DataType{"edm4hep::MCParticle", mc_members, {}, mc_many, {}},
    DataType{"edm4hep::SimTrackerHit", sim_tracker_hit_members, {}, {}, particle_one},
    DataType{"edm4hep::CaloHitContribution", contribution_members, {}, {}, particle_one},
    DataType{"edm4hep::SimCalorimeterHit", sim_calo_hit_members, {}, sim_calo_hit_many, {}},
    DataType{"edm4hep::CalorimeterHit", calo_hit_members, {}, {}, {}},
    DataType{"edm4hep::TrackerHit3D", tracker_hit_members, {}, {}, {}},
    DataType{"edm4hep::TrackerHitPlane", plane_hit_members, {}, {}, {}},
    DataType{"edm4hep::Track", track_members, track_vectors, track_many, {}},
    DataType{"edm4hep::RecDqdx", dqdx_members, {}, {}, dqdx_one},
    DataType{"edm4hep::Cluster", cluster_members, cluster_vectors, cluster_many, {}},
    DataType{"edm4hep::ReconstructedParticle", reco_members, {}, reco_many, reco_one},
    DataType{"edm4hep::Vertex", vertex_members, vertex_vectors, vertex_many, {}},
    DataType{"edm4hep::ParticleID", id_members, id_vectors, {}, id_one},
    DataType{"edm4hep::RecoMCParticleLink", link_members, {}, {}, reco_mc},
    DataType{"edm4hep::CaloHitMCParticleLink", link_members, {}, {}, calo_mc},
    DataType{"edm4hep::CaloHitSimCaloHitLink", link_members, {}, {}, calo_sim},
    DataType{"edm4hep::ClusterMCParticleLink", link_members, {}, {}, cluster_mc},
    DataType{"edm4hep::TrackMCParticleLink", link_members, {}, {}, track_mc},
    DataType{"edm4hep::TrackerHitSimTrackerHitLink", link_members, {}, {}, tracker_sim},
    DataType{"edm4hep::VertexRecoParticleLink", link_members, {}, {}, vertex_reco},
};

}  // namespace

std::span<const DataType> all_types() { return types; }

const DataType* find_type(std::string_view name) {
  for (const DataType& type : types)
    if (type.name == name) return &type;
  return nullptr;
}

bool DataType::is_link() const { return to_one.size() == 2 && to_one[0].name == "from"; }

}  // namespace sluice::edm4hep
