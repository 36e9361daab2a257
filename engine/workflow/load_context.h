// What the steps of loading one workflow share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/workflow/draft.h"
#include "engine/workflow/load.h"
#include "engine/workflow/params.h"
#include "engine/workflow/program.h"
#include "engine/workflow/settings.h"
#include "engine/workflow/site.h"

namespace sluice::workflow {

struct LoadContext {
  const LoadOptions& options;
  Disk& disk;
  Diagnostics& diagnostics;
  std::string folder;  ///< of the workflow file, absolute
  Programs programs;
  Params params;
  Site site;

  RunLayer top;  ///< defaults for all stages: the workflow's over the site's
  EnvWords env;  ///< for all stages
  std::vector<Pool> pools;
  std::vector<ExecutorSettings> executors;

  /// Parameters only: the scope of everything that is the same for all tasks of a stage.
  Scope setting_scope(const StageDraft* stage) const;
  /// Parameters and keys.
  Scope task_scope(const StageDraft& stage) const;
};

}  // namespace sluice::workflow
