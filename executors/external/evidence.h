// What the runner of an attempt has left in its folder (executors/evidence.h), and whether that runner lives:
// plug-ins may be on its machine.
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

}  // namespace sluice::executors::external
