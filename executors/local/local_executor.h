// Attempts on this machine. The executor itself starts nothing: it talks to a runner (executors/runner), a
// process that goes on when the driver dies, and finds the runners of earlier drivers by their folders. A
// live one is asked, a dead one's journal is read.
//
// What it expects of the engine: after a start, `attach` with every token that the engine holds unfinished
// (none is fine) before anything is submitted; and `shutdown` only when all that was told has been recorded,
// because then the evidence of finished runners is removed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "executors/executor.h"

namespace sluice::executors {

struct LocalConfig {
  std::string runners_folder;  ///< absolute, for example RUN/.sluice/runners; made when needed
  int cpu_slots = 0;           ///< 0: as many as this process may use
  int gpu_slots = 0;
  std::uint64_t memory_bytes = 0;     ///< to share out; 0: not counted
  std::string runner_program;         ///< empty: sluice-runner beside this program
  std::vector<std::string> launcher;  ///< in front of argv when ranks > 1; empty: mpirun
  double runner_idle_s = 60;          ///< how long a runner stays without driver and work
  double silent_host_s = 300;         ///< a runner on another host that shows no beat for so long is lost
};

Result<std::unique_ptr<Executor>> make_local(boost::asio::io_context& io, EventSink sink, LocalConfig config);

}  // namespace sluice::executors
