// Which log a person means who names a task: tasks by name, pattern or beginning, and of those the log of one
// attempt.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/store/store.h"

namespace sluice::report {

/// The task of exactly this name; else the tasks of a stage of this name, or those that a pattern with * or ?
/// means; else those whose names begin so. An unknown name is an error that says what was probably meant.
Result<std::vector<std::string>> find_tasks(store::Store& store, const std::string& wanted);

struct TaskLog {
  std::string task;
  int attempt = 0;
  std::string path;       ///< absolute; the file may not exist (yet)
  bool is_alive = false;  ///< the attempt has not ended
  std::string outcome;    ///< of an ended one: "success"
  std::string message;
};
/// `attempt` 0: the latest.
Result<TaskLog> find_log(store::Store& store, const std::string& run_folder, const std::string& task,
                         int attempt);

}  // namespace sluice::report
