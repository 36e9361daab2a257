#include "stages/model/definition/config.h"

#include <array>

namespace sluice::model {

const std::string& ModelConfig::mode(int quantity) const {
  const std::array<const std::string*, quantities> all = {&pt_mode, &eta_mode, &sin_phi_mode, &cos_phi_mode,
                                                          &energy_mode};
  return *all[static_cast<std::size_t>(quantity)];
}

Status check(const ModelConfig& config) {
  const auto wrong = [](std::string what, std::string where, std::string hint) -> Status {
    return Error{std::move(what), std::move(where), std::move(hint), ErrorKind::usage};
  };
  if (config.width % config.heads != 0)
    return wrong("a width of " + std::to_string(config.width) + " can't be shared by " +
                     std::to_string(config.heads) + " heads",
                 "heads", "choose a number of heads that divides the width");
  if (config.max_bins % 2 != 0)
    return wrong("hashes come in pairs: " + std::to_string(config.max_bins) + " is odd", "max_bins",
                 "choose an even number");
  return Ok{};
}

Result<ModelConfig> parse_model_toml(std::string text, const std::string& path) {
  Diagnostics diagnostics;
  const auto file = diagnostics.add_source(path, std::move(text));
  ModelConfig config;
  const auto root = parse_toml(file, diagnostics);
  const TomlMember* table = root ? root->find("model") : nullptr;
  if (root && (table == nullptr || !table->value.is_table()))
    diagnostics.error({file, 0, 0, 1}, "no table [model]", "is this a model.toml?");
  else if (root)
    for (const TomlMember& member : table->value.members) {
      const auto value = setting_value(member.value);
      std::optional<std::string> problem;
      if (!set_field(config, member.key, value.value_or(SettingValue(std::string("\n"))), problem))
        diagnostics.error(member.key_range, "unknown setting '" + member.key + "'",
                          suggest(member.key, setting_names<ModelConfig>()));
      else if (problem)
        diagnostics.error(member.value.range, "'" + member.key + "' has to be " + *problem);
    }
  if (diagnostics.has_errors()) return Error{diagnostics.render(), "", "", ErrorKind::data};
  if (auto checked = check(config); !checked) {
    Error error = std::move(checked).error();
    error.kind = ErrorKind::data;
    error.where = path + ": " + error.where;
    return error;
  }
  return config;
}

std::string model_toml(const ModelConfig& config) {
  return "# The shape of the network whose weights are in weights.h5 (docs/models.md).\nsluice_model = "
         "1\n\n[model]\n" +
         to_toml(config);
}

}  // namespace sluice::model
