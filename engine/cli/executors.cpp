#include "engine/cli/executors.h"

#include <algorithm>

#include "engine/base/units.h"
#include "engine/cli/machine.h"
#include "engine/cli/world.h"
#include "executors/external/external_executor.h"
#include "executors/external/settings.h"
#include "executors/local/local_executor.h"
#include "executors/slurm/settings.h"
#include "executors/slurm/slurm_executor.h"

namespace sluice::cli {

namespace {

using executors::Executor;

Result<std::unique_ptr<Executor>> make_local_executor(const ExecutorChoices& choices,
                                                      boost::asio::io_context& io,
                                                      executors::EventSink sink) {
  executors::LocalConfig config;
  config.runners_folder = choices.layout.runners();
  config.cpu_slots = choices.cpu_slots;
  config.gpu_slots = usable_gpus();
  config.memory_bytes = usable_memory_bytes();
  return executors::make_local(io, std::move(sink), std::move(config));
}

/// The table [executor.NAME], or nothing.
const workflow::ExecutorSettings* table_of(const workflow::TaskGraph& graph, const std::string& name) {
  for (const auto& each : graph.executors)
    if (each.name == name) return &each;
  return nullptr;
}

/// What a table is: its `type`, else its name.
std::string type_of(const workflow::TaskGraph& graph, const std::string& name) {
  const auto* table = table_of(graph, name);
  const std::string* type = table == nullptr ? nullptr : table->find("type");
  return type == nullptr ? name : *type;
}

template <typename Setting>
std::vector<Setting> settings_of(const workflow::TaskGraph& graph, const std::string& name) {
  std::vector<Setting> settings;
  if (const auto* table = table_of(graph, name))
    for (const auto& each : table->settings)
      if (each.key != "type") settings.push_back({each.key, each.value, each.range});
  return settings;
}

/// With the messages that were added since there were `before` of them: each has its line and caret.
Error wrong_settings(const ExecutorChoices& choices, const std::string& name, std::size_t before) {
  std::string messages;
  const auto& all = choices.diagnostics->all();
  for (std::size_t i = before; i < all.size(); ++i) messages += choices.diagnostics->render(all[i]);
  if (!messages.empty()) messages.pop_back();  // its last line is ended by whoever shows it
  return {"the settings of the executor '" + name + "' are wrong", "", messages, ErrorKind::data};
}

Result<std::unique_ptr<Executor>> make_slurm_executor(const ExecutorChoices& choices, const std::string& name,
                                                      boost::asio::io_context& io,
                                                      executors::EventSink sink) {
  executors::slurm::SlurmConfig config;
  config.folder = choices.layout.home() + "/slurm";
  config.runner_program = own_program_folder() + "/sluice-runner";
  const std::size_t before = choices.diagnostics->all().size();
  config = executors::slurm::parse_slurm_settings(
      settings_of<executors::slurm::Setting>(*choices.graph, name), config, *choices.diagnostics);
  if (choices.diagnostics->all().size() > before && choices.diagnostics->has_errors())
    return wrong_settings(choices, name, before);
  return executors::slurm::make_slurm(io, std::move(sink), std::move(config));
}

/// Anything else is a plug-in: sluice-executor-TYPE, or the program that the table names.
Result<std::unique_ptr<Executor>> make_plugin(const ExecutorChoices& choices, const std::string& name,
                                              boost::asio::io_context& io, executors::EventSink sink) {
  executors::external::ExternalConfig config;
  config.name = name;
  config.type = type_of(*choices.graph, name);
  if (const auto* table = table_of(*choices.graph, name)) config.range = table->range;
  config.folder = choices.layout.home() + "/external/" + name;
  config.runner_program = own_program_folder() + "/sluice-runner";
  const std::size_t before = choices.diagnostics->all().size();
  config = executors::external::read_settings(settings_of<executors::external::Setting>(*choices.graph, name),
                                              std::move(config),
                                              parent_path(absolute_path(choices.graph->workflow_path)),
                                              executors::external::usual_places(), *choices.diagnostics);
  if (choices.diagnostics->all().size() > before && choices.diagnostics->has_errors())
    return wrong_settings(choices, name, before);
  return executors::external::make_external(io, std::move(sink), std::move(config), choices.diagnostics);
}

Error cannot_give(const std::string& stage, const std::string& what,
                  const executors::Capabilities& executor) {
  return {
      "stage '" + stage + "' asks for " + what + ", which the executor '" + executor.name + "' does not have",
      "", "ask for less in its `resources`, or run it elsewhere with `executor = \"…\"`", ErrorKind::data};
}

}  // namespace

run::MakeExecutor executor_factory(const ExecutorChoices& choices) {
  return [choices](const std::string& name, boost::asio::io_context& io,
                   executors::EventSink sink) -> Result<std::unique_ptr<Executor>> {
    const std::string type = type_of(*choices.graph, name);
    auto executor = type == "local"   ? make_local_executor(choices, io, std::move(sink))
                    : type == "slurm" ? make_slurm_executor(choices, name, io, std::move(sink))
                                      : make_plugin(choices, name, io, std::move(sink));
    if (!executor) return executor;
    return watched(std::move(*executor));
  };
}

Status check_demands(const workflow::TaskGraph& graph,
                     const std::vector<executors::Capabilities>& capabilities) {
  const auto names = run::executors_used(graph);
  const auto check = [&](const std::string& stage, const std::string& executor,
                         const executors::Resources& asked) -> Status {
    const auto index = std::find(names.begin(), names.end(), executor) - names.begin();
    const auto& there = capabilities[static_cast<std::size_t>(index)];
    if (there.cpu_slots > 0 && asked.gpus > there.gpu_slots)
      return cannot_give(stage, std::to_string(asked.gpus) + (asked.gpus == 1 ? " GPU" : " GPUs"), there);
    if (there.memory_bytes > 0 && asked.memory_bytes > there.memory_bytes)
      return cannot_give(stage, format_bytes(asked.memory_bytes) + " of memory", there);
    return Ok{};
  };
  for (const auto& stage : graph.stages) {
    if (auto fits = check(stage.name, stage.executor, stage.resources); !fits) return fits;
    if (stage.trials)
      if (auto fits = check(stage.name, stage.trials->executor, stage.trials->resources); !fits) return fits;
  }
  return Ok{};
}

}  // namespace sluice::cli
