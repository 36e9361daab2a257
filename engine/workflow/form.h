// The private half of a TaskGraph: what it keeps of the drafts to put command lines together when they are
// asked for.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/task_graph.h"

namespace sluice::workflow {

struct LaunchForm {
  std::vector<CompiledWord> argv;
  EnvWords env;
  bool arguments_file = false;
};

struct TaskGraph::Form {
  LaunchForm task;
  LaunchForm trial;
  /// By key: the path behind each of its values; empty for keys that have none.
  std::vector<std::unordered_map<std::string, std::string>> key_paths;
};

struct TaskGraph::NameIndex {
  std::vector<TaskIndex> slots;  ///< open addressing over the hashes of the names; no_task is an empty slot
};

}  // namespace sluice::workflow
