#include "engine/workflow/setting.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr int most_cpus = 1'000'000;
constexpr int most_gpus = 100'000;

void report_division(const char* key, SourceRange range, int total, int ranks, Diagnostics& diagnostics) {
  diagnostics.error(range, std::string("'") + key + "' is the total of the task: " + std::to_string(total) +
                               " can't be divided over " + std::to_string(ranks) + " ranks");
}

template <typename Value>
void lay_value(const std::optional<Value>& upper, std::optional<Value>& lower) {
  if (upper) lower = upper;
}

}  // namespace

ResourceLayer read_resources(const TomlMember& table, const Scope& scope, Diagnostics& diagnostics) {
  ResourceLayer layer;
  if (!table.value.is_table()) {
    report_kind(table, "a table", diagnostics, "resources = { cpus = 4, memory = \"8 GB\", time = \"2 h\" }");
    return layer;
  }
  TableReader reader(resources_schema(), table.value, "'resources'", diagnostics);
  if (const TomlMember* member = reader.take("cpus")) {
    layer.cpus = read_count(*member, 1, most_cpus, scope, diagnostics);
    layer.cpus_range = member->value.range;
  }
  if (const TomlMember* member = reader.take("memory"))
    layer.memory_bytes = read_bytes(*member, scope, diagnostics);
  if (const TomlMember* member = reader.take("gpus")) {
    layer.gpus = read_count(*member, 0, most_gpus, scope, diagnostics);
    layer.gpus_range = member->value.range;
  }
  if (const TomlMember* member = reader.take("ranks"))
    layer.ranks = read_count(*member, 1, most_cpus, scope, diagnostics);
  if (const TomlMember* member = reader.take("time"))
    layer.time_s = read_seconds(*member, scope, diagnostics);
  reader.finish();
  return layer;
}

void lay(const ResourceLayer& upper, ResourceLayer& lower) {
  if (upper.cpus) lower.cpus_range = upper.cpus_range;
  if (upper.gpus) lower.gpus_range = upper.gpus_range;
  lay_value(upper.cpus, lower.cpus);
  lay_value(upper.memory_bytes, lower.memory_bytes);
  lay_value(upper.gpus, lower.gpus);
  lay_value(upper.ranks, lower.ranks);
  lay_value(upper.time_s, lower.time_s);
}

executors::Resources total(const ResourceLayer& layer, Diagnostics& diagnostics) {
  executors::Resources resources;
  resources.ranks = layer.ranks.value_or(1);
  resources.cpus = layer.cpus.value_or(resources.ranks);
  resources.gpus = layer.gpus.value_or(0);
  resources.memory_bytes = layer.memory_bytes.value_or(0);
  resources.time_s = layer.time_s.value_or(0);
  if (resources.cpus % resources.ranks != 0)
    report_division("cpus", layer.cpus_range, resources.cpus, resources.ranks, diagnostics);
  const bool shared =
      resources.gpus > 0 && resources.ranks % resources.gpus == 0;  // several ranks on one GPU
  if (resources.gpus % resources.ranks != 0 && !shared)
    report_division("gpus", layer.gpus_range, resources.gpus, resources.ranks, diagnostics);
  return resources;
}

RunLayer read_run_layer(TableReader& reader, const Scope& scope, Diagnostics& diagnostics) {
  RunLayer layer;
  if (const TomlMember* resources = reader.take("resources"))
    layer.resources = read_resources(*resources, scope, diagnostics);
  if (const TomlMember* retry = reader.take("retry")) layer.retry = read_retry(*retry, scope, diagnostics);
  layer.pools = reader.take("pools");
  return layer;
}

void lay(const RunLayer& upper, RunLayer& lower) {
  if (!upper.executor.name.empty()) lower.executor = upper.executor;
  lay(upper.resources, lower.resources);
  lay(upper.retry, lower.retry);
  if (upper.pools != nullptr) lower.pools = upper.pools;
}

}  // namespace sluice::workflow
