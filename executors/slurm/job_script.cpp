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
  if (request.is_array()) {
    text += "mapfile -t -s \"$SLURM_ARRAY_TASK_ID\" -n 1 spec < " + quoted(paths.list) + "\n";
    spec = "\"${spec[0]}\"";
  }
  // exec: signals for the batch script then reach the runner.
  text += "exec " + quoted(config.runner_program) + " --attempt " + spec + "\n";
  return text;
}

AttemptSpec spec_for_node(const SlurmConfig& config, AttemptSpec attempt) {
  attempt.avoid_nodes.clear();
  if (config.image.empty()) return attempt;
  std::vector<std::string> argv = {"apptainer", "exec"};
  if (attempt.resources.gpus > 0) argv.push_back("--nv");
  argv.insert(argv.end(), config.image_flags.begin(), config.image_flags.end());
  argv.push_back(config.image);
  argv.insert(argv.end(), attempt.argv.begin(), attempt.argv.end());
  attempt.argv = std::move(argv);
  return attempt;
}

}  // namespace sluice::executors::slurm
