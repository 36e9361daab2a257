// What the runner of an attempt has left in its folder (executors/evidence.h), and whether that runner lives:
// plug-ins may be on its machine. A claim under a name that nobody runs bars an attempt.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/base/result.h"
#include "executors/evidence.h"
#include "executors/executor.h"

namespace sluice::executors::external {

struct Evidence : executors::Evidence {
  Liveness runner = Liveness::unknown;
};

Evidence look_for_evidence(Disk& disk, Processes& processes, const std::string& folder, const Token& token);

/// Makes sure that nobody starts the attempt any more: a runner that comes late finds it claimed. False: one
/// has claimed it before.
Result<bool> bar(const std::string& folder, const Token& token);
/// The attempt is to be started after all.
Status unbar(Disk& disk, const std::string& folder);

}  // namespace sluice::executors::external
