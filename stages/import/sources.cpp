#include "stages/import/sources.h"

#include <initializer_list>

#include "engine/base/diagnostics.h"

namespace sluice::import {

namespace {

using edm4hep::want;

class Finder {
 public:
  Finder(const edm4hep::Reader& reader, const Preset& preset) : reader_(reader), preset_(preset) {}

  Result<Sources> find();

 private:
  template <typename T>
  Slot ask(std::string name) {
    sources_.requests.push_back(want<T>(std::move(name)));
    return sources_.requests.size() - 1;
  }
  /// The first of these that the file has.
  template <typename T>
  std::optional<Slot> ask_any(const std::string& collection, std::initializer_list<const char*> members) {
    for (const char* member : members)
      if (reader_.has(collection + "." + member)) return ask<T>(collection + "." + member);
    return std::nullopt;
  }
  template <typename T>
  Slot ask_one_of(const std::string& collection, std::initializer_list<const char*> members) {
    const auto found = ask_any<T>(collection, members);
    return found ? *found : ask<T>(collection + "." + *members.begin());  // missing: reads as nothing
  }
  RelationSlots relation(const std::string& collection, std::initializer_list<const char*> members) {
    RelationSlots slots;
    for (const char* member : members) {
      const std::string name = collection + "." + member;
      if (!reader_.has(name + ".index")) continue;
      slots.there = true;
      slots.to_many = reader_.has(name + "_begin");
      slots.begin = ask<std::uint32_t>(name + "_begin");
      slots.end = ask<std::uint32_t>(name + "_end");
      slots.index = ask<std::int32_t>(name + ".index");
      slots.id = ask<std::uint32_t>(name + ".collectionID");
      return slots;
    }
    return slots;
  }
  /// Says what is lacking.
  bool has(const std::string& collection, const char* what) {
    if (collection.empty()) return false;
    if (reader_.collection(collection) != nullptr) return true;
    lack(what, collection);
    return false;
  }
  /// One sentence for all collections that are lacking for the same purpose.
  void lack(const std::string& what, const std::string& collection) {
    for (std::string& sentence : sources_.lacking)
      if (sentence.ends_with(" (" + what + ")")) {
        sentence.insert(sentence.size() - what.size() - 3, ", " + collection);
        return;
      }
    sources_.lacking.push_back("no collection " + collection + " (" + what + ")");
  }

  void find_record();
  void find_track(const std::string& name);
  void find_cluster(const std::string& name);
  void find_hit(const HitCollection& hit);
  void find_lead(const std::string& name, const char* what);
  void find_candidates();
  void find_links(const std::vector<std::string>& names, const char* what, std::vector<LinkSource>& out);
  Error wrong_preset(const std::string& missing) const;

