// What an attempt has left in its folder: the runner's exit record, its claim, its heart beat. It stands
// above whatever a batch system or a plug-in says, and reading it needs neither, so it works when they are
// away, have forgotten the job, or never had a database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/disk.h"
#include "executors/executor.h"

namespace sluice::executors {

struct Evidence {
  std::optional<ExitRecord> record;  ///< of the latest start
  bool claimed = false;              ///< a runner has begun
  bool barred = false;               ///< none has, and none will
  std::size_t claims = 0;            ///< more than one: the batch system has started the job again
  std::int64_t beat = 0;  ///< changes while a runner is alive; compared with itself, never with a clock
  std::string damage;     ///< a record is there, but can't be read (yet)
};

Evidence look_for_evidence(Disk& disk, const std::string& folder, const Token& token);

/// Makes sure that nobody begins the attempt any more: a job of it that arrives late, whatever batch system
/// it slept in, ends at once. So what is told to be absent is. False: a runner has begun before. It is a
/// folder in the place of the runner's claim: a folder is never moved onto a file, and no file is linked over
/// a folder, so of the two that try one succeeds, from whatever machines.
Result<bool> bar(Disk& disk, const std::string& folder);
/// The attempt is to be started after all.
Status unbar(Disk& disk, const std::string& folder);

}  // namespace sluice::executors
