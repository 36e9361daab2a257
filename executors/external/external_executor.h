// Attempts handed to a plug-in: any program that speaks the protocol of protocol.md. All the rules are in
// Core (core.h); here are only its process, the loop's timers, and the engine's calls.
//
// What it expects of the engine: after a start, `attach` with every token that the engine holds unfinished.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <memory>

#include "engine/base/diagnostics.h"
#include "executors/executor.h"
#include "executors/external/config.h"

namespace sluice::executors::external {

/// `config` needs its name, command, folder and runner_program. The plug-in is started by hello(), which
/// waits until it is ready or has failed; mistakes in its settings go to `diagnostics`, which may be null,
/// and must live until then.
Result<std::unique_ptr<Executor>> make_external(boost::asio::io_context& io, EventSink sink,
                                                ExternalConfig config, Diagnostics* diagnostics);

/// The plug-in's process, for tests that kill it; 0 when there is none.
pid_t plugin_pid(const Executor& external);

}  // namespace sluice::executors::external
