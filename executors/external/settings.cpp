#include "executors/external/settings.h"

#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include "engine/base/json.h"

namespace sluice::executors::external {

namespace {

using Words = std::vector<std::string>;

Words split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// A text, or a list of texts.
std::optional<Words> words_of(const Setting& setting, const std::string& what, Diagnostics& diagnostics) {
  Words words;
  if (!setting.value.starts_with('[')) {
    words.push_back(setting.value);
  } else if (const auto parsed = parse_json(setting.value, ""); parsed && parsed->is_array()) {
    for (const auto& item : parsed->get_array())
      words.emplace_back(item.is_string() ? std::string(item.get_string()) : "");
  }
  bool whole = !words.empty();
  for (const auto& word : words) whole = whole && !word.empty();
  if (whole) return words;
  diagnostics.error(setting.range, "'" + setting.key + "' is " + what + ", not '" + setting.value + "'");
  return std::nullopt;
}

}  // namespace

ExternalConfig read_settings(std::span<const Setting> settings, ExternalConfig config,
                             const std::string& workflow_folder, PluginPlaces places,
                             Diagnostics& diagnostics) {
  places.workflow_folder = workflow_folder;
  const Setting* program = nullptr;
  for (const auto& setting : settings) {
    if (setting.key == "program") {
      program = &setting;
      if (auto words = words_of(setting, "a program, or a list of it and its arguments", diagnostics))
        config.command = std::move(*words);
    } else if (setting.key == "mpi") {
      auto words = words_of(setting, "a command like \"srun --mpi=pmix\"", diagnostics);
      if (words && words->size() == 1) words = split(words->front());
      // mpirun finds its nodes by itself; what else it needs the runner knows.
      if (words) config.launcher = *words == Words{"mpirun"} ? Words{} : std::move(*words);
    } else if (setting.key == "pass_env") {
      if (auto words = words_of(setting, "a list of variables", diagnostics))
        config.pass_env = std::move(*words);
    } else if (setting.key == "runner") {
      config.runner_program = setting.value;
      if (!setting.value.starts_with('/'))
        diagnostics.error(setting.range,
                          "'runner' is the path of sluice-runner where attempts run, an absolute path");
    } else {
      config.settings.push_back(setting);
    }
  }
  if (program == nullptr) {
    auto found = find_plugin(config.type.empty() ? config.name : config.type, places);
    if (found)
      config.command = {found->path};
    else
      diagnostics.error(config.range, found.error().what, found.error().hint);
  } else if (!config.command.empty()) {
    auto path = find_program_of_plugin(config.command.front(), workflow_folder, places);
    if (path)
      config.command.front() = *path;
    else
      diagnostics.error(program->range, path.error().what, path.error().hint);
  }
  return config;
}

}  // namespace sluice::executors::external
