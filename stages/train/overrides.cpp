#include "stages/train/overrides.h"

#include <algorithm>

#include "engine/base/toml.h"

namespace sluice::train {

namespace {

using model::SettingValue;

std::vector<std::string> known_names() {
  auto names = model::setting_names<model::ModelConfig>();
  const auto more = model::setting_names<Settings>();
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

/// A setting may be written with - instead of _.
std::string with_underscores(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// False: there is no such setting.
bool set_any(const std::string& name, const SettingValue& value, model::ModelConfig& config,
             Settings& settings, std::optional<std::string>& problem) {
  const std::string wanted = with_underscores(name);
  return model::set_field(config, wanted, value, problem) ||
         model::set_field(settings, wanted, value, problem);
}

/// `config` and `settings` are checked against every value, and take those that are not `given`.
void apply_table(const TomlValue& table, bool top, const std::set<std::string>& given,
                 Diagnostics& diagnostics, model::ModelConfig& config, Settings& settings) {
  auto unused = std::pair(config, settings);
  for (const TomlMember& member : table.members) {
    if (member.value.is_table()) {
      if (top && (member.key == "parameters" || member.key == "model" || member.key == "train"))
        apply_table(member.value, false, given, diagnostics, config, settings);
      continue;  // what else a sweep notes is not for us
    }
    const auto value = model::setting_value(member.value);
    std::optional<std::string> problem;
    const bool stays = given.contains(with_underscores(member.key));
    const bool known = set_any(member.key, value.value_or(SettingValue(std::string("\n"))),
                               stays ? unused.first : config, stays ? unused.second : settings, problem);
    if (!known && !top)
      diagnostics.error(member.key_range, "unknown setting '" + member.key + "'",
                        suggest(with_underscores(member.key), known_names()));
    else if (problem)
      diagnostics.error(member.value.range, "'" + member.key + "' has to be " + *problem);
  }
}

}  // namespace

Status apply_toml(Disk& disk, const std::string& path, const std::set<std::string>& given,
                  model::ModelConfig& config, Settings& settings) {
  auto text = disk.read(path);
  if (!text) return std::move(text).error();
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source(path, *std::move(text));
  const auto root = parse_toml(file, diagnostics);
  if (root) {
    // Settings at the top: then each of them has to be one.
    const bool nested = root->find("parameters") != nullptr || root->find("model") != nullptr ||
                        root->find("train") != nullptr;
    apply_table(*root, nested, given, diagnostics, config, settings);
  }
  if (diagnostics.has_errors()) return Error{diagnostics.render(), "", "", ErrorKind::data};
  return Ok{};
}

Status apply_parameters(const json::object& parameters, const std::string& where, model::ModelConfig& config,
                        Settings& settings) {
  for (const auto& [key, item] : parameters) {
    const std::string name(key);
    const auto value = model::setting_value(item);
    std::optional<std::string> problem;
    if (!set_any(name, value.value_or(SettingValue(std::string("\n"))), config, settings, problem))
      return Error{"unknown setting '" + name + "'", where, suggest(with_underscores(name), known_names()),
                   ErrorKind::usage};
    if (problem)
      return Error{"'" + name + "' has to be " + *problem, where, "change the study's space",
                   ErrorKind::usage};
  }
  return Ok{};
}

std::string identity_text(const model::ModelConfig& config, const Settings& settings) {
  return "[model]\n" + model::to_toml(config) + "\n[train]\n" + model::to_toml(settings);
}

}  // namespace sluice::train
