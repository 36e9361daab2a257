#include "stages/sweep/folder_world.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "engine/handoff/bell.h"
#include "engine/handoff/job.h"
#include "engine/handoff/report.h"
#include "engine/handoff/request.h"
#include "stages/sweep/append_file.h"

namespace sluice::sweep {

namespace {

using handoff::TrialRun;
using hpo::Ending;
using hpo::WorkResult;

constexpr std::chrono::milliseconds shortest_pause{20};
constexpr std::chrono::milliseconds longest_pause{1000};

std::optional<double> metric_of(const handoff::Metrics& metrics, const std::string& name) {
  for (const auto& [key, value] : metrics)
    if (key == name) return value;
  return std::nullopt;
}

Error no_metric(const std::string& name, const handoff::Metrics& metrics, const std::string& where) {
  std::string known;
  for (const auto& [key, value] : metrics) known += (known.empty() ? "" : ", ") + key;
  return {
      "the trial reports no '" + name + "'", where,
      known.empty() ? "it reports no metrics" : "it reports " + known + ": name one of them in [objective]"};
}

/// Configurations are at fault for running out of memory; for the rest nobody knows.
Ending ending_of(const std::string& outcome) {
  return outcome == "out-of-memory" ? Ending::infeasible : Ending::lost;
}

}  // namespace

FolderWorld::FolderWorld(Disk& disk, std::string study_folder, const hpo::StudySettings& settings)
    : disk_(disk), study_folder_(std::move(study_folder)), settings_(settings), pause_(shortest_pause) {}

std::string FolderWorld::folder_of(std::int64_t trial) const {
  return join_path(study_folder_, handoff::trial_folder(trial));
}

Result<bool> FolderWorld::exists(const std::string& path) const {
  const auto stat = disk_.stat(path);
  if (!stat) return stat.error();
  return stat->exists();
}

Status FolderWorld::ring(TrialRun id) const {
  return append_once(join_path(study_folder_, handoff::bell_file), handoff::bell_line(id));
}

Status FolderWorld::ask(const hpo::Work& work, int run) {
  const std::string folder = folder_of(work.job.trial);
  const TrialRun id = {work.job.trial, run};
  if (auto made = disk_.make_folders(folder); !made) return made;
  const auto has_spec = exists(join_path(folder, handoff::spec_file));
  if (!has_spec) return has_spec.error();
  if (!*has_spec) {
    const handoff::Spec spec = {work.job.trial, static_cast<std::int64_t>(settings_.seed) + work.job.trial,
                                to_json(settings_.space, work.point)};
    if (auto written = write(disk_, folder, spec); !written) return written;
  }
  const auto has_run = exists(join_path(folder, handoff::run_file(run)));
  if (!has_run) return has_run.error();
  if (!*has_run) {
    handoff::RunRequest request;
    request.id = id;
    request.until = work.job.until;
    if (work.job.scale > 1) {
      request.resources.ranks = settings_.ranks * work.job.scale;
      if (settings_.gpus > 0) request.resources.gpus = settings_.gpus * work.job.scale;
    }
    if (auto written = write(disk_, folder, request); !written) return written;
  }
  pause_ = shortest_pause;
  return ring(id);
}

Result<std::optional<WorkResult>> FolderWorld::look(const hpo::Work& work, int run) {
  const std::string folder = folder_of(work.job.trial);
  const auto there = exists(join_path(folder, handoff::job_file(run)));
  if (!there) return there.error();
  if (!*there) return std::optional<WorkResult>();
  const auto job = handoff::read_job(disk_, folder, {work.job.trial, run});
  if (!job)
    return job.error().kind == ErrorKind::data
               ? Result<std::optional<WorkResult>>(std::optional<WorkResult>())
               : Result<std::optional<WorkResult>>(job.error());
  if (job->state != handoff::JobState::ended) return std::optional<WorkResult>();
  pause_ = shortest_pause;
  if (job->outcome == "refused")
    return Error{"the engine refuses to run trials: " + job->message,
                 join_path(folder, handoff::run_file(run)), ""};
  if (job->outcome != "success")
    return std::optional(WorkResult{ending_of(job->outcome), measured(work, run)});
  auto result = result_of_success(work, run);
  if (!result) return std::move(result).error();
  return std::optional(std::move(*result));
}

Result<WorkResult> FolderWorld::result_of_success(const hpo::Work& work, int run) const {
  const std::string folder = folder_of(work.job.trial);
  WorkResult result = {Ending::lost, measured(work, run)};
  const auto status = handoff::read_status(disk_, folder, {work.job.trial, run});
  if (!status) return result;  // it ended well and says nothing: a failure
  if (status->result == handoff::RunResult::failed) {
    const bool at_fault = status->reason == "nan" || status->reason == "out-of-memory";
    result.ending = at_fault ? Ending::infeasible : Ending::lost;
    return result;
  }
  const bool completed = status->result == handoff::RunResult::completed;
  result.ending = completed ? Ending::completed : Ending::milestone;
  const std::int64_t last = result.curve.empty() ? work.job.from : result.curve.back().step;
  const auto value = metric_of(status->metrics, settings_.metric);
  if (value && status->step > last) result.curve.push_back({status->step, *value});
  if (result.curve.empty())
    return no_metric(settings_.metric, status->metrics, join_path(folder, handoff::status_file(run)));
  return result;
}

std::vector<hpo::Measure> FolderWorld::measured(const hpo::Work& work, int run) const {
  handoff::MeasurementReader reader(join_path(folder_of(work.job.trial), handoff::metrics_file(run)));
  std::vector<hpo::Measure> curve;
  const auto measurements = reader.read(disk_);
  if (!measurements) return curve;
  for (const handoff::Measurement& measurement : *measurements)
    if (const auto value = metric_of(measurement.metrics, settings_.metric))
      curve.push_back({measurement.step, *value});
  return curve;
}

void FolderWorld::wait() {
  std::this_thread::sleep_for(pause_);
  pause_ = std::min(pause_ * 5 / 4, longest_pause);
}

}  // namespace sluice::sweep
