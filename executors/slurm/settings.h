// Reads the `[executor.slurm]` table of a workflow or site file. Mistakes are reported where they stand, all
// at once, before anything is submitted; flags of sbatch that would break how jobs are found again are
// refused.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

struct Setting {
  std::string key;
  std::string value;  ///< scalars as TOML text without quotes, lists as JSON
  SourceRange range;
};

/// `config` comes with the engine's part and the defaults; what the settings say is laid over it. Errors go
/// to the diagnostics; then the result must not be used.
SlurmConfig parse_slurm_settings(std::span<const Setting> settings, SlurmConfig config,
                                 Diagnostics& diagnostics);

/// Why a flag of sbatch may not stand in `extra`, or "" when it may.
std::string refusal_of_flag(const std::string& flag);

}  // namespace sluice::executors::slurm
