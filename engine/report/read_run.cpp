#include "engine/report/read_run.h"

#include <algorithm>
#include <map>

#include "engine/report/cost.h"
#include "engine/report/task_book.h"
#include "engine/report/waiting.h"
#include "engine/store/lock.h"

namespace sluice::report {

namespace {

constexpr std::size_t most_notes = 50;
constexpr std::size_t events_looked_at = 2000;
constexpr std::size_t most_asked_for_progress = 100;

/// Dead ones too: their last heartbeat tells how long they lived.
std::vector<RunOwner> owner_of(store::Store& store, Processes& processes, std::int64_t now_ns) {
  const auto owner = store::Lock::owner(store);
  if (!owner || !*owner) return {};
  const store::Owner& found = **owner;
  RunOwner shown{found.process.host, found.process.pid, found.heartbeat_ns, false, false};
  const Liveness liveness = processes.liveness(found.process);
  shown.is_certain = liveness != Liveness::unknown;
  const double silent_s = seconds_between(found.heartbeat_ns, now_ns);
  shown.is_alive =
      liveness == Liveness::alive || (liveness == Liveness::unknown && silent_s < store::Lock::silence_s);
  return {shown};
}

/// What the run is at: a run without an end has been interrupted when nobody owns it.
std::string state_of(const store::Run& run, const std::vector<RunOwner>& owner) {
  if (run.ended_ns != 0) return run.status;
  return !owner.empty() && owner.front().is_alive ? "running" : "interrupted";
}

/// Of a run whose driver was killed: the last thing that it wrote down.
Result<std::int64_t> end_of(store::Store& store, const store::Run& run, const RunSummary& summary) {
  if (run.ended_ns != 0) return run.ended_ns;
  if (summary.state == "running") return summary.now_ns;
  std::int64_t end = run.info.started_ns;
  const auto events = store.last_events(1);
  if (!events) return events.error();
  for (const store::Event& event : *events) end = std::max(end, event.wall_ns);
  for (const Span& span : summary.spans)
    if (!span.is_running) end = std::max(end, span.end_ns);
  for (const RunOwner& owner : summary.owner) end = std::max(end, owner.heartbeat_ns);
  return end;
}

void copy_origin(const store::Run& run, const store::Store& store, const ReadOptions& options,
                 RunSummary& summary) {
  summary.run = run.name;
  summary.started_ns = run.info.started_ns;
  summary.run_folder = options.run_folder;
  summary.store_uid = store.uid();
  summary.workflow_path = run.info.workflow_path;
  summary.workflow_text = run.info.workflow_text;
  summary.params = run.info.params;
  summary.command_line = run.info.command_line;
  summary.host = run.info.host;
  summary.user = run.info.user;
  summary.version = run.info.version;
}

Status read_running(store::Store& store, TaskBook& book, const ReadOptions& options, RunSummary& summary) {
  const auto live = store.live_attempts();
  if (!live) return live.error();
  const auto waits = live->empty() ? Result<Waits>(Waits{}) : read_waits(store);
  if (!waits) return waits.error();
  const auto ended = live->empty() || !options.ended ? std::unordered_set<std::string>() : options.ended();
  for (const store::LiveAttempt& attempt : *live) {
    const bool has_ended = ended.contains(attempt.token());
    const auto wait = waits->find({attempt.task_name, attempt.attempt.number});
    if (!book.row_of(attempt.attempt.task)) continue;
    if (!has_ended) book.is_running(attempt.attempt.task);
    summary.running.push_back(
        {attempt.task_name, attempt.attempt.number, attempt.attempt.executor, attempt.handle, attempt.node,
         has_ended ? std::string(ended_unrecorded) : std::string(to_string(attempt.state)),
         attempt.attempt.submitted_ns, attempt.started_ns, attempt.attempt.folder + "/log.txt",
         attempt.started_ns == 0 && wait != waits->end() ? wait->second : "", std::nullopt});
    if (!has_ended && attempt.started_ns != 0 && summary.running.size() <= most_asked_for_progress)
      summary.running.back().progress = task_progress(join_path(options.run_folder, attempt.attempt.folder),
                                                      1e-9 * static_cast<double>(summary.now_ns));
  }
  return Ok{};
}

std::string place_of(const store::Attempt& attempt) {
  return attempt.node.empty() ? attempt.executor : attempt.executor + " on " + attempt.node;
}

/// Everything that the attempts of a run tell: cost, time line, retries.
class AttemptReader {
 public:
  AttemptReader(const TaskBook& book, RunSummary& summary)
      : book_(book), summary_(summary), costs_(summary.stages.size()) {}

