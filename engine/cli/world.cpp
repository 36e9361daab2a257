#include "engine/cli/world.h"

namespace sluice::cli {

std::unique_ptr<Disk> make_disk() { return std::make_unique<RealDisk>(); }
std::function<void(store::CommitPoint)> make_commit_hook() { return {}; }
std::unique_ptr<executors::Executor> watched(std::unique_ptr<executors::Executor> executor) {
  return executor;
}

}  // namespace sluice::cli
