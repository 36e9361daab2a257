// sites/NAME.toml: what one machine adds to every workflow. A site says where and how things run, never what
// they compute, so moving a workflow to another machine never makes a task run again. Its settings lie under
// the workflow's: where both speak, the workflow is heard.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/base/diagnostics.h"
#include "engine/base/disk.h"
#include "engine/base/toml.h"
#include "engine/workflow/load.h"
#include "engine/workflow/settings.h"

namespace sluice::workflow {

struct Site {
  std::optional<TomlValue> root;  ///< what the pointers point into
  RunLayer top;
  const TomlMember* executor = nullptr;  ///< the default, or the executors' tables
  std::map<std::string, RunLayer, std::less<>> stages;
  std::map<std::string, SourceRange, std::less<>> stage_ranges;
};

/// Finds and reads the site that the options name; reports when there is none, or what is wrong with it.
Site load_site(const LoadOptions& options, const std::string& workflow_folder, const Scope& scope, Disk& disk,
               Diagnostics& diagnostics);

}  // namespace sluice::workflow
