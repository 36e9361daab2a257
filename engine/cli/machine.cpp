#include "engine/cli/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace sluice::cli {

namespace {

/// The first words of a cgroup file; empty where there is none, or no limit.
std::string cgroup_setting(const char* file) {
  std::ifstream stream(std::string("/sys/fs/cgroup/") + file);
  std::string line;
  std::getline(stream, line);
  return line.starts_with("max") ? "" : line;
}

}  // namespace

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                          : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  if (const std::string quota = cgroup_setting("cpu.max"); !quota.empty()) {
    char* rest = nullptr;
    const double share = std::strtod(quota.c_str(), &rest);
    const double period = std::strtod(rest, nullptr);
    if (period > 0) count = std::min(count, static_cast<int>(std::max(1.0, share / period)));
  }
  return std::max(count, 1);
}

int usable_gpus() {
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
    const std::string list = visible;
    if (list.empty() || list == "-1" || list == "NoDevFiles") return 0;
    return static_cast<int>(std::count(list.begin(), list.end(), ',')) + 1;
  }
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/dev", error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("nvidia") && name.size() > 6 &&
        name.find_first_not_of("0123456789", 6) == std::string::npos)
      ++count;
  }
  return count;
}

std::uint64_t usable_memory_bytes() {
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  std::uint64_t bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (const std::string limit = cgroup_setting("memory.max"); !limit.empty())
    bytes = std::min<std::uint64_t>(bytes, std::strtoull(limit.c_str(), nullptr, 10));
  return bytes;
}

}  // namespace sluice::cli
