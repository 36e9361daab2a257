// The run folder in our hands: locked, its store open. Whoever writes into a run folder (run, clean, cancel)
// goes through here, so that two never do it at once.
#pragma once

#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/cli/console.h"
#include "engine/run/attempt_folder.h"
#include "engine/store/lock.h"
#include "engine/store/store.h"

namespace sluice::cli {

struct Session {
  RealProcesses processes;
  RealClock clock;
  std::unique_ptr<Disk> disk;
  std::unique_ptr<store::Lock> lock;
  std::unique_ptr<store::Store> store;
};

/// Makes .sluice/ if need be and takes the lock. Waits for an owner on another host whose death can only be
/// proven by its silence; an owner that lives is an error that names it.
Result<std::unique_ptr<Session>> open_session(const run::Layout& layout, Console& console);

/// Only to look: no lock, and nothing can be written. There is a store.
Result<std::unique_ptr<Session>> look_only(const run::Layout& layout);

}  // namespace sluice::cli
