#include "stages/sweep/folder_world.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "engine/handoff/bell.h"
#include "engine/handoff/request.h"
#include "stages/sweep/append_file.h"
#include "stages/sweep/outcomes.h"

namespace sluice::sweep {

namespace {

using handoff::TrialRun;
using hpo::Ending;

constexpr std::chrono::milliseconds shortest_pause{20};
constexpr std::chrono::milliseconds longest_pause{1000};
/// A trial that was told to stop and is still there then gets a signal: not everybody reads control.json.
constexpr std::chrono::seconds patience_with_stops{30};

}  // namespace

FolderWorld::FolderWorld(Disk& disk, std::string study_folder, const hpo::StudySettings& settings)
    : disk_(disk),
      study_folder_(std::move(study_folder)),
      settings_(settings),
      live_(hpo::is_live(settings)),
      pause_(shortest_pause) {}

std::string FolderWorld::folder_of(std::int64_t trial) const {
  return join_path(study_folder_, handoff::trial_folder(trial));
}

Result<bool> FolderWorld::exists(const std::string& path) const {
  const auto stat = disk_.stat(path);
  if (!stat) return stat.error();
  return stat->exists();
}

Result<std::optional<handoff::Job>> FolderWorld::job_of(TrialRun id) const {
  const std::string folder = folder_of(id.trial);
  const auto there = exists(join_path(folder, handoff::job_file(id.run)));
  if (!there) return there.error();
  if (!*there) return std::optional<handoff::Job>();
  auto job = handoff::read_job(disk_, folder, id);
  if (job) return std::optional(*std::move(job));
  if (job.error().kind == ErrorKind::data) return std::optional<handoff::Job>();
  return std::move(job).error();
}

// ---- wishes ----

Status FolderWorld::ask(const hpo::Work& work) {
  const std::string folder = folder_of(work.job.trial);
  if (auto made = disk_.make_folders(folder); !made) return made;
  const auto has_spec = exists(join_path(folder, handoff::spec_file));
  if (!has_spec) return has_spec.error();
  if (!*has_spec) {
    const handoff::Spec spec = {work.job.trial, static_cast<std::int64_t>(settings_.seed) + work.job.trial,
                                to_json(settings_.space, work.point)};
    if (auto written = write(disk_, folder, spec); !written) return written;
  }
  const auto has_run = exists(join_path(folder, handoff::run_file(work.run)));
  if (!has_run) return has_run.error();
  if (!*has_run)
    if (auto written = write_request(work); !written) return written;
  rings_ += handoff::bell_line({work.job.trial, work.run});
  return Ok{};
}

Status FolderWorld::write_request(const hpo::Work& work) const {
  handoff::RunRequest request;
  request.id = {work.job.trial, work.run};
  request.until = live_ ? settings_.schedule.most : work.job.until;
  if (work.job.scale > 1) request.resources.scale = work.job.scale;
  return write(disk_, folder_of(work.job.trial), request);
}

/// All at once, so that equal trials may become one array of a batch system.
Status FolderWorld::send() {
  if (rings_.empty()) return Ok{};
  pause_ = shortest_pause;
  return append_once(join_path(study_folder_, handoff::bell_file), std::exchange(rings_, {}));
}

Status FolderWorld::command(TrialRun id, handoff::Command command) {
  const auto before = handoff::read_control(disk_, folder_of(id.trial));
  const std::int64_t seq = before ? before->seq + 1 : 1;
  return write(disk_, folder_of(id.trial), handoff::Control{id, seq, command, 0});
}

Status FolderWorld::stop(const hpo::Work& work) {
  const TrialRun id = {work.job.trial, work.run};
  const auto job = job_of(id);
  if (!job) return job.error();
  if (*job && (*job)->state == handoff::JobState::ended) return Ok{};
  stopping_.push_back({id, std::chrono::steady_clock::now()});
  return command(id, handoff::Command::stop);
}

Result<bool> FolderWorld::forget(std::int64_t trial, int run) {
  const std::string checkpoint = join_path(folder_of(trial), handoff::checkpoint_folder);
  const auto there = exists(checkpoint);
  if (!there) return there.error();
  if (!*there) return true;
  const auto job = job_of({trial, run});
  if (!job) return job.error();
  if (!*job || (*job)->state != handoff::JobState::ended) return false;
  // Out of the way first: half of a checkpoint must not look like one.
  const std::string away = checkpoint + ".tmp-" + std::to_string(::getpid());
  if (auto moved = disk_.rename(checkpoint, away); !moved) return std::move(moved).error();
  if (auto removed = disk_.remove_tree(away); !removed) return std::move(removed).error();
  return true;
}

// ---- answers ----

Result<std::optional<Seen>> FolderWorld::look(const hpo::Work& work) {
  const bool last = work.job.until >= settings_.schedule.most;
  if (live_ && !last) {
    auto curve = measured(work);
    if (!curve.empty() && curve.back().step >= work.job.until) {
      pause_ = shortest_pause;
      return std::optional(Seen{Seen::Kind::over, {Ending::passed, std::move(curve), {}, {}}});
    }
  }
  const auto job = job_of({work.job.trial, work.run});
  if (!job) return job.error();
  if (!*job || (*job)->state != handoff::JobState::ended) return std::optional<Seen>();
  auto seen = seen_at_end(work, **job);
  if (!seen) return std::move(seen).error();
  const auto first = watches_.lower_bound({work.job.trial, 0});
  pause_ = shortest_pause;
  watches_.erase(first, watches_.lower_bound({work.job.trial + 1, 0}));
  return std::optional(std::move(*seen));
}

Result<Seen> FolderWorld::seen_at_end(const hpo::Work& work, const handoff::Job& job) {
  if (job.outcome == "refused")
    return Error{"the engine refuses to run trials: " + job.message,
                 join_path(folder_of(work.job.trial), handoff::run_file(work.run)), ""};
  Seen seen = seen_in_job(job);
  seen.result.curve = measured(work);
  if (job.outcome != "success") return seen;
  return seen_in_status(work, std::move(seen));
}

Result<Seen> FolderWorld::seen_in_status(const hpo::Work& work, Seen seen) {
  const std::string folder = folder_of(work.job.trial);
  const auto status = handoff::read_status(disk_, folder, {work.job.trial, work.run});
  if (!status) {
    seen.result.ending = Ending::lost;
    seen.result.why = "it ended without a status";
    return seen;
  }
  judge(*status, seen.result);
  if (seen.result.ending == Ending::lost || seen.result.ending == Ending::infeasible) return seen;
  std::vector<hpo::Measure>& curve = seen.result.curve;
  const std::int64_t last = curve.empty() ? work.job.from : curve.back().step;
  const auto value = metric_of(status->metrics, settings_.metric);
  if (value && status->step > last) curve.push_back({status->step, *value});
  if (!curve.empty()) return seen;
  if (seen.result.ending == Ending::stopped) {  // before it had trained anything
    seen.kind = Seen::Kind::cancelled;
    return seen;
  }
  return no_metric(settings_.metric, status->metrics, join_path(folder, handoff::status_file(work.run)));
}

/// What its runs have reported beyond `from`, as far as the milestone, or the first step beyond it.
std::vector<hpo::Measure> FolderWorld::measured(const hpo::Work& work) {
  std::vector<hpo::Measure> curve;
  std::int64_t last = work.job.from;
  for (int run = work.first_run; run <= work.run; ++run) {
    const TrialRun id = {work.job.trial, run};
    const std::string path = join_path(folder_of(id.trial), handoff::metrics_file(run));
    Watch& watch = watches_.try_emplace(id, Watch{handoff::MeasurementReader(path), {}}).first->second;
    const auto news = watch.reader.read(disk_);
    if (news)
      for (const handoff::Measurement& measurement : *news)
        if (const auto value = metric_of(measurement.metrics, settings_.metric))
          watch.curve.push_back({measurement.step, *value});
    for (const hpo::Measure& measure : watch.curve) {
      if (measure.step <= last || last >= work.job.until) continue;
      curve.push_back(measure);
      last = measure.step;
    }
  }
  return curve;
}

Status FolderWorld::wait() {
  std::this_thread::sleep_for(pause_);
  pause_ = std::min(pause_ * 5 / 4, longest_pause);
  const Time now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < stopping_.size();) {
    const TrialRun id = stopping_[i].id;
    if (now - stopping_[i].since < patience_with_stops) {
      ++i;
      continue;
    }
    stopping_.erase(stopping_.begin() + static_cast<std::ptrdiff_t>(i));
    const auto job = job_of(id);
    if (!job) return job.error();
    if (*job && (*job)->state == handoff::JobState::ended) continue;
    if (auto told = command(id, handoff::Command::cancel); !told) return told;
    rings_ += handoff::bell_line(id);
  }
  return send();
}

}  // namespace sluice::sweep
