#include "engine/cli/last_run.h"

#include <algorithm>

#include "engine/base/process.h"
#include "engine/cli/workspace.h"
#include "executors/local/ended_attempts.h"

namespace sluice::cli {

std::unordered_set<std::string> ended_here(const Arguments& arguments) {
  RealDisk disk;
  return executors::ended_attempts(disk, layout(arguments).runners());
}

void tell_of_other_params(const Arguments& arguments, const workflow::TaskGraph& graph, store::Store& store,
                          Console& console) {
  const auto last = store.last_run();
  if (!last || !*last || absolute_path((*last)->info.workflow_path) != absolute_path(graph.workflow_path))
    return;
  const auto given = settings(arguments);
  const auto is_given = [&](const std::string& name) {
    return given &&
           std::any_of(given->begin(), given->end(), [&](const auto& one) { return one.first == name; });
  };
  for (const auto& [name, before] : (*last)->info.params) {
    const auto now = std::find_if(graph.params.begin(), graph.params.end(),
                                  [&](const auto& one) { return one.first == name; });
    if (now == graph.params.end() || now->second == before || is_given(name)) continue;
    console.err << "sluice: " << name << " = " << now->second << ", it was " << before
                << " in the last run here; `--set " << shell_word(name + "=" + before)
                << "` would give that again\n";
  }
  console.err << std::flush;
}

}  // namespace sluice::cli
