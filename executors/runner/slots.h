// What this runner may use at once: CPU cores, memory and GPUs, counted, and each GPU with its number, so
// that two attempts never sit on one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "executors/executor.h"

namespace sluice::executors {

class Slots {
 public:
  /// Attempts that run already keep what they have. `memory_bytes` 0: memory is not counted.
  void configure(int cpus, int gpus, std::uint64_t memory_bytes);

  /// Why an attempt can never run here, for a person; empty when it can.
  std::string never_fits(const Resources& resources) const;
  bool fits(const Resources& resources) const;
  std::vector<int> take(const Resources& resources);  ///< the numbers of its GPUs; only when it fits
  void give_back(const Resources& resources, const std::vector<int>& gpus);

 private:
  int free_gpus() const;

  int cpus_ = 1;
  int cpus_taken_ = 0;
  std::uint64_t memory_bytes_ = 0;
  std::uint64_t memory_taken_ = 0;
  int gpus_ = 0;
  std::vector<bool> gpu_taken_;  ///< may be longer than gpus_ after a smaller configuration
};

}  // namespace sluice::executors
