#include "engine/report/status.h"

namespace sluice::report {

namespace {

json::value seconds_of(std::int64_t ns) { return 1e-9 * static_cast<double>(ns); }

json::array stages_json(const RunSummary& summary) {
  json::array stages;
  for (const StageSummary& stage : summary.stages) {
    json::object object{{"stage", stage.about.name}, {"trials", stage.is_trials}};
    for (auto& [key, value] : to_json(stage.tally)) object[key] = value;
    stages.push_back(std::move(object));
  }
  return stages;
}

json::value progress_json(const std::optional<TaskProgress>& progress) {
  if (!progress) return nullptr;
  return json::object{{"done", progress->done},
                      {"total", progress->total},
                      {"unit", progress->unit},
                      {"note", progress->note},
                      {"seconds_left", progress->left_s ? json::value(*progress->left_s) : json::value()}};
}

json::array running_json(const RunSummary& summary) {
  json::array running;
  for (const RunningAttempt& attempt : summary.running)
    running.push_back(
        json::object{{"task", attempt.task},
                     {"attempt", attempt.attempt},
                     {"state", attempt.state},
                     {"executor", attempt.executor},
                     {"handle", attempt.handle},
                     {"node", attempt.node},
                     {"submitted", seconds_of(attempt.submitted_ns)},
                     {"started", attempt.started_ns == 0 ? json::value() : seconds_of(attempt.started_ns)},
                     {"waits_for", attempt.waits_for},
                     {"progress", progress_json(attempt.progress)},
                     {"log", attempt.log}});
  return running;
}

json::array failures_json(const RunSummary& summary) {
  json::array failures;
  for (const FailedTask& failed : summary.failures) {
    json::array lines;
    for (const std::string& line : failed.tail.lines) lines.push_back(json::string(line));
    failures.push_back(json::object{{"task", failed.task},
                                    {"attempt", failed.attempt},
                                    {"outcome", failed.outcome},
                                    {"message", failed.message},
                                    {"node", failed.node},
                                    {"log", failed.log},
                                    {"last_lines", std::move(lines)}});
  }
  return failures;
}

json::array notes_json(const RunSummary& summary) {
  json::array notes;
  for (const Note& note : summary.notes)
    notes.push_back(
        json::object{{"time", seconds_of(note.wall_ns)}, {"kind", note.kind}, {"text", note.text}});
  return notes;
}

json::value owner_json(const RunSummary& summary) {
  if (summary.owner.empty()) return {};
  const RunOwner& owner = summary.owner.front();
  return json::object{{"host", owner.host},
                      {"pid", owner.pid},
                      {"heartbeat", seconds_of(owner.heartbeat_ns)},
                      {"alive", owner.is_alive},
                      {"certain", owner.is_certain}};
}

}  // namespace

json::object to_json(const Tally& tally) {
  return {{"total", tally.total()},     {"waiting", tally.waiting},     {"running", tally.running},
          {"up_to_date", tally.cached}, {"succeeded", tally.succeeded}, {"failed", tally.failed},
          {"skipped", tally.skipped},   {"cancelled", tally.cancelled}, {"excluded", tally.excluded}};
}

json::value status_json(const RunSummary& summary) {
  const bool is_running = summary.state == "running";
  return json::object{{"workflow", summary.workflow},
                      {"run", summary.run},
                      {"state", summary.state},
                      {"started", seconds_of(summary.started_ns)},
                      {"ended", is_running ? json::value() : seconds_of(summary.ended_ns)},
                      {"seconds", summary.seconds()},
                      {"run_folder", summary.run_folder},
                      {"workflow_file", summary.workflow_path},
                      {"owner", owner_json(summary)},
                      {"tasks", to_json(summary.total())},
                      {"stages", stages_json(summary)},
                      {"running", running_json(summary)},
                      {"failures", failures_json(summary)},
                      {"notes", notes_json(summary)}};
}

}  // namespace sluice::report
