#include "executors/runner/slots.h"

#include <algorithm>

#include "engine/base/units.h"

namespace sluice::executors {

void Slots::configure(int cpus, int gpus, std::uint64_t memory_bytes) {
  cpus_ = std::max(1, cpus);
  gpus_ = std::max(0, gpus);
  memory_bytes_ = memory_bytes;
  if (gpu_taken_.size() < static_cast<std::size_t>(gpus_))
    gpu_taken_.resize(static_cast<std::size_t>(gpus_), false);
}

std::string Slots::never_fits(const Resources& resources) const {
  const auto refuse = [](const std::string& asked, const std::string& there) {
    return "asks for " + asked + ", but the local executor has " + there;
  };
  if (resources.cpus > cpus_)
    return refuse(std::to_string(resources.cpus) + " CPUs",
                  std::to_string(cpus_) + " (raise -j, or ask for less)");
  if (resources.gpus > gpus_) return refuse(std::to_string(resources.gpus) + " GPUs", std::to_string(gpus_));
  if (memory_bytes_ != 0 && resources.memory_bytes > memory_bytes_)
    return refuse(format_bytes(resources.memory_bytes) + " of memory", format_bytes(memory_bytes_));
  return "";
}

int Slots::free_gpus() const {
  return static_cast<int>(std::count(gpu_taken_.begin(), gpu_taken_.begin() + gpus_, false));
}

bool Slots::fits(const Resources& resources) const {
  return cpus_taken_ + resources.cpus <= cpus_ && resources.gpus <= free_gpus() &&
         (memory_bytes_ == 0 || memory_taken_ + resources.memory_bytes <= memory_bytes_);
}

std::vector<int> Slots::take(const Resources& resources) {
  cpus_taken_ += resources.cpus;
  memory_taken_ += resources.memory_bytes;
  std::vector<int> gpus;
  for (int gpu = 0; gpu < gpus_ && static_cast<int>(gpus.size()) < resources.gpus; ++gpu) {
    if (gpu_taken_[static_cast<std::size_t>(gpu)]) continue;
    gpu_taken_[static_cast<std::size_t>(gpu)] = true;
    gpus.push_back(gpu);
  }
  return gpus;
}

void Slots::give_back(const Resources& resources, const std::vector<int>& gpus) {
  cpus_taken_ -= resources.cpus;
  memory_taken_ -= resources.memory_bytes;
  for (const int gpu : gpus) gpu_taken_[static_cast<std::size_t>(gpu)] = false;
}

}  // namespace sluice::executors
