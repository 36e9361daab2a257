// Stands in for sluice-runner on the nodes of a fake cluster: finds in the job script what a real node would
// run, claims the attempt, and leaves the exit record that the scenario asks for.
#pragma once

#include <string>

#include "engine/base/disk.h"
#include "executors/executor.h"
#include "tests/slurm/fake/fake_slurm.h"

namespace sluice::tests {

/// The spec path in a job script that Sluice wrote; empty if it can't be found.
std::string spec_path_in(Disk& disk, const std::string& script, long array_index);

/// False when another job has claimed the attempt: a real runner would have done nothing.
bool play_runner(Disk& disk, const Effect& effect, std::int64_t now_ns);

}  // namespace sluice::tests
