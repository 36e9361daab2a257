// From a TOML file to a TaskGraph: parse, lay the site's settings under it, fill in parameters, ask the
// programs to describe themselves, unroll. All mistakes of the file are reported together, each with its line
// and a caret.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/workflow/task_graph.h"

namespace sluice::workflow {

struct LoadOptions {
  std::string path;                                      ///< the workflow file
  std::vector<std::pair<std::string, std::string>> set;  ///< --set name=value, in order
  std::string site;                                      ///< --site NAME; empty: none
  std::string executor;                   ///< --executor NAME: for every stage; empty: as written
  std::vector<std::string> site_folders;  ///< searched after the workflow's own folder
  std::vector<std::string> data_folders;  ///< where `data` parameters look for their files
  std::string program_folder;             ///< searched for programs before PATH
  std::string search_path;                ///< PATH
  std::vector<std::string> known_executors = {"local", "slurm"};  ///< usable without an [executor.NAME] table
  std::uint64_t most_tasks = 10'000'000;  ///< a range with a digit too many is told, not tried
};

/// Runs `PROGRAM --describe` and returns its JSON; a seam, so that tests and fuzzers need no process.
/// Several programs are asked at the same time, each in a thread of its own.
using Describe = std::function<Result<json::object>(const std::string& program_path)>;

/// Nothing on error; then `diagnostics` says all there is to say.
std::optional<TaskGraph> load(const LoadOptions& options, Disk& disk, const Describe& describe,
                              Diagnostics& diagnostics);

/// The same from a text in memory (tests, fuzzing).
std::optional<TaskGraph> load_text(const std::string& text, const LoadOptions& options, Disk& disk,
                                   const Describe& describe, Diagnostics& diagnostics);

}  // namespace sluice::workflow
