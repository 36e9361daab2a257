#include "executors/slurm/list_jobs.h"

#include <map>
#include <utility>

#include "executors/slurm/answers.h"
#include "executors/slurm/batch_files.h"
#include "executors/slurm/commands.h"
#include "executors/slurm/names.h"
#include "executors/slurm/refusals.h"
#include "executors/slurm/states.h"
#include "executors/slurm/words.h"

namespace sluice::executors::slurm {

namespace {

/// The folder comes last: it may hold any character.
constexpr std::size_t columns = 5;

QueuedJob job_from(std::string_view line) {
  const auto parts = split(line, '|');
  if (parts.size() < columns) return {};
  QueuedJob job;
  job.job = trimmed(parts[0]);
  job.state = trimmed(parts[1]);
  job.comment = trimmed(parts[3]);
  job.batch = find_batch_id(parts[3]);
  if (job.batch.empty()) job.batch = find_batch_id(parts[2]);
  const std::string folder{
      trimmed(line.substr(static_cast<std::size_t>(parts[columns - 1].data() - line.data())))};
  constexpr std::string_view below = "/.sluice/slurm";
  if (folder.ends_with(below)) job.run_folder = folder.substr(0, folder.size() - below.size());
  return job;
}

using Batches = std::map<std::string, std::vector<Token>>;

Batches batches_in(const std::string& run_folder, Disk& disk) {
  SlurmConfig config;
  config.folder = run_folder + "/.sluice/slurm";
  std::vector<Error> ignored;
  Batches batches;
  for (auto& record : BatchFiles(disk, config).read_all(ignored)) batches[record.id] = record.tokens;
  return batches;
}

Token token_of(const QueuedJob& job, const Batches& batches) {
  const auto batch = batches.find(job.batch);
  const std::size_t index = array_index(job.job).value_or(0);
  if (batch == batches.end() || index >= batch->second.size()) return "";
  return batch->second[index];
}

}  // namespace

Result<std::vector<QueuedJob>> list_jobs(const SlurmConfig& config, Disk& disk, Processes& processes) {
  const auto answer = processes.capture(list_command(config), static_cast<int>(config.command_timeout_s));
  if (!answer) return answer.error();
  if (answer->exit_code != 0)
    return Error{"squeue: " + last_error(answer->err), "", "is the Slurm controller up?", ErrorKind::io};
  std::vector<QueuedJob> jobs;
  std::map<std::string, Batches> known;
  for (const auto line : lines_of(answer->out)) {
    QueuedJob job = job_from(line);
    if (job.batch.empty() || !meaning_of_state(job.state).alive || job.state == "COMPLETING") continue;
    if (!job.run_folder.empty()) {
      if (!known.contains(job.run_folder)) known[job.run_folder] = batches_in(job.run_folder, disk);
      job.token = token_of(job, known[job.run_folder]);
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

}  // namespace sluice::executors::slurm
