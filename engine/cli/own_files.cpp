#include "engine/cli/own_files.h"

#include <algorithm>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::cli {

namespace {

/// Those in the run folder, as outputs are named: relative to it, sorted.
std::vector<std::string> inside(const std::string& run_folder, const workflow::TaskGraph& graph) {
  std::string folder = absolute_path(run_folder);
  if (!folder.ends_with('/')) folder += '/';
  std::vector<std::string> names;
  const auto add = [&](const std::string& path) {
    if (path.starts_with(folder)) names.push_back(path.substr(folder.size()));
  };
  for (const std::string& path : graph.files) add(path);
  add(absolute_path(graph.workflow_path));
  std::sort(names.begin(), names.end());
  return names;
}

/// The file of the user's that is at `path` or below it; empty when there is none.
std::string file_at(const std::vector<std::string>& sorted, const std::string& path) {
  if (std::binary_search(sorted.begin(), sorted.end(), path)) return path;
  const std::string below = path + "/";
  const auto next = std::lower_bound(sorted.begin(), sorted.end(), below);
  return next != sorted.end() && next->starts_with(below) ? *next : "";
}

}  // namespace

bool spares_own_files(const workflow::TaskGraph& graph, const std::string& run_folder,
                      Diagnostics& diagnostics) {
  const std::vector<std::string> own = inside(run_folder, graph);
  if (own.empty()) return true;
  bool spared = true;
  for (const workflow::Stage& stage : graph.stages)
    for (std::uint32_t output = 0; output < stage.outputs.size(); ++output)
      for (std::uint32_t i = 0; i < stage.task_count; ++i) {
        const std::string& path = graph.output_path(stage.first_task + i, output);
        const std::string file = file_at(own, path);
        if (file.empty()) continue;
        diagnostics.error(stage.outputs[output].range,
                          "the output '" + path + "' would replace " +
                              join_path(absolute_path(run_folder), file) + ", which the workflow reads",
                          "name another path, or another run folder with --dir");
        spared = false;
        break;  // one task says it for all
      }
  return spared;
}

}  // namespace sluice::cli
