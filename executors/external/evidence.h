// What the runner of an attempt has left in its folder: an exit record, a claim, a heart beat. It stands
// above whatever a plug-in says, and can be read when no plug-in runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "engine/base/result.h"
#include "executors/executor.h"

namespace sluice::executors::external {

struct Evidence {
  std::optional<ExitRecord> record;  ///< of the latest start
  bool claimed = false;              ///< a runner has begun
  Liveness runner = Liveness::unknown;
  std::int64_t beat = 0;  ///< changes while a runner is alive; compared with itself, never with a clock
  std::string damage;     ///< a record is there, but can't be read (yet)
};

Evidence look_for_evidence(Disk& disk, Processes& processes, const std::string& folder, const Token& token);

/// Makes sure that nobody starts the attempt any more: a runner that comes late finds it claimed. False: one
/// has claimed it before.
Result<bool> bar(const std::string& folder, const Token& token);
/// The attempt is to be started after all.
Status unbar(Disk& disk, const std::string& folder);

}  // namespace sluice::executors::external