  void read_own(const std::vector<store::Attempt>& attempts) {
    for (const store::Attempt& attempt : attempts) {
      const auto row = book_.row_of(attempt.task);
      if (!row) continue;
      if (!attempt.state) costs_.add(*row, attempt);
      add_span(*row, attempt);
      if (!attempt.state && attempt.outcome != "success") add_retry(*row, attempt);
    }
  }
  void read_results(const std::vector<store::Attempt>& attempts) {
    for (const store::Attempt& attempt : attempts)
      if (!attempt.state && book_.made_result(attempt.task, attempt.run, attempt.number))
        costs_.add(*book_.row_of(attempt.task), attempt);
  }
  void read_spans(const std::vector<store::Attempt>& attempts) {
    for (const store::Attempt& attempt : attempts)
      if (const auto row = book_.row_of(attempt.task)) add_span(*row, attempt);
  }
  void finish() {
    for (std::size_t row = 0; row < summary_.stages.size(); ++row) {
      StageSummary& stage = summary_.stages[row];
      stage.cost = costs_.cost(row);
      // What the workflow says, not what retries were given.
      if (stage.about.resources.memory_bytes > 0) stage.cost.asked_bytes = stage.about.resources.memory_bytes;
      if (stage.about.resources.time_s > 0) stage.cost.asked_s = stage.about.resources.time_s;
    }
    for (auto& [key, count] : retries_) summary_.retries.push_back(std::move(count));
    std::stable_sort(summary_.retries.begin(), summary_.retries.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
  }

 private:
  void add_span(std::uint32_t row, const store::Attempt& attempt) {
    const std::int64_t end = attempt.state ? summary_.now_ns : attempt.ended_ns;
    if (attempt.started_ns == 0 || end < attempt.started_ns) return;
    summary_.spans.push_back({attempt.task_name, row, attempt.number, place_of(attempt), attempt.started_ns,
                              end, attempt.state.has_value(),
                              !attempt.state && attempt.outcome != "success"});
  }
  void add_retry(std::uint32_t row, const store::Attempt& attempt) {
    RetryCount& entry = retries_[{row, attempt.outcome}];
    if (entry.count++ == 0) entry = {summary_.stages[row].about.name, attempt.outcome, 1, attempt.message};
  }

  const TaskBook& book_;
  RunSummary& summary_;
  CostBook costs_;
  std::map<std::pair<std::uint32_t, std::string>, RetryCount> retries_;
};

/// The last run before this one in which something ran; a run that found everything up to date shows its time
/// line.
Status borrow_timeline(store::Store& store, AttemptReader& reader, RunSummary& summary) {
  const auto runs = store.runs();
  if (!runs) return runs.error();
  for (std::size_t i = runs->size(); i-- > 0 && summary.spans.empty();) {
    const auto attempts = store.attempts_in((*runs)[i].name);
    if (!attempts) return attempts.error();
    reader.read_spans(*attempts);
    if (!summary.spans.empty()) summary.timeline_run = (*runs)[i].name;
  }
  return Ok{};
}

Status read_history(store::Store& store, const TaskBook& book, RunSummary& summary) {
  AttemptReader reader(book, summary);
  const auto own = store.attempts_in(summary.run);
  if (!own) return own.error();
  reader.read_own(*own);
  for (const std::string& run : book.result_runs()) {
    if (run == summary.run) continue;
    const auto attempts = store.attempts_in(run);
    if (!attempts) return attempts.error();
    reader.read_results(*attempts);
  }
  summary.timeline_run = summary.run;
  if (summary.spans.empty())
    if (auto borrowed = borrow_timeline(store, reader, summary); !borrowed) return borrowed;
  reader.finish();
  return Ok{};
}

Status read_failures(store::Store& store, const TaskBook& book, const ReadOptions& options,
                     RunSummary& summary) {
  summary.failure_count = book.failed().size();
  for (const TaskBook::Failed& failed : book.failed()) {
    if (summary.failures.size() == options.most_failures) break;
    FailedTask shown;
    shown.task = failed.name;
    shown.message = failed.reason;
    const auto attempts = store.attempts_of(failed.id);
    if (!attempts) return attempts.error();
    if (!attempts->empty()) {
      const store::Attempt& last = attempts->back();
      shown.attempt = last.number;
      shown.outcome = last.outcome;
      if (!last.message.empty()) shown.message = last.message;
      shown.node = last.node;
      shown.seconds = seconds_between(last.started_ns, last.ended_ns);
      shown.log = last.log;
      if (!last.log.empty())
        shown.tail = log_tail(join_path(options.run_folder, last.log), options.log_lines);
    }
    summary.failures.push_back(std::move(shown));
  }
  return Ok{};
}

Status read_notes(store::Store& store, RunSummary& summary) {
  static constexpr std::string_view interesting[] = {"unreachable", "reachable", "executor",
                                                     "abandoned",   "refused",   "detached"};
  const auto events = store.last_events(events_looked_at);
  if (!events) return events.error();
  for (const store::Event& event : *events) {
    if (event.run != summary.run) continue;
    if (std::find(std::begin(interesting), std::end(interesting), event.kind) == std::end(interesting))
      continue;
    const std::string about = event.task.empty() ? "" : event.task + ": ";
    summary.notes.push_back({event.wall_ns, event.kind, about + event.detail});
  }
  if (summary.notes.size() > most_notes)
    summary.notes.erase(summary.notes.begin(), summary.notes.end() - static_cast<std::ptrdiff_t>(most_notes));
  return Ok{};
}

/// Of a run whose graph was not kept: stages in the order in which their first task was seen.
Result<GraphSnapshot> pieced_together(store::Store& store, const store::Run& run) {
  GraphSnapshot graph;
  graph.workflow = file_name(run.info.workflow_path);
  std::map<std::string, std::size_t, std::less<>> index;
  const Status loaded = store.load_tasks([&](const store::Task& task) {
    if (task.owner != 0) return;
    const std::string_view name = stage_name(task.name);
    auto found = index.find(name);
    if (found == index.end()) {
      found = index.emplace(std::string(name), graph.stages.size()).first;
      graph.stages.emplace_back().name = name;
    }
    StageSnapshot& stage = graph.stages[found->second];
    stage.names.listed.emplace_back(task.name);
    ++stage.task_count;
  });
  if (!loaded) return loaded.error();
  return graph;
}

}  // namespace

Tally RunSummary::total() const {
  Tally sum;
  for (const StageSummary& stage : stages)
    if (!stage.is_trials) sum += stage.tally;
  return sum;
}

Result<GraphSnapshot> graph_of(store::Store& store, const store::Run& run) {
  auto graph = snapshot_from_text(run.info.graph);
  return graph ? std::move(graph) : pieced_together(store, run);
}

Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& run_folder) {
  const std::string path = join_path(run_folder, ".sluice/store.db");
  RealDisk disk;
  const auto stat = disk.stat(path);
  if (!stat) return stat.error();
  if (!stat->exists())
    return Error{"nothing has run in this folder yet", run_folder,
                 "go to the folder of a run or name it with --dir; `sluice run WORKFLOW` makes a first one"};
  store::StoreOptions options;
  options.access = store::Access::read;
  return store::Store::open(path, options);
}

Result<RunSummary> read_run(store::Store& store, Processes& processes, Clock& clock,
                            const ReadOptions& options) {
  const store::Store::Snapshot one_moment(store);
  const auto last = store.last_run();
  if (!last) return last.error();
  if (!*last)
    return Error{"nothing has run in this folder yet", options.run_folder,
                 "start with `sluice run WORKFLOW`"};
  const store::Run& run = **last;
  auto graph = graph_of(store, run);
  if (!graph) return std::move(graph).error();

  RunSummary summary;
  summary.workflow = graph->workflow;
  summary.now_ns = clock.wall_ns();
  copy_origin(run, store, options, summary);
  summary.owner = owner_of(store, processes, summary.now_ns);
  summary.state = state_of(run, summary.owner);

  TaskBook book(std::move(*graph));
  if (auto loaded = book.load(store, run.name, options.with_history ? options.outputs_a_stage : 0); !loaded)
    return std::move(loaded).error();
  if (auto read = read_running(store, book, options, summary); !read) return std::move(read).error();
  summary.stages = book.stages(run.status == "succeeded" || run.status == "failed");
  if (auto read = read_failures(store, book, options, summary); !read) return std::move(read).error();
  if (auto read = read_notes(store, summary); !read) return std::move(read).error();
  if (options.with_history)
    if (auto read = read_history(store, book, summary); !read) return std::move(read).error();
  summary.outputs = book.take_outputs();
  summary.numbers = book.take_numbers();
  const auto end = end_of(store, run, summary);
  if (!end) return end.error();
  summary.ended_ns = *end;
  return summary;
}

Result<RunSummary> read_last_run(const ReadOptions& options) {
  const auto store = open_for_reading(options.run_folder);
  if (!store) return store.error();
  RealProcesses processes;
  RealClock clock;
  return read_run(**store, processes, clock, options);
}

}  // namespace sluice::report
