#include "stages/events/schema.h"

namespace sluice::events {

namespace {

using Names = std::vector<std::string>;

const Names track_names = {"elemtype",
                           "pt",
                           "eta",
                           "sin_phi",
                           "cos_phi",
                           "p",
                           "chi2",
                           "ndf",
                           "dEdx",
                           "dEdxError",
                           "radiusOfInnermostHit",
                           "tanLambda",
                           "D0",
                           "omega",
                           "Z0",
                           "time"};
const Names cluster_names = {"elemtype",    "et",          "eta",          "sin_phi",    "cos_phi",
                             "energy",      "position.x",  "position.y",   "position.z", "iTheta",
                             "energy_ecal", "energy_hcal", "energy_other", "num_hits",   "sigma_x",
                             "sigma_y",     "sigma_z"};
const Names hit_names = {"elemtype",   "et",         "eta",        "sin_phi", "cos_phi",     "energy",
                         "position.x", "position.y", "position.z", "time",    "subdetector", "type"};
const Names momentum_names = {"pt", "eta", "sin_phi", "cos_phi", "energy", "charge"};
const Names jet_names = {"pt", "eta", "phi", "energy"};

Names with(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

MatrixSpec floats(std::string name, Names columns) {
  return {std::move(name), Number::f32, std::move(columns)};
}
MatrixSpec labels(Names columns) { return {"labels", Number::i32, std::move(columns)}; }

CollectionSpec events_table() {
  return {"events",
          true,
          {{"status", Number::u8, {"status"}},
           {"id", Number::u64, {"generator", "content", "source", "entry"}},
           {"energies", Number::f64, {"visible", "targets", "no_element", "element_taken", "generator_met"}},
           {"notes",
            Number::i32,
            {"dangling_references", "cycles_cut", "weightless_links", "numbers_replaced"}}}};
}

template <std::size_t count>
Names strings(const std::array<std::string_view, count>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

FileSpec event_file_spec() {
  FileSpec spec;
  spec.collections = {
      events_table(),
      {"tracks", false, {floats("features", track_names), labels({"class", "target", "candidate"})}},
      {"clusters", false, {floats("features", cluster_names), labels({"class", "target", "candidate"})}},
      {"hits", false, {floats("features", hit_names), labels({"class", "target", "cluster"})}},
      {"particles",
       false,
       {floats("values", with(momentum_names, {"hit_energy", "cluster_energy", "track_weight"})),
        labels({"pdg", "generator_status", "simulator_status", "record", "fate", "target"})}},
      {"targets",
       false,
       {floats("values", with(momentum_names, {"cluster_energy", "track_weight"})),
        labels({"class", "particle", "track", "cluster", "hit", "jet", "particles"})}},
      {"candidates",
       false,
       {floats("values", momentum_names), labels({"class", "pdg", "tracks", "clusters"})}},
      {"generator_jets", false, {floats("values", jet_names)}},
      {"target_jets", false, {floats("values", jet_names)}},
  };
  return spec;
}

Attributes schema_attributes() {
  return {{"class_names", strings(class_names)},
          {"fate_names", strings(fate_names)},
          {"status_names", strings(status_names)}};
}

}  // namespace sluice::events
