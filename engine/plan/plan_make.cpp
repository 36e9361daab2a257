// The pass over the graph: what the store remembers, what is on disk, and what follows for each task.
#include <algorithm>
#include <thread>

#include "engine/plan/plan_state.h"

namespace sluice::plan {

namespace {

using workflow::Member;
using workflow::no_task;
using workflow::Stage;

constexpr std::size_t worth_a_thread = 2048;
constexpr std::size_t most_named = 10;

/// "a, b, c and 4 more"
std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), most_named); ++i) text += "\n    " + items[i];
  if (items.size() > most_named) text += "\n    and " + std::to_string(items.size() - most_named) + " more";
  return text;
}

}  // namespace

Plan::State::State(const TaskGraph& the_graph, store::Store& the_store, Disk& disk, Clock& clock,
                   PlanOptions the_options)
    : graph(the_graph),
      store(the_store),
      options(std::move(the_options)),
      contents(the_graph),
      files(disk, clock),
      fingerprints(the_graph, contents, files, disk, clock),
      outputs(the_graph, contents, disk, options.run_folder, options.threads),
      past(the_graph.task_count()),
      verdicts(the_graph.task_count()),
      groups(the_graph.groups.size()) {}

Status Plan::State::decide() {
  auto chosen = select(graph, options.selection);
  if (!chosen) return std::move(chosen).error();
  selected = *std::move(chosen);
  if (auto read = read_store(); !read) return read;
  if (auto judged = outputs.judge(); !judged) return judged;
  if (auto read = read_files(); !read) return read;
  for (StageIndex stage = 0; stage < graph.stages.size(); ++stage)
    if (auto decided = decide_stage(stage); !decided) return decided;
  return complain_about_missing();
}

// ---- what is known ----

Status Plan::State::read_store() {
  if (store.task_count() == 0) return Ok{};
  Status loaded = Ok{};
  outputs.look([&] {
    // The store hands tasks out in the order in which they first ran, which is nearly the order of the graph.
    TaskIndex expected = 0;
    loaded = store.load_tasks([&](const store::Task& row) {
      const bool as_expected = expected < graph.task_count() && graph.names[expected] == row.name;
      const auto task = as_expected ? std::optional(expected) : graph.find_task(row.name);
      if (!task) return;
      expected = *task + 1;
      remember(*task, row);
    });
  });
  if (!loaded) return loaded;
  return files.load(store);
}

void Plan::State::remember(TaskIndex task, const store::Task& row) {
  past[task] = {row.id, row.attempts, row.settled == "failed", row.fingerprint};
  if (past[task].failed) failures[task] = row.reason;
  const auto& declared = graph.stage(task).outputs;
  for (const store::Artifact& artifact : row.artifacts) {
    const auto found = std::find_if(declared.begin(), declared.end(),
                                    [&](const auto& output) { return output.name == artifact.output; });
    if (found == declared.end()) continue;
    const auto output = static_cast<std::uint32_t>(found - declared.begin());
    outputs.record(contents.slot(task, output), artifact.content,
                   artifact.path == graph.output_path(task, output));
  }
}

/// All files that a selected task reads; those that are missing are named together.
Status Plan::State::read_files() {
  std::vector<bool> group_done(graph.groups.size());
  std::vector<std::string> missing;
  Error last;
  for (TaskIndex task = 0; task < graph.task_count() && !graph.files.empty(); ++task) {
    if (!selected.tasks[task]) continue;
    for (const GroupIndex group : graph.inputs(task)) {
      if (group_done[group]) continue;
      group_done[group] = true;
      for (const Member& member : graph.group_members(group)) {
        if (member.task != no_task) continue;
        auto read = fingerprints.read_file(member.index);
        if (read) continue;
        last = std::move(read).error();
        if (!is_missing_input(last)) return last;
        missing.push_back(last.where + " (" + graph.names[task] + ")");
      }
    }
  }
  if (missing.empty()) return Ok{};
  if (missing.size() == 1) return last;
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return Error{std::to_string(missing.size()) + " input files are missing:" + listed(missing),
               graph.workflow_path, last.hint, ErrorKind::io};
}

// ---- what follows ----

void Plan::State::look_at_group(GroupIndex group) {
  GroupView& view = groups[group];
  if (view.seen) return;
  view.seen = true;
  for (const Member& member : graph.group_members(group)) {
    if (member.task == no_task) continue;
    const Decision decision = verdicts[member.task].decision;
    if ((decision == Decision::run || decision == Decision::maybe) && view.pending == no_task)
      view.pending = member.task;
    if (decision == Decision::excluded && view.excluded == no_task) view.excluded = member.task;
  }
}

