#include "stages/edm4hep/podio_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::edm4hep {

namespace {

constexpr std::string_view references = "vector<podio::ObjectID>";

bool strip(std::string_view& text, std::string_view prefix, std::string_view suffix) {
  if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) || !text.ends_with(suffix))
    return false;
  text = text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
  return true;
}

/// EDM4hep's names for podio's link templates.
std::string link_name(std::string_view ends) {
  static const std::map<std::string_view, std::string_view> known = {
      {"CalorimeterHit,edm4hep::MCParticle", "CaloHitMCParticleLink"},
      {"CalorimeterHit,edm4hep::SimCalorimeterHit", "CaloHitSimCaloHitLink"},
      {"Cluster,edm4hep::MCParticle", "ClusterMCParticleLink"},
      {"ReconstructedParticle,edm4hep::MCParticle", "RecoMCParticleLink"},
      {"Track,edm4hep::MCParticle", "TrackMCParticleLink"},
      {"TrackerHit,edm4hep::SimTrackerHit", "TrackerHitSimTrackerHitLink"},
      {"Vertex,edm4hep::ReconstructedParticle", "VertexRecoParticleLink"}};
  std::string_view bare = ends;
  (void)strip(bare, "edm4hep::", "");
  const auto found = known.find(bare);
  return found == known.end() ? "podio::Link<" + std::string(ends) + ">"
                              : "edm4hep::" + std::string(found->second);
}

/// Relations to one object come last among the numbered ones, and leave no trace among the members.
std::vector<std::string_view> to_one_relations(std::string_view type) {
  if (type.find("Association") != std::string_view::npos) {
    if (type == "edm4hep::RecoParticleVertexAssociation") return {"rec", "vertex"};
    return {"rec", "sim"};
  }
  if (type == "edm4hep::ReconstructedParticle") return {"startVertex", "particleIDUsed"};
  if (type == "edm4hep::SimTrackerHit") return {"MCParticle"};
  if (type == "edm4hep::CaloHitContribution") return {"particle"};
  if (type == "edm4hep::Vertex") return {"associatedParticle"};
  if (type == "edm4hep::RecIonizationCluster") return {"trackerPulse"};
  if (type == "edm4hep::TrackerPulse") return {"timeSeries"};
  return {};
}

bool is_number_vector(std::string_view class_name) {
  if (!strip(class_name, "vector<", ">")) return false;
  static constexpr std::array known = {"float", "double",        "int",   "unsigned int",
                                       "long",  "unsigned long", "short", "unsigned short",
                                       "char",  "unsigned char"};
  return std::find(known.begin(), known.end(), class_name) != known.end();
}

}  // namespace

std::string collection_type(std::string_view class_name) {
  if (strip(class_name, "podio::LinkCollection<", ">")) return link_name(class_name);
  (void)strip(class_name, "vector<", ">");
  if (class_name == "podio::LinkData") return "podio::Link";
  if (strip(class_name, "", "Data") || strip(class_name, "", "Collection")) return std::string(class_name);
  return {};
}

PodioNames::PodioNames(std::vector<TopBranch> branches) : branches_(std::move(branches)) {
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    index_.emplace(branches_[i].name, i);
    numbered_ = numbered_ || branches_[i].name.find('#') != std::string::npos;
  }
}

const TopBranch* PodioNames::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &branches_[found->second];
}

/// Which of the numbered branches holds a relation or a vector member of a collection. The members tell:
/// those with a _begin are first the vector members, then the relations to many, both in the order of the
/// numbers.
std::string PodioNames::numbered_name(const TopBranch& collection, std::string_view member) const {
  std::vector<std::string_view> ranges;
  for (std::string_view candidate : collection.members)
    if (strip(candidate, "", "_begin")) ranges.push_back(candidate);
  std::size_t vectors = 0;
  while (vectors < ranges.size() && find(collection.name + "_" + std::to_string(vectors)) != nullptr)
    ++vectors;
  const auto range = std::find(ranges.begin(), ranges.end(), member);
  if (range != ranges.end()) {
    const auto place = static_cast<std::size_t>(range - ranges.begin());
    return place < vectors ? collection.name + "_" + std::to_string(place)
                           : collection.name + "#" + std::to_string(place - vectors);
  }
  const auto ones = to_one_relations(collection_type(collection.class_name));
  const auto one = std::find(ones.begin(), ones.end(), member);
  if (one == ones.end()) return {};
  return collection.name + "#" +
         std::to_string(ranges.size() - vectors + static_cast<std::size_t>(one - ones.begin()));
}

std::vector<std::string> PodioNames::candidates(std::string_view name) const {
  std::vector<std::string> found = {std::string(name)};
  // A collection's name may hold no dot, so the first one ends it.
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return found;
  const std::string collection(name.substr(0, dot));
  const std::string_view rest = name.substr(dot + 1);
  const std::string_view member = rest.substr(0, rest.find('.'));
  const std::string tail(rest.substr(member.size()));
  found.push_back("_" + collection + "_" + std::string(member) + tail);
  if (member == "objects") {
    found.push_back(collection + "_objIdx" + tail);
    if (find(collection) == nullptr || find(collection)->members.empty())
      found.push_back(collection + "#0" + tail);
  }
  if (const TopBranch* branch = find(collection); branch != nullptr && numbered_)
    if (const std::string numbered = numbered_name(*branch, member); !numbered.empty())
      found.push_back(numbered + tail);
  return found;
}

/// A relation or a vector member of a collection, under any era's name.
bool PodioNames::belongs_to_collection(const TopBranch& branch) const {
  if (branch.name.starts_with("_") || branch.class_name == references) return true;
  const std::size_t end = branch.name.find_last_of('_');
  const bool numbered = end != std::string::npos && end + 1 < branch.name.size() &&
                        branch.name.find_first_not_of("0123456789", end + 1) == std::string::npos;
  return numbered_ && numbered && find(branch.name.substr(0, end)) != nullptr;
}

std::vector<Collection> PodioNames::collections(const std::set<std::string>& known) const {
  std::vector<Collection> all;
  for (const TopBranch& branch : branches_) {
    std::string_view name = branch.name;
    if (branch.class_name == references) {
      const bool subset = strip(name, "", "_objIdx") ||
                          (strip(name, "", "#0") && (find(name) == nullptr || find(name)->members.empty()));
      if (subset && find(name) == nullptr) all.push_back({std::string(name), "", std::nullopt, true});
      continue;
    }
    const bool listed = known.contains(branch.name);
    if (!listed && belongs_to_collection(branch)) continue;
    const std::string type = collection_type(branch.class_name);
    std::string_view element = branch.class_name;
    if (!type.empty() && type != "podio::GenericParameters") {
      all.push_back(
          {branch.name, type, std::nullopt, find(branch.name + "#0") != nullptr && branch.members.empty()});
    } else if (is_number_vector(branch.class_name) && strip(element, "vector<", ">")) {
      all.push_back({branch.name, "podio::UserData<" + std::string(element) + ">", std::nullopt, false});
    }
  }
  return all;
}

}  // namespace sluice::edm4hep
