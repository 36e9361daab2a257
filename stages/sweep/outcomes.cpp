#include "stages/sweep/outcomes.h"

#include <csignal>

namespace sluice::sweep {

namespace {

using hpo::Ending;

/// Of the run's last attempt. Both times are of one machine's clock.
hpo::Cost cost_of(const handoff::Job& job) {
  constexpr double ns_per_s = 1e9;
  const auto begun = json_int(job.record, "started_ns");
  const auto ended = json_int(job.record, "ended_ns");
  if (!begun || !ended || *ended < *begun) return {};
  const double seconds = static_cast<double>(*ended - *begun) / ns_per_s;
  return {seconds, seconds * job.gpus};
}

std::string reason_of(const handoff::Job& job) {
  if (job.outcome != "user") return job.message.empty() ? job.outcome : job.outcome + ": " + job.message;
  const auto signal = json_int(job.record, "signal").value_or(0);
  if (signal != 0) return "it was ended by signal " + std::to_string(signal);
  const auto code = json_int(job.record, "exit_code");
  return code ? "exit code " + std::to_string(*code) : job.message;
}

}  // namespace

Seen seen_in_job(const handoff::Job& job) {
  Seen seen;
  seen.result.cost = cost_of(job);
  if (job.outcome == "success") return seen;
  // Nobody gets KILL for what he did himself, except for memory, which the engine would have said.
  const bool killed = job.outcome == "user" && json_int(job.record, "signal").value_or(0) == SIGKILL;
  if (job.outcome == "infrastructure" || killed) seen.kind = Seen::Kind::gone;
  if (job.outcome == "cancelled") seen.kind = Seen::Kind::cancelled;
  // Configurations are at fault for running out of memory; for the rest nobody knows.
  seen.result.ending = job.outcome == "out-of-memory" ? Ending::infeasible : Ending::lost;
  seen.result.why = reason_of(job);
  return seen;
}

void judge(const handoff::RunStatus& status, hpo::WorkResult& result) {
  switch (status.result) {
    case handoff::RunResult::milestone: result.ending = Ending::milestone; return;
    case handoff::RunResult::completed: result.ending = Ending::completed; return;
    case handoff::RunResult::stopped: result.ending = Ending::stopped; return;
    case handoff::RunResult::failed: break;
  }
  const bool at_fault = status.reason == "nan" || status.reason == "out-of-memory";
  result.ending = at_fault ? Ending::infeasible : Ending::lost;
  result.why = status.reason + (status.message.empty() ? "" : ": " + status.message);
}

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

}  // namespace sluice::sweep
