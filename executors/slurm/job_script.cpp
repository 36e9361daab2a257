#include "executors/slurm/job_script.h"

#include <algorithm>
#include <utility>

#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

/// A comment can't be left by anything that stands in it.
std::string commented(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return "# " + text + "\n";
}

std::string command_text(const SlurmConfig& config, const JobRequest& request) {
  std::string text;
  for (const auto& word : submit_command(config, request)) text += (text.empty() ? "" : " ") + quoted(word);
  return text;
}

}  // namespace

std::string job_script(const SlurmConfig& config, const JobRequest& request, const ScriptPaths& paths) {
  std::string text = "#!/bin/bash\n";
  text +=
      commented(request.tokens.front() +
                (request.is_array() ? " and " + std::to_string(request.tokens.size() - 1) + " more" : "") +
                ", submitted by Sluice with");
  text += commented(command_text(config, request));
  for (const auto& line : config.prologue) text += line + "\n";
  if (request.resources.ranks > 1) {
    // Since 22.05 srun no longer takes this from sbatch's --cpus-per-task (srun(1)).
    text += "export SRUN_CPUS_PER_TASK=\"${SLURM_CPUS_PER_TASK:-1}\"\n";
  }
  std::string spec = quoted(paths.spec);
  std::string job = "\"$SLURM_JOB_ID\"";
  if (request.is_array()) {
    job = "\"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"";
    text += "mapfile -t -s \"$SLURM_ARRAY_TASK_ID\" -n 1 spec < " + quoted(paths.list) + "\n";
    spec = "\"${spec[0]}\"";
  }
  // exec: signals for the batch script then reach the runner.
  text += "exec " + quoted(config.runner_program) + " --attempt " + spec + " --job " + job +
          " --restart \"${SLURM_RESTART_COUNT:-0}\"\n";
  return text;
}

AttemptFile file_for_node(const SlurmConfig& config, AttemptSpec attempt) {
  AttemptFile file;
  file.launcher = config.launcher;
  file.pass_env = config.pass_env;
  if (attempt.resources.gpus > 0)  // which of the node's GPUs are the job's
    file.pass_env.insert(file.pass_env.end(),
                         {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
                          "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK"});
  if (attempt.resources.ranks > 1)  // how mpirun and srun find the job's nodes
    file.pass_env.insert(file.pass_env.end(),
                         {"SLURM_*", "SLURMD_*", "SRUN_*", "PMI*", "OMPI_*", "UCX_*", "NCCL_*"});
  attempt.avoid_nodes.clear();
  if (!config.image.empty()) {
    std::vector<std::string> argv = {"apptainer", "exec"};
    if (attempt.resources.gpus > 0) argv.push_back("--nv");
    argv.insert(argv.end(), config.image_flags.begin(), config.image_flags.end());
    argv.push_back(config.image);
    argv.insert(argv.end(), attempt.argv.begin(), attempt.argv.end());
    attempt.argv = std::move(argv);
  }
  file.attempt = std::move(attempt);
  return file;
}

}  // namespace sluice::executors::slurm
