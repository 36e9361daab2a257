#include "engine/workflow/site.h"

#include <algorithm>

#include "engine/workflow/setting.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

std::vector<std::string> folders_of(const LoadOptions& options, const std::string& workflow_folder) {
  std::vector<std::string> folders = {join_path(workflow_folder, "sites"),
                                      absolute_path(join_path(workflow_folder, "../sites"))};
  folders.insert(folders.end(), options.site_folders.begin(), options.site_folders.end());
  return folders;
}

/// A complaint about the command line, which has no line in any file.
void report_missing(const LoadOptions& options, const std::vector<std::string>& folders, Disk& disk,
                    Diagnostics& diagnostics) {
  std::vector<std::string> known;
  std::string looked;
  for (const std::string& folder : folders) {
    looked += (looked.empty() ? "looked in " : ", ") + folder;
    const auto entries = disk.list(folder);
    if (!entries) continue;
    for (const FolderEntry& entry : *entries)
      if (entry.name.ends_with(".toml")) known.push_back(entry.name.substr(0, entry.name.size() - 5));
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const std::string near = suggest(options.site, known);  // nothing where too many are known to list them
  const std::uint32_t file = diagnostics.add_source("--site", options.site);
  diagnostics.error({file, 1, 1, static_cast<std::uint32_t>(options.site.size())},
                    "there is no site '" + options.site + "'", near.empty() ? looked : near);
}

std::optional<TomlValue> read_site(const std::string& path, Disk& disk, Diagnostics& diagnostics) {
  const auto text = disk.read(path);
  if (!text) {
    diagnostics.error({diagnostics.add_source(path, ""), 0, 0, 1}, text.error().what, text.error().hint);
    return std::nullopt;
  }
  return parse_toml(diagnostics.add_source(path, *text), diagnostics);
}

void read_stages(const TomlMember& member, const Scope& scope, Site& site, Diagnostics& diagnostics) {
  for (const TomlMember& stage : member.value.members) {
    if (!stage.value.is_table()) {
      report_kind(stage, "a table", diagnostics);
      continue;
    }
    TableReader reader(site_stage_schema(), stage.value, "a stage of a site file", diagnostics);
    RunLayer layer = read_run_layer(reader, scope, diagnostics);
    if (const TomlMember* executor = reader.take("executor"))
      if (const auto name = read_text(*executor, scope, diagnostics))
        layer.executor = {*name, executor->value.range};
    reader.finish();
    site.stages.emplace(stage.key, std::move(layer));
    site.stage_ranges.emplace(stage.key, stage.key_range);
  }
}

}  // namespace

Site load_site(const LoadOptions& options, const std::string& workflow_folder, const Scope& scope, Disk& disk,
               Diagnostics& diagnostics) {
  Site site;
  if (options.site.empty()) return site;
  const std::vector<std::string> folders = folders_of(options, workflow_folder);
  std::string path;
  for (const std::string& folder : folders) {
    const std::string candidate = join_path(folder, options.site + ".toml");
    const auto stat = disk.stat(candidate);
    if (path.empty() && stat && stat->kind == FileKind::file) path = candidate;
  }
  if (path.empty() || options.site.find('/') != std::string::npos) {
    report_missing(options, folders, disk, diagnostics);
    return site;
  }
  site.root = read_site(path, disk, diagnostics);
  if (!site.root) return site;
  TableReader reader(site_schema(), *site.root, "a site file", diagnostics);
  site.top = read_run_layer(reader, scope, diagnostics);
  site.executor = reader.take("executor");
  if (const TomlMember* stages = reader.take_table("stage")) read_stages(*stages, scope, site, diagnostics);
  reader.finish();
  return site;
}

}  // namespace sluice::workflow
