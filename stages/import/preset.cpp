#include "stages/import/preset.h"

#include <algorithm>
#include <array>

#include "engine/base/disk.h"
#include "engine/base/toml.h"

namespace sluice::import {

namespace {

using events::Subdetector;

struct SubdetectorName {
  const char* name;
  Subdetector subdetector;
};
constexpr std::array<SubdetectorName, 4> subdetectors = {{{"ecal", Subdetector::ecal},
                                                          {"hcal", Subdetector::hcal},
                                                          {"other", Subdetector::other},
                                                          {"tracker", Subdetector::tracker}}};

class PresetParser {
 public:
  PresetParser(const TomlValue& root, Diagnostics& diagnostics) : root_(root), diagnostics_(diagnostics) {}

  void parse(Preset& preset) {
    known(root_, {"sluice_import", "field_t", "particles", "tracks", "dqdx", "clusters", "candidates", "hits",
                  "scale", "simulated_tracker_hits", "contributions", "links", "aliases"});
    const TomlMember* version = root_.find("sluice_import");
    if (version == nullptr || version->value.integer != 1)
      diagnostics_.error(root_.range, "a preset of sluice-import begins with sluice_import = 1");
    preset.field_t = number(root_, "field_t");
    preset.particles = text(root_, "particles");
    if (preset.particles.empty())
      diagnostics_.error(root_.range, "particles is missing: the collection of the record");
    preset.tracks = texts(root_, "tracks");
    preset.dqdx = text(root_, "dqdx");
    preset.clusters = texts(root_, "clusters");
    preset.candidates = text(root_, "candidates");
    preset.simulated_tracker_hits = texts(root_, "simulated_tracker_hits");
    preset.contributions = texts(root_, "contributions");
    parse_hits(preset);
    parse_links(preset);
    if (const TomlValue* aliases = table(root_, "aliases"))
      for (const TomlMember& alias : aliases->members)
        preset.aliases.emplace_back(alias.key, text(*aliases, alias.key));
  }

 private:
  void parse_hits(Preset& preset) {
    const TomlValue* hits = table(root_, "hits");
    if (hits == nullptr) return;
    std::vector<std::string> names;
    for (const SubdetectorName& entry : subdetectors) {
      names.emplace_back(entry.name);
      for (std::string& name : texts(*hits, entry.name))
        preset.hits.push_back({std::move(name), entry.subdetector, 1});
    }
    known(*hits, names);
    const TomlValue* scale = table(root_, "scale");
    if (scale == nullptr) return;
    std::vector<std::string> collections;
    for (HitCollection& collection : preset.hits) {
      collections.push_back(collection.name);
      if (scale->find(collection.name) != nullptr) collection.scale = number(*scale, collection.name);
    }
    known(*scale, collections);
  }

  void parse_links(Preset& preset) {
    const TomlValue* links = table(root_, "links");
    if (links == nullptr) return;
    known(*links, {"hits", "tracks", "clusters", "candidates"});
    preset.hit_links = texts(*links, "hits");
    preset.track_links = texts(*links, "tracks");
    preset.cluster_links = texts(*links, "clusters");
    preset.candidate_links = texts(*links, "candidates");
  }

  void known(const TomlValue& in, const std::vector<std::string>& keys) {
    for (const TomlMember& member : in.members)
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end())
        diagnostics_.error(member.key_range, "'" + member.key + "' means nothing here",
                           suggest(member.key, keys));
  }
  const TomlValue* table(const TomlValue& in, std::string_view key) {
    const TomlMember* member = in.find(key);
    if (member == nullptr) return nullptr;
    if (member->value.is_table()) return &member->value;
    return refuse(member->value, key, "a table"), nullptr;
  }
  double number(const TomlValue& in, std::string_view key) {
    const TomlMember* member = in.find(key);
    if (member == nullptr) return 0;
    if (member->value.kind == TomlValue::Kind::real) return member->value.real;
    if (member->value.kind == TomlValue::Kind::integer) return static_cast<double>(member->value.integer);
    return refuse(member->value, key, "a number"), 0;
  }
  std::string text(const TomlValue& in, std::string_view key) {
    const TomlMember* member = in.find(key);
    if (member == nullptr) return {};
    if (!member->value.is_text()) refuse(member->value, key, "a text");
    return member->value.text;
  }
  std::vector<std::string> texts(const TomlValue& in, std::string_view key) {
    const TomlMember* member = in.find(key);
    std::vector<std::string> result;
    if (member == nullptr) return result;
    if (!member->value.is_array()) return refuse(member->value, key, "a list of texts"), result;
    for (const TomlValue& item : member->value.items) {
      if (!item.is_text()) refuse(item, key, "a list of texts");
      result.push_back(item.text);
    }
    return result;
  }
  void refuse(const TomlValue& value, std::string_view key, const std::string& wanted) {
    diagnostics_.error(value.range,
                       std::string(key) + " is " + wanted + ", not " + std::string(kind_name(value.kind)));
  }

  const TomlValue& root_;
  Diagnostics& diagnostics_;
};

}  // namespace

Result<Preset> read_preset(const std::string& path, const std::string& name) {
  auto text = RealDisk().read(path);
  if (!text) return std::move(text).error();
  Diagnostics diagnostics;
  const std::uint32_t file = diagnostics.add_source(path, *std::move(text));
  Preset preset;
  preset.name = name;
  if (const auto root = parse_toml(file, diagnostics)) PresetParser(*root, diagnostics).parse(preset);
  if (diagnostics.has_errors())
    return Error{"this preset can't be used\n" + diagnostics.render(), path, "", ErrorKind::usage};
  return preset;
}

Result<std::pair<std::string, std::string>> parse_alias(const std::string& text) {
  const auto at = text.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size())
    return Error{"'" + text + "' is no alias", "--aliases",
                 "write NAME_IN_REFERENCES=NAME_IN_FILE, as MCParticle=MCParticles", ErrorKind::usage};
  return std::pair{text.substr(0, at), text.substr(at + 1)};
}

}  // namespace sluice::import
