// What attempts in a queue wait for, in the words of their executor: for `status`, and for `explain`.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "engine/base/result.h"
#include "engine/store/store.h"

namespace sluice::report {

/// The last thing that was said about each, by task and attempt.
using Waits = std::map<std::pair<std::string, int>, std::string>;

Result<Waits> read_waits(store::Store& store);

/// "attempt 2 is with slurm as job 17: held by you: …"; one line for each live attempt of a task.
Result<std::string> whereabouts(store::Store& store, const std::string& task);

}  // namespace sluice::report