  const edm4hep::Reader& reader_;
  const Preset& preset_;
  Sources sources_;
};

Result<Sources> Finder::find() {
  if (reader_.collection(preset_.particles) == nullptr) return wrong_preset(preset_.particles);
  find_record();
  for (const std::string& name : preset_.tracks)
    if (has(name, "tracks")) find_track(name);
  for (const std::string& name : preset_.clusters)
    if (has(name, "clusters")) find_cluster(name);
  for (const HitCollection& hit : preset_.hits)
    if (has(hit.name, "hits")) find_hit(hit);
  if (sources_.tracks.empty() && sources_.clusters.empty() && sources_.hits.empty())
    return wrong_preset("of tracks, clusters or hits that the preset names");
  for (const std::string& name : preset_.simulated_tracker_hits) find_lead(name, "simulated tracker hits");
  for (const std::string& name : preset_.contributions) find_lead(name, "contributions to hits");
  find_candidates();
  find_links(preset_.hit_links, "links of hits", sources_.hit_links);
  find_links(preset_.track_links, "links of tracks", sources_.track_links);
  find_links(preset_.cluster_links, "links of clusters", sources_.cluster_links);
  find_links(preset_.candidate_links, "links of candidates", sources_.candidate_links);
  return std::move(sources_);
}

void Finder::find_record() {
  const std::string& name = sources_.particles = preset_.particles;
  RecordSource& record = sources_.record;
  record.pdg = ask<std::int32_t>(name + ".PDG");
  record.generator_status = ask<std::int32_t>(name + ".generatorStatus");
  record.simulator_status = ask<std::uint32_t>(name + ".simulatorStatus");
  record.charge = ask<float>(name + ".charge");
  record.px = ask<double>(name + ".momentum.x");
  record.py = ask<double>(name + ".momentum.y");
  record.pz = ask<double>(name + ".momentum.z");
  record.mass = ask<double>(name + ".mass");
  record.parents = relation(name, {"parents"});
  record.daughters = relation(name, {"daughters"});
  if (!record.parents.there && !record.daughters.there)
    sources_.lacking.push_back(name + " says nothing of parents and daughters");
}

void Finder::find_track(const std::string& name) {
  TrackSource track{};
  track.name = name;
  track.chi2 = ask<float>(name + ".chi2");
  track.ndf = ask<float>(name + ".ndf");
  track.states_begin = ask<std::uint32_t>(name + ".trackStates_begin");
  track.states_end = ask<std::uint32_t>(name + ".trackStates_end");
  const std::string states = name + ".trackStates";
  track.location = ask<std::int32_t>(states + ".location");
  track.d0 = ask<float>(states + ".D0");
  track.phi = ask<float>(states + ".phi");
  track.omega = ask<float>(states + ".omega");
  track.z0 = ask<float>(states + ".Z0");
  track.tan_lambda = ask<float>(states + ".tanLambda");
  track.time = ask<float>(states + ".time");
  track.reference_x = ask<float>(states + ".referencePoint.x");
  track.reference_y = ask<float>(states + ".referencePoint.y");
  track.radius = ask_any<float>(name, {"radiusOfInnermostHit"});
  track.dedx = ask_any<float>(name, {"dEdx"});
  track.dedx_error = ask_any<float>(name, {"dEdxError"});
  if (!track.dedx && has(preset_.dqdx, "dE/dx of tracks")) {
    track.dedx = ask_any<float>(preset_.dqdx, {"dQdx.value"});
    track.dedx_error = ask_any<float>(preset_.dqdx, {"dQdx.error"});
    track.dedx_track = relation(preset_.dqdx, {"track"});
  }
  sources_.tracks.push_back(track);
}

void Finder::find_cluster(const std::string& name) {
  ClusterSource cluster{};
  cluster.name = name;
  cluster.energy = ask<float>(name + ".energy");
  cluster.x = ask<float>(name + ".position.x");
  cluster.y = ask<float>(name + ".position.y");
  cluster.z = ask<float>(name + ".position.z");
  cluster.theta = ask_any<float>(name, {"iTheta"});
  cluster.phi = ask_any<float>(name, {"iPhi", "phi"});
  cluster.hits = relation(name, {"hits"});
  sources_.clusters.push_back(cluster);
}

void Finder::find_hit(const HitCollection& hit) {
  HitSource source{};
  source.name = hit.name;
  source.subdetector = hit.subdetector;
  source.scale = hit.scale;
  source.energy = ask_one_of<float>(hit.name, {"energy", "eDep", "EDep"});
  source.x = ask_one_of<float>(hit.name, {"position.x"});
  source.y = ask_one_of<float>(hit.name, {"position.y"});
  source.z = ask_one_of<float>(hit.name, {"position.z"});
  source.time = ask_any<float>(hit.name, {"time"});
  source.type = ask_any<std::int32_t>(hit.name, {"type"});
  source.contributions = relation(hit.name, {"contributions"});
  source.particle = relation(hit.name, {"particle", "MCParticle"});
  sources_.hits.push_back(source);
}

void Finder::find_lead(const std::string& name, const char* what) {
  if (!has(name, what)) return;
  LeadSource lead;
  lead.name = name;
  lead.energy = ask_any<float>(name, {"energy"});
  lead.particle = relation(name, {"particle", "MCParticle"});
  sources_.leads.push_back(lead);
}

void Finder::find_candidates() {
  const std::string& name = preset_.candidates;
  if (!has(name, "candidates")) return;
  CandidateSource source{};
  source.name = name;
  source.pdg = ask_one_of<std::int32_t>(name, {"PDG", "type"});
  source.charge = ask<float>(name + ".charge");
  source.px = ask<double>(name + ".momentum.x");
  source.py = ask<double>(name + ".momentum.y");
  source.pz = ask<double>(name + ".momentum.z");
  source.energy = ask<double>(name + ".energy");
  source.tracks = relation(name, {"tracks"});
  source.clusters = relation(name, {"clusters"});
  sources_.candidates = source;
}

void Finder::find_links(const std::vector<std::string>& names, const char* what,
                        std::vector<LinkSource>& out) {
  for (const std::string& name : names) {
    if (!has(name, what)) continue;
    LinkSource link;
    link.name = name;
    link.weight = ask_any<float>(name, {"weight"});
    link.from = relation(name, {"from", "rec"});
    link.to = relation(name, {"to", "sim"});
    if (link.from.there && link.to.there)
      out.push_back(link);
    else
      sources_.lacking.push_back(name + " is no collection of links (" + what + ")");
  }
}

Error Finder::wrong_preset(const std::string& missing) const {
  std::vector<std::string> names;
  for (const edm4hep::Collection& collection : reader_.collections()) names.push_back(collection.name);
  std::string hint = suggest(missing, names);
  if (!hint.empty()) hint += "; ";
  hint += "another --detector may fit this file; sluice-import --list FILE shows what is in it";
  return Error{"the file has no collection " + missing + ", as the preset " + preset_.name + " expects",
               reader_.path(), hint, ErrorKind::data};
}

}  // namespace

Result<Sources> find_sources(const edm4hep::Reader& reader, const Preset& preset) {
  return Finder(reader, preset).find();
}

}  // namespace sluice::import
