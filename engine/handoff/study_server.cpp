#include "engine/handoff/study_server.h"

#include <algorithm>

namespace sluice::handoff {

namespace {

/// How often a file that the bell promised is looked for: a client of a network file system may go on
/// believing for a minute that it does not exist.
constexpr int most_tries = 500;

/// Left by editors and network file systems; none of our names looks like that.
bool is_passing(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') || name.find(".tmp-") != std::string_view::npos;
}

std::string describe(TrialRun id) {
  return "run " + std::to_string(id.run) + " of trial " + std::to_string(id.trial);
}

}  // namespace

StudyServer::StudyServer(Disk& disk, std::string study_folder)
    : disk_(disk), study_(std::move(study_folder)), bell_(join_path(study_, bell_file)) {}

std::string StudyServer::folder(std::int64_t trial) const { return join_path(study_, trial_folder(trial)); }
std::string StudyServer::fence(std::int64_t trial) const { return join_path(folder(trial), fence_file); }
std::string StudyServer::checkpoint(std::int64_t trial) const {
  return join_path(folder(trial), checkpoint_folder);
}

News StudyServer::scan(std::size_t budget) {
  News news;
  hear_the_bell(news);
  look_where_it_rang(budget, news);
  walk(budget, news);
  return news;
}

// ---- where to look
// -------------------------------------------------------------------------------------------------

void StudyServer::hear_the_bell(News& news) {
  const auto rung = bell_.read(disk_);
  if (!rung) return complain(rung.error(), news);
  for (const TrialRun& id : rung->trials) rung_.push_back({id});
  if (!rung->unsure) return;
  complain({"the bell is damaged, so all trials are looked through", join_path(study_, bell_file), ""}, news);
  look_again();
}

void StudyServer::look_where_it_rang(std::size_t& budget, News& news) {
  std::deque<Look> later;
  while (!rung_.empty() && budget > 0) {
    Look next = rung_.front();
    rung_.pop_front();
    const Trial& known = trials_[next.id.trial];
    if (next.id.run <= known.told && !known.open) continue;
    --budget;
    if (look(next.id, news)) continue;
    if (++next.tries < most_tries)
      later.push_back(next);
    else
      complain({"the bell rang for " + describe(next.id) + ", but its file does not come",
                join_path(folder(next.id.trial), run_file(next.id.run)), ""},
               news);
  }
  rung_.insert(rung_.end(), later.begin(), later.end());
}

void StudyServer::walk(std::size_t& budget, News& news) {
  if (walk_wanted_ && shards_.empty() && walk_.empty()) {
    walk_wanted_ = false;
    find_shards(news);
  }
  for (; budget > 0 && !(shards_.empty() && walk_.empty()); --budget) {
    if (walk_.empty()) {
      const std::string shard = shards_.front();
      shards_.pop_front();
      find_trials(shard, news);
    } else {
      const std::int64_t trial = walk_.front();
      walk_.pop_front();
      walk_into(trial, news);
    }
  }
}

void StudyServer::find_shards(News& news) {
  const std::string trials = join_path(study_, trials_folder);
  if (!exists(trials)) return;
  for (const FolderEntry& entry : entries(trials, news)) {
    if (is_passing(entry.name)) continue;
    if (is_folder(join_path(trials, entry.name), entry.kind))
      shards_.push_back(entry.name);
    else
      complain({"this is no folder of trials; it is left alone", join_path(trials, entry.name), ""}, news);
  }
}

void StudyServer::find_trials(const std::string& shard, News& news) {
  const std::string path = join_path(join_path(study_, trials_folder), shard);
  for (const FolderEntry& entry : entries(path, news)) {
    if (is_passing(entry.name)) continue;
    const auto trial = trial_of_name(entry.name);
    if (trial && shard_name(*trial) == shard && is_folder(join_path(path, entry.name), entry.kind))
      walk_.push_back(*trial);
    else
      complain({"this is no trial of this folder; it is left alone", join_path(path, entry.name), ""}, news);
  }
}

void StudyServer::walk_into(std::int64_t trial, News& news) {
  int newest = 0;
  for (const FolderEntry& entry : entries(folder(trial), news))
    if (const auto run = run_of_file(entry.name)) newest = std::max(newest, *run);
  if (newest > 0) (void)look({trial, newest}, news);
}

// ---- what is there
// -------------------------------------------------------------------------------------------------

bool StudyServer::look(TrialRun id, News& news) {
  Trial& trial = trials_[id.trial];
  const bool is_new = id.run > trial.told;
  if (is_new && !trial.open && !take_up(id, news)) return false;
  if (is_new && trial.told < id.run && trial.open) trial.waiting = std::max(trial.waiting, id.run);
  obey(id.trial, news);
  return true;
}

bool StudyServer::take_up(TrialRun id, News& news) {
  if (!exists(join_path(folder(id.trial), run_file(id.run)))) return false;
  return reopen_earlier(id, news) || tell(id, news);
}

/// A restarted server may find a run that is still going on, and behind it the next one, which has to wait:
/// both would write the same checkpoints.
bool StudyServer::reopen_earlier(TrialRun id, News& news) {
  const TrialRun earlier{id.trial, id.run - 1};
  if (earlier.run <= trials_[id.trial].told) return false;
  const auto job = known_job(earlier, news);
  if (!job || job->state == JobState::ended) return false;
  (void)tell(earlier, news);
  return trials_[id.trial].open;
}

/// False when the disk failed: a later try may be luckier.
bool StudyServer::tell(TrialRun id, News& news) {
  auto request = read_run(disk_, folder(id.trial), id);
  if (!request) {
    complain(request.error(), news);
    if (request.error().kind == ErrorKind::usage) refuse(id, request.error(), news);
    return request.error().kind != ErrorKind::io;
  }
  auto job = known_job(id, news);
  Trial& trial = trials_[id.trial];
  trial.told = id.run;
  trial.open = !job || job->state != JobState::ended;
  if (!trial.open) return true;
  const auto command = new_command(id.trial, news);
  const bool cancelled = command && command->command == Command::cancel && command->id.run == id.run;
  if (cancelled && job) news.cancels.push_back(id);
  const bool taken_back = cancelled && !job;
  news.wanted.push_back({*std::move(request), folder(id.trial), std::move(job), taken_back});
  return true;
}

/// So that whoever asked does not wait for ever.
void StudyServer::refuse(TrialRun id, const Error& why, News& news) {
  if (exists(join_path(folder(id.trial), job_file(id.run)))) return;
  Job job;
  job.id = id;
  job.state = JobState::ended;
  job.outcome = "refused";
  job.message = to_string(why);
  trials_[id.trial].told = id.run;
  if (auto written = record(job); !written) complain(written.error(), news);
}

void StudyServer::obey(std::int64_t trial, News& news) {
  const Trial& known = trials_[trial];
  if (!known.open) return;
  const auto command = new_command(trial, news);
  if (command && command->command == Command::cancel && command->id.run == known.told)
    news.cancels.push_back({trial, known.told});
}

std::optional<Control> StudyServer::new_command(std::int64_t trial, News& news) {
  const std::string path = join_path(folder(trial), control_file);
  if (!exists(path)) return std::nullopt;
  const auto control = read_control(disk_, folder(trial));
  if (!control) {
    complain(control.error(), news);
    return std::nullopt;
  }
  if (control->id.trial != trial) {
    complain({"it is of trial " + std::to_string(control->id.trial), path, "was it copied?"}, news);
    return std::nullopt;
  }
  Trial& known = trials_[trial];
  if (control->seq <= known.seq) return std::nullopt;
  known.seq = control->seq;
  return *control;
}

std::optional<Job> StudyServer::known_job(TrialRun id, News& news) {
  if (!exists(join_path(folder(id.trial), job_file(id.run)))) return std::nullopt;
  auto job = read_job(disk_, folder(id.trial), id);
  if (job) return *std::move(job);
  complain(job.error(), news);
  return std::nullopt;
}

bool StudyServer::exists(const std::string& path) {
  const auto stat = disk_.stat_link(path);
  return stat && stat->exists();
}

/// A link to a folder will do: somebody keeps the checkpoints elsewhere.
bool StudyServer::is_folder(const std::string& path, FileKind kind) {
  if (kind != FileKind::link) return kind == FileKind::folder;
  const auto stat = disk_.stat(path);
  return stat && stat->kind == FileKind::folder;
}

std::vector<FolderEntry> StudyServer::entries(const std::string& folder, News& news) {
  auto found = disk_.list(folder);
  if (found) return *std::move(found);
  complain(found.error(), news);
  return {};
}

void StudyServer::complain(const Error& error, News& news) {
  std::string text = to_string(error);
  if (said_.insert(text).second) news.complaints.push_back(std::move(text));
}

// ---- answers
// -------------------------------------------------------------------------------------------------------

Status StudyServer::submitting(TrialRun id, const std::string& token, int attempt) {
  if (auto made = disk_.make_folders(checkpoint(id.trial)); !made) return made;
  if (auto written = disk_.write(fence(id.trial), token, Sync::no); !written) return written;
  Job job;
  job.id = id;
  job.token = token;
  job.attempt = attempt;
  return record(job);
}

Status StudyServer::record(const Job& job) {
  if (auto written = write(disk_, folder(job.id.trial), job); !written) return written;
  Trial& trial = trials_[job.id.trial];
  if (job.state != JobState::ended || job.id.run != trial.told) return Ok{};
  trial.open = false;
  if (trial.waiting > trial.told) rung_.push_front({{job.id.trial, trial.waiting}});
  trial.waiting = 0;
  return Ok{};
}

}  // namespace sluice::handoff
