// Runs exactly one attempt on the node where it was started: what a batch job or a plug-in's command line
// does. It claims the attempt, starts it, passes the batch system's signals on, and leaves an exit record
// that beats every accounting.
#pragma once

#include <string>

#include "executors/attempt_files.h"

namespace sluice::executors {

constexpr int exit_claimed = 76;  ///< somebody else runs (or ran) this attempt: nothing was done

struct SingleOptions {
  std::string spec_path;
  JobStart start;
};

/// The exit code for the batch system: the program's own, 128 + signal, or exit_claimed.
int run_single(const SingleOptions& options);

}  // namespace sluice::executors
