// Where the program gets its disk, its executors and its hooks from. tests/fault links its own version of
// these functions into a program of its own, so that the very same driver dies at its n-th side effect.
#pragma once

#include <functional>
#include <memory>

#include "engine/base/disk.h"
#include "engine/store/store.h"
#include "executors/executor.h"

namespace sluice::cli {

std::unique_ptr<Disk> make_disk();
std::function<void(store::CommitPoint)> make_commit_hook();  ///< may be empty
std::unique_ptr<executors::Executor> watched(std::unique_ptr<executors::Executor> executor);

}  // namespace sluice::cli
