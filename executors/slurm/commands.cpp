#include "executors/slurm/commands.h"

#include <algorithm>
#include <cmath>

#include "executors/slurm/names.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

using Words = std::vector<std::string>;

/// One row a job and a member of an array, jobs that have ended included. The comment comes last: it may hold
/// the separator. (%-formats know no restart count.)
constexpr const char* queue_format =
    "JobArrayID:|,State:|,RestartCnt:|,exit_code:|,NodeList:|,Reason:|,Name:|,Comment:";

std::string program(const SlurmConfig& config, const std::string& name) {
  return config.commands_folder.empty() ? name : config.commands_folder + "/" + name;
}

void add(Words& argv, const std::string& flag, const std::string& value) {
  if (!value.empty()) argv.push_back(flag + "=" + value);
}

std::string with_gpus(std::string flag, int gpus) {
  constexpr std::string_view placeholder = "{gpus}";
  if (const auto at = flag.find(placeholder); at != std::string::npos)
    flag.replace(at, placeholder.size(), std::to_string(gpus));
  return flag;
}

void add_size(Words& argv, const SlurmConfig& config, const Resources& wanted) {
  const int ranks = std::max(1, wanted.ranks);
  const int cpus_per_rank = std::max(1, (wanted.cpus + ranks - 1) / ranks);
  if (config.nodes > 0 || ranks == 1) argv.push_back("--nodes=" + std::to_string(std::max(1, config.nodes)));
  argv.push_back("--ntasks=" + std::to_string(ranks));
  argv.push_back("--cpus-per-task=" + std::to_string(cpus_per_rank));
  if (wanted.memory_bytes > 0) {
    // --mem counts for each node, and ranks may be spread over several.
    const auto cpus = static_cast<std::uint64_t>(ranks) * static_cast<std::uint64_t>(cpus_per_rank);
    if (ranks == 1 && config.nodes <= 1)
      argv.push_back("--mem=" + std::to_string(mebibytes_for(wanted.memory_bytes)) + "M");
    else
      argv.push_back(
          "--mem-per-cpu=" + std::to_string(mebibytes_for((wanted.memory_bytes + cpus - 1) / cpus)) + "M");
  }
  if (wanted.gpus > 0) argv.push_back(with_gpus(config.gpu_flag, wanted.gpus));
  if (wanted.time_s > 0) argv.push_back("--time=" + std::to_string(minutes_for(wanted.time_s)));
}

std::string excluded(const SlurmConfig& config, const JobRequest& request) {
  std::string nodes = config.exclude;
  for (const auto& node : request.avoid_nodes) nodes += (nodes.empty() ? "" : ",") + node;
  return nodes;
}

}  // namespace

int minutes_for(double seconds) { return std::max(1, static_cast<int>(std::ceil(seconds / 60 - 1e-9))); }

long mebibytes_for(std::uint64_t bytes) {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  return static_cast<long>(std::max<std::uint64_t>(1, (bytes + mebibyte - 1) / mebibyte));
}

int signal_lead_s(const SlurmConfig& config, const Resources& resources) {
  if (config.signal_lead_s <= 0) return 0;
  if (resources.time_s <= 0)
    return static_cast<int>(config.signal_lead_s);  // the partition's own limit counts
  // Slurm may send it up to a minute too early (sbatch(1)). A short job would be told to stop before it has
  // begun.
  constexpr double slack_s = 60;
  const double limit_s = minutes_for(resources.time_s) * 60.0;
  const double lead_s = std::min(config.signal_lead_s, limit_s / 4);
  return lead_s + slack_s <= limit_s / 2 ? static_cast<int>(lead_s) : 0;
}

std::vector<std::string> submit_command(const SlurmConfig& config, const JobRequest& request) {
  Words argv = {program(config, "sbatch"), "--parsable"};
  add(argv, "--job-name", request.name);
  add(argv, "--comment", job_comment(request.batch, request.tokens));
  if (request.is_array()) argv.push_back("--array=0-" + std::to_string(request.tokens.size() - 1));
  add(argv, "--chdir", config.folder);
  add(argv, "--output", request.output);
  add(argv, "--error", request.output);
  argv.push_back("--open-mode=append");
  // Said aloud, because a site or the user's SBATCH_EXPORT may have another default. With NONE, an srun
  // inside the job would hand nothing on to its ranks.
  argv.push_back("--export=ALL");
  argv.push_back(config.requeue ? "--requeue" : "--no-requeue");
  if (const int lead = signal_lead_s(config, request.resources); lead > 0)
    argv.push_back("--signal=B:USR2@" + std::to_string(lead));
  add_size(argv, config, request.resources);
  add(argv, "--partition", config.partition);
  add(argv, "--account", config.account);
  add(argv, "--qos", config.qos);
  add(argv, "--constraint", config.constraint);
  add(argv, "--reservation", config.reservation);
  add(argv, "--exclude", excluded(config, request));
  argv.insert(argv.end(), config.extra.begin(), config.extra.end());
  argv.push_back(request.script);
  return argv;
}

std::vector<std::string> queue_command(const SlurmConfig& config) {
  return {program(config, "squeue"),
          "--me",
          "--noheader",
          "--array",
          "--states=all",
          std::string("--Format=") + queue_format};
}

std::vector<std::string> list_command(const SlurmConfig& config) {
  return {program(config, "squeue"), "--me", "--noheader", "--array",
          "--Format=JobArrayID:|,State:|,Name:|,Comment:|,WorkDir:"};
}

std::vector<std::string> accounting_command(const SlurmConfig& config, std::span<const std::string> jobs) {
  // With --jobs the window begins long ago; without, sacct would start at midnight.
  return {program(config, "sacct"),
          "--noheader",
          "--parsable2",
          "--allocations",
          "--format=JobID,State,ExitCode,NodeList",
          "--jobs=" + joined({jobs.begin(), jobs.end()}, ",")};
}

std::vector<std::string> cancel_command(const SlurmConfig& config, std::span<const std::string> jobs,
                                        bool kill) {
  Words argv = {program(config, "scancel")};
  if (kill) argv.insert(argv.end(), {"--signal=KILL", "--full"});
  argv.insert(argv.end(), jobs.begin(), jobs.end());
  return argv;
}

std::vector<std::string> config_command(const SlurmConfig& config) {
  return {program(config, "scontrol"), "show", "config"};
}

}  // namespace sluice::executors::slurm
