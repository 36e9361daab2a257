#include "engine/report/task_book.h"

#include <algorithm>
#include <map>

namespace sluice::report {

namespace {

constexpr const char* report_name = "report";  // an output that stands in the report of the run
constexpr std::size_t most_reports = 8;        // of a stage

void count_settled(Tally& tally, std::string_view state) {
  if (state == "succeeded")
    ++tally.succeeded;
  else if (state == "cached")
    ++tally.cached;
  else if (state == "failed")
    ++tally.failed;
  else if (state == "skipped")
    ++tally.skipped;
  else if (state == "cancelled")
    ++tally.cancelled;
  else
    ++tally.excluded;
}

}  // namespace

TaskBook::TaskBook(GraphSnapshot graph) : graph_(std::move(graph)) {
  const std::vector<int> depth = depths(graph_);
  for (std::size_t s = 0; s < graph_.stages.size(); ++s) {
    const StageSnapshot& stage = graph_.stages[s];
    const auto row = static_cast<std::uint32_t>(rows_.size());
    row_of_stage_.push_back(row);
    for (std::string& name : spelled_out(stage.name, stage.names)) row_of_name_.emplace(std::move(name), row);
    rows_.push_back({.about = stage, .depth = depth[s], .tally = {}, .cost = {}});
    for (const TrialsSnapshot& trials : stage.trials) {
      StageSnapshot about;
      about.name = stage.name + " trials";
      about.program = trials.program;
      about.executor = trials.executor;
      about.resources = trials.resources;
      rows_.push_back({.about = about, .is_trials = true, .depth = depth[s], .tally = {}, .cost = {}});
    }
  }
  for (const StageSummary& row : rows_) outputs_.push_back({row.about.name, 0, 0, {}, 0, {}});
  for (const NumberSnapshot& number : graph_.numbers) numbers_.push_back({number, {}, 0, 0, {}});
}

std::optional<std::uint32_t> TaskBook::find_row(const store::Task& task) const {
  if (task.owner != 0) {
    const auto owner = row_of(task.owner);
    if (!owner || *owner + 1 >= rows_.size() || !rows_[*owner + 1].is_trials) return std::nullopt;
    return *owner + 1;
  }
  const auto found = row_of_name_.find(std::string(task.name));
  if (found == row_of_name_.end()) return std::nullopt;
  return found->second;
}

std::uint32_t TaskBook::run_index(std::string_view run) {
  for (std::size_t i = runs_.size(); i-- > 0;)
    if (runs_[i] == run) return static_cast<std::uint32_t>(i);
  runs_.emplace_back(run);
  return static_cast<std::uint32_t>(runs_.size() - 1);
}

void TaskBook::enter(const store::Task& task, std::uint32_t row, const std::string& run) {
  Entry entry;
  entry.row = row;
  if (!task.fingerprint.is_zero()) {
    entry.result_run = run_index(task.result_run);
    entry.result_attempt = task.result_attempt;
  }
  if (task.settled_run == run && !task.settled.empty()) {
    entry.is_settled = true;
    count_settled(rows_[row].tally, task.settled);
    if (task.settled == "failed")
      failed_.push_back({task.id, std::string(task.name), std::string(task.reason)});
  }
  entries_.emplace(task.id, entry);
}

void TaskBook::note_outputs(const store::Task& task, std::uint32_t row, std::size_t most) {
  StageOutputs& outputs = outputs_[row];
  for (const store::Artifact& artifact : task.artifacts) {
    ++outputs.count;
    outputs.bytes += artifact.content.size;
    const bool is_report = artifact.output == report_name && !rows_[row].is_trials;
    if (is_report) ++outputs.report_count;
    const auto made = [&] {
      return Output{std::string(task.name), std::string(artifact.output), std::string(artifact.path),
                    to_hex(artifact.content.hash), artifact.content.size};
    };
    if (outputs.some.size() < most) outputs.some.push_back(made());
    if (is_report && outputs.reports.size() < most_reports) outputs.reports.push_back(made());
    for (Number& number : numbers_)
      if (number.about.stage == task.name && number.about.output == artifact.output) number.source = {made()};
  }
}

/// A study goes on from run to run, so its trials count whichever run they ended in: but not those of an
/// earlier study, which had the same names. The first trial of a study is the first of it to run, so what
/// ended in a run before that is older.
void TaskBook::enter_trials(const std::vector<TrialTask>& trials, std::uint32_t row,
                            const std::vector<store::Run>& runs) {
  const auto position = [&](const TrialTask& trial) {
    return std::find_if(runs.begin(), runs.end(),
                        [&](const store::Run& run) { return run.name == trial.settled_run; }) -
           runs.begin();
  };
  const auto first = std::min_element(trials.begin(), trials.end(),
                                      [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto begin = position(*first);
  for (const TrialTask& trial : trials) {
    Entry entry;
    entry.row = row;
    const bool is_of_study = first->settled.empty() || position(trial) >= begin;
    if (!trial.settled.empty() && is_of_study) {
      const bool earlier = runs.empty() || trial.settled_run != runs.back().name;
      entry.is_settled = !earlier;
      entry.result_run = run_index(trial.settled_run);
      entry.result_attempt = trial.attempts;
      count_settled(rows_[row].tally, earlier && trial.settled == "succeeded" ? "cached" : trial.settled);
      if (!earlier && trial.settled == "failed") failed_.push_back({trial.id, trial.name, trial.reason});
    }
    entries_.emplace(trial.id, entry);
  }
}

Status TaskBook::load(store::Store& store, const std::string& run, std::size_t outputs_a_stage) {
  std::map<std::uint32_t, std::vector<TrialTask>> trials;  // by row
  const Status loaded = store.load_tasks([&](const store::Task& task) {
    const auto row = find_row(task);
    if (!row) return;
    if (task.owner != 0) {
      trials[*row].push_back({task.id, std::string(task.name), std::string(task.settled),
                              std::string(task.settled_run), std::string(task.reason), task.attempts});
      return;
    }
    enter(task, *row, run);
    if (outputs_a_stage > 0) note_outputs(task, *row, outputs_a_stage);
  });
  if (!loaded || trials.empty()) return loaded;
  const auto runs = store.runs();
  if (!runs) return runs.error();
  for (const auto& [row, tasks] : trials) enter_trials(tasks, row, *runs);
  return Ok{};
}

void TaskBook::is_running(store::TaskId task) {
  const auto found = entries_.find(task);
  if (found != entries_.end() && !found->second.is_settled) found->second.is_running = true;
}

std::vector<StageSummary> TaskBook::stages(bool is_over) const {
  std::vector<StageSummary> rows = rows_;
  std::vector<std::size_t> unsettled_results(rows.size(), 0);
  for (const auto& [id, entry] : entries_) {
    if (entry.is_running)
      ++rows[entry.row].tally.running;
    else if (!entry.is_settled && entry.result_attempt > 0)
      ++unsettled_results[entry.row];
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].is_trials) continue;
    Tally& tally = rows[r].tally;
    const std::size_t known = tally.total();
    const std::size_t rest = rows[r].about.task_count > known ? rows[r].about.task_count - known : 0;
    const std::size_t there = std::min(unsettled_results[r], rest);
    const std::size_t cached = is_over ? there : std::min<std::size_t>(there, rows[r].about.up_to_date);
    const std::size_t excluded =
        is_over ? rest - cached : std::min<std::size_t>(rest - cached, rows[r].about.excluded);
    tally.cached += cached;
    tally.excluded += excluded;
    tally.waiting += rest - cached - excluded;
  }
  return rows;
}

std::vector<StageOutputs> TaskBook::take_outputs() {
  std::erase_if(outputs_, [](const StageOutputs& outputs) { return outputs.count == 0; });
  return std::move(outputs_);
}

std::vector<Number> TaskBook::take_numbers() { return std::move(numbers_); }

std::optional<std::uint32_t> TaskBook::row_of(store::TaskId task) const {
  const auto found = entries_.find(task);
  if (found == entries_.end()) return std::nullopt;
  return found->second.row;
}

bool TaskBook::made_result(store::TaskId task, std::string_view run, int attempt) const {
  const auto found = entries_.find(task);
  return found != entries_.end() && found->second.result_attempt == attempt &&
         runs_[found->second.result_run] == run;
}

}  // namespace sluice::report
