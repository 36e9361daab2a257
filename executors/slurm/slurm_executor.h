// Attempts as Slurm jobs: the shell around SlurmCore (core.h), which holds all the rules. Here are only the
// loop's timer, the processes, and the engine's calls.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "executors/executor.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

/// `config` needs its folder and runner_program. Fails when there is no sbatch here.
Result<std::unique_ptr<Executor>> make_slurm(boost::asio::io_context& loop, EventSink sink,
                                             SlurmConfig config);

}  // namespace sluice::executors::slurm
