// The command lines of sbatch, squeue, sacct, scancel and scontrol, as argument vectors: no shell ever reads
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "executors/executor.h"
#include "executors/slurm/config.h"

namespace sluice::executors::slurm {

enum class CommandKind : std::uint8_t { submit, queue, accounting, cancel, config };

struct Command {
  std::uint64_t id = 0;
  CommandKind kind = CommandKind::queue;
  std::vector<std::string> argv;
  double timeout_s = 60;
};

struct CommandResult {
  std::uint64_t id = 0;
  bool started = true;  ///< false: it could not be started, `err` says why
  bool timed_out = false;
  int exit_code = 0;  ///< 128 + signal for a killed one
  std::string out;
  std::string err;

  bool ok() const { return started && !timed_out && exit_code == 0; }
};

/// What one sbatch call asks for.
struct JobRequest {
  std::string batch;
  std::vector<Token> tokens;
  std::string name;
  std::string script;  ///< path
  std::string output;  ///< path of the job's own output
  Resources resources;
  std::vector<std::string> avoid_nodes;

  bool is_array() const { return tokens.size() > 1; }
};

std::vector<std::string> submit_command(const SlurmConfig& config, const JobRequest& request);
std::vector<std::string> queue_command(const SlurmConfig& config);
std::vector<std::string> list_command(
    const SlurmConfig& config);  ///< of all that waits or runs, with folders
std::vector<std::string> accounting_command(const SlurmConfig& config, std::span<const std::string> jobs);
/// `kill`: at once, without the chance to clean up.
std::vector<std::string> cancel_command(const SlurmConfig& config, std::span<const std::string> jobs,
                                        bool kill);
std::vector<std::string> config_command(const SlurmConfig& config);

int minutes_for(double seconds);          ///< rounded up: Slurm counts minutes
long mebibytes_for(std::uint64_t bytes);  ///< rounded up
/// How long before the limit USR2 is sent, or 0 when the limit is too short for a signal to make sense.
int signal_lead_s(const SlurmConfig& config, const Resources& resources);

}  // namespace sluice::executors::slurm
