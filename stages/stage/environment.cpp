#include "stages/stage/environment.h"

#include <sched.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "engine/base/data_file.h"
#include "engine/base/process.h"

namespace sluice::stage {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<int> number(const char* name) {
  const std::string text = variable(name);
  int value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || stop != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

int usable_cpus() {
  for (const char* name : {"SLUICE_CPUS", "OMP_NUM_THREADS"})
    if (const auto cpus = number(name); cpus && *cpus > 0) return *cpus;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

/// As OpenMPI, PMIx, MPICH and srun say it.
int launcher_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
    if (const auto rank = number(name); rank && *rank >= 0) return *rank;
  return 0;
}

}  // namespace

Environment environment_of_process() {
  Environment environment;
  environment.progress_file = variable("SLUICE_PROGRESS");
  environment.state_folder = variable("SLUICE_STATE_DIR");
  environment.fence_file = variable("SLUICE_FENCE");
  environment.fence_token = variable("SLUICE_FENCE_TOKEN");
  environment.data_folders = data_folders(variable("SLUICE_DATA"), own_program_folder());
  environment.cpus = usable_cpus();
  environment.rank = launcher_rank();
  environment.terminal = ::isatty(STDERR_FILENO) == 1;
  return environment;
}

}  // namespace sluice::stage