TaskIndex Plan::State::pending_producer(TaskIndex task) {
  for (const GroupIndex group : graph.inputs(task)) {
    look_at_group(group);
    if (groups[group].pending != no_task) return groups[group].pending;
  }
  return no_task;
}

TaskIndex Plan::State::excluded_producer(TaskIndex task) {
  for (const GroupIndex group : graph.inputs(task)) {
    look_at_group(group);
    if (groups[group].excluded != no_task) return groups[group].excluded;
  }
  return no_task;
}

std::optional<Verdict> Plan::State::verdict_on_outputs(TaskIndex task) const {
  const std::size_t first = contents.slot(task, 0);
  for (std::uint32_t output = 0; output < graph.stage(task).outputs.size(); ++output)
    if (outputs.state(first + output) != OutputState::intact)
      return Verdict{Decision::run, Cause::output, output};
  return std::nullopt;
}

/// Nothing if only the fingerprint can tell.
std::optional<Verdict> Plan::State::verdict_without_content(TaskIndex task) {
  const Past& before = past[task];
  const bool has_result = !before.fingerprint.is_zero();
  if (!selected.tasks[task]) {
    const bool usable = has_result && !verdict_on_outputs(task);
    return Verdict{usable ? Decision::kept : Decision::excluded, Cause::none, 0};
  }
  if (selected.forced[task]) return Verdict{Decision::run, Cause::forced, 0};
  if (!has_result) {
    if (before.failed) return Verdict{Decision::run, Cause::failed, 0};
    return Verdict{Decision::run, before.attempts > 0 ? Cause::interrupted : Cause::never_ran, 0};
  }
  if (auto verdict = verdict_on_outputs(task)) return verdict;
  if (const TaskIndex upstream = pending_producer(task); upstream != no_task)
    return Verdict{Decision::maybe, Cause::upstream, upstream};
  return std::nullopt;
}

Status Plan::State::compare(const std::vector<TaskIndex>& tasks) {
  std::mutex guard;
  std::optional<Error> failed;
  const auto compare_some = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      auto verdict = verdict_on_content(tasks[i]);
      if (verdict) {
        verdicts[tasks[i]] = *verdict;
        continue;
      }
      const std::lock_guard lock(guard);
      if (!failed) failed = std::move(verdict).error();
      return;
    }
  };
  const std::size_t threads =
      tasks.size() < worth_a_thread ? 1 : static_cast<std::size_t>(std::max(options.threads, 1));
  const std::size_t share = (tasks.size() + threads - 1) / threads;
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i)
      others.emplace_back(compare_some, std::min(i * share, tasks.size()),
                          std::min((i + 1) * share, tasks.size()));
    compare_some(0, std::min(share, tasks.size()));
  }
  if (failed) return *failed;
  return Ok{};
}

Status Plan::State::decide_stage(StageIndex index) {
  const Stage& stage = graph.stages[index];
  std::vector<TaskIndex> by_content;
  for (TaskIndex task = stage.first_task; task < stage.first_task + stage.task_count; ++task) {
    if (const auto verdict = verdict_without_content(task))
      verdicts[task] = *verdict;
    else
      by_content.push_back(task);
  }
  if (by_content.empty()) return Ok{};
  if (auto read = fingerprints.read_programs(index); !read) return read;
  for (const TaskIndex task : by_content)
    for (const GroupIndex group : graph.inputs(task)) contents.group_hash(group);
  return compare(by_content);
}

/// A selected task that runs needs results; one that was left out of the selection will not make them.
Status Plan::State::complain_about_missing() {
  if (options.selection.everything()) return Ok{};
  std::vector<std::string> complaints;
  for (TaskIndex task = 0; task < graph.task_count(); ++task) {
    const Decision decision = verdicts[task].decision;
    if (decision != Decision::run && decision != Decision::maybe) continue;
    if (const TaskIndex absent = excluded_producer(task); absent != no_task)
      complaints.push_back(graph.names[task] + " needs the result of " + graph.names[absent]);
  }
  if (complaints.empty()) return Ok{};
  return Error{
      "what is selected needs results that are not there, and that were left out:" + listed(complaints),
      graph.workflow_path, "run those first, or take back --only, --from or --until", ErrorKind::usage};
}

}  // namespace sluice::plan
