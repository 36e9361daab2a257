// `sluice-runner --serve FOLDER`: leaves the terminal, the session and the process group of whoever called,
// and becomes the long-lived runner. The caller's process ends when the runner can be talked to, or says why
// it can't.
#pragma once

#include "executors/runner/server.h"

namespace sluice::executors {

/// The exit code of the process that returns: the caller's one, or later the runner's.
int serve(const ServeOptions& options);

}  // namespace sluice::executors
