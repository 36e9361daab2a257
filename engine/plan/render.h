// The command line that really runs: inputs as absolute paths of artifacts, outputs as absolute paths in the
// attempt folder. Where the fingerprint sees contents, this sees paths.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/workflow/task_graph.h"

namespace sluice::plan {

struct CommandLine {
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> env;
  std::string
      arguments_file;  ///< to be written to ATTEMPT/args.txt before the start; empty: argv says it all
};

struct Places {
  std::string run_folder;      ///< absolute
  std::string attempt_folder;  ///< absolute
};

constexpr std::size_t longest_argv = 64UL << 10U;  ///< bytes; above, stages get @args.txt
constexpr const char* arguments_file_name = "args.txt";

/// `lost`: tasks whose tolerated loss leaves a gap in a list input.
CommandLine render(const workflow::TaskGraph& graph, workflow::TaskIndex task, const Places& places,
                   const std::function<bool(workflow::TaskIndex)>& lost);
/// The command that starts a trial of `owner`, before its own flags are added.
CommandLine render_trial(const workflow::TaskGraph& graph, workflow::TaskIndex owner, const Places& places,
                         const std::function<bool(workflow::TaskIndex)>& lost);

/// Where an attempt writes an output, relative to its folder: the output's own file name, where that is free.
std::string attempt_output(const workflow::TaskGraph& graph, workflow::TaskIndex task, std::uint32_t output);

}  // namespace sluice::plan
