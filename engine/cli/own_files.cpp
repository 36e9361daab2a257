#include "engine/cli/own_files.h"

#include <algorithm>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::cli {

namespace {

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
  std::vector<std::string> own = graph.files;
  own.push_back(absolute_path(graph.workflow_path));
  std::sort(own.begin(), own.end());
  const std::string folder = absolute_path(run_folder);
  bool spared = true;
  for (const workflow::Stage& stage : graph.stages)
    for (std::uint32_t output = 0; output < stage.outputs.size(); ++output)
      for (std::uint32_t i = 0; i < stage.task_count; ++i) {
        const std::string& path = graph.output_path(stage.first_task + i, output);
        const std::string file = file_at(own, join_path(folder, path));
        if (file.empty()) continue;
        diagnostics.error(stage.outputs[output].range,
                          "the output '" + path + "' would replace " + file + ", which the workflow reads",
                          "name another path, or another run folder with --dir");
        spared = false;
        break;  // one task says it for all
      }
  return spared;
}

}  // namespace sluice::cli
