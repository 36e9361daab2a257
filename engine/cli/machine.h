// What this machine has to run tasks on: what `-j` and the local executor start from.
#pragma once

#include <cstdint>

namespace sluice::cli {

int usable_cpus();                    ///< that this process may run on, also inside a container's quota
int usable_gpus();                    ///< visible ones
std::uint64_t usable_memory_bytes();  ///< of the machine, or the container's limit

}  // namespace sluice::cli
