#include "engine/handoff/job.h"

#include <array>

#include "engine/handoff/json_file.h"

namespace sluice::handoff {

namespace {

constexpr std::array<std::string_view, 3> states = {"submitted", "running", "ended"};

}  // namespace

std::string_view to_string(JobState state) { return states.at(static_cast<std::size_t>(state)); }

Status write(Disk& disk, const std::string& folder, const Job& job) {
  json::object object{{"trial", job.id.trial},
                      {"run", job.id.run},
                      {"token", job.token},
                      {"attempt", job.attempt},
                      {"state", to_string(job.state)}};
  if (job.gpus > 0) object["gpus"] = job.gpus;
  if (!job.outcome.empty()) object["outcome"] = job.outcome;
  if (!job.message.empty()) object["message"] = job.message;
  if (!job.record.empty()) object["record"] = job.record;
  // The end of a run is what somebody decides upon; the states before it can be found out again.
  const Sync sync = job.state == JobState::ended ? Sync::yes : Sync::no;
  return write_json_file(disk, join_path(folder, job_file(job.id.run)), object, sync);
}

Result<Job> read_job(Disk& disk, const std::string& folder, TrialRun id) {
  const std::string path = join_path(folder, job_file(id.run));
  auto object = read_json_file(disk, path);
  if (!object) return std::move(object).error();
  if (json_int(*object, "trial") != id.trial || json_int(*object, "run") != id.run)
    return Error{"it is of another trial or run", path, "was it copied or renamed?"};
  Job job;
  job.id = id;
  job.token = json_string(*object, "token").value_or("");
  job.attempt = static_cast<int>(json_int(*object, "attempt").value_or(1));
  job.outcome = json_string(*object, "outcome").value_or("");
  job.message = json_string(*object, "message").value_or("");
  job.gpus = static_cast<int>(json_int(*object, "gpus").value_or(0));
  if (const auto* record = json_object(*object, "record")) job.record = *record;
  const auto state = json_string(*object, "state");
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (state != states.at(i)) continue;
    job.state = static_cast<JobState>(i);
    return job;
  }
  return missing_member(path, "state");
}

}  // namespace sluice::handoff
