#include <algorithm>
#include <set>

#include "engine/base/units.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/workspace.h"
#include "engine/plan/plan.h"
#include "engine/store/transaction.h"

namespace sluice::cli {

namespace {

class Cleaner {
 public:
  Cleaner(Session& session, const run::Layout& place, bool dry_run, Console& console)
      : session_(session), place_(place), dry_run_(dry_run), console_(console) {}

  Status remove(const std::string& path) {
    auto content = survey(*session_.disk, path);
    // A folder with links or special files can't be surveyed as an artifact; it can be removed all the same.
    if (content && content->kind == FileKind::missing) return Ok{};
    if (content) bytes_ += content->size;
    ++count_;
    console_.out << (dry_run_ ? "would remove " : "removed ") << path.substr(place_.root().size() + 1)
                 << "\n";
    return dry_run_ ? Status(Ok{}) : session_.disk->remove_tree(path);
  }
  void say_total() {
    console_.out << (dry_run_ ? "would free " : "freed ") << format_bytes(bytes_) << " in " << count_
                 << (count_ == 1 ? " place\n" : " places\n");
  }
  bool dry_run() const { return dry_run_; }

 private:
  Session& session_;
  const run::Layout& place_;
  bool dry_run_;
  Console& console_;
  std::uint64_t bytes_ = 0;
  std::size_t count_ = 0;
};

/// Attempt folders that nothing needs: of attempts that have ended and are not the last of their task, unless
/// kept logs are of a result.
Status remove_old_attempts(Session& session, const run::Layout& place, Cleaner& cleaner) {
  std::vector<std::pair<store::TaskId, int>> last;
  if (auto loaded = session.store->load_tasks(
          [&](const store::Task& task) { last.emplace_back(task.id, task.attempts); });
      !loaded)
    return loaded;
  for (const auto& [task, newest] : last) {
    if (newest <= 1) continue;
    auto attempts = session.store->attempts_of(task);
    if (!attempts) return std::move(attempts).error();
    for (const auto& attempt : *attempts)
      if (!attempt.state && attempt.number != newest && attempt.outcome != "success")
        if (auto removed = cleaner.remove(join_path(place.root(), attempt.folder)); !removed) return removed;
  }
  return cleaner.remove(place.home() + "/old");
}

/// What the store knows to be made by these tasks; a file that only happens to stand in an output's place is
/// not ours.
Result<std::vector<std::string>> results_of(store::Store& store, const workflow::TaskGraph& graph,
                                            const std::set<workflow::TaskIndex>& tasks) {
  std::vector<std::string> paths;
  auto loaded = store.load_tasks([&](const store::Task& known) {
    const auto task = graph.find_task(known.name);
    if (!task || !tasks.contains(*task)) return;
    for (const auto& artifact : known.artifacts) paths.emplace_back(artifact.path);
  });
  if (!loaded) return std::move(loaded).error();
  return paths;
}

/// Outputs and state of tasks, on purpose: they will run again.
Status remove_results(Session& session, const run::Layout& place, const workflow::TaskGraph& graph,
                      const std::set<workflow::TaskIndex>& tasks, Cleaner& cleaner) {
  auto paths = results_of(*session.store, graph, tasks);
  if (!paths) return std::move(paths).error();
  for (const auto& path : *paths)
    if (auto removed = cleaner.remove(place.place(path)); !removed) return removed;
  for (const auto task : tasks)
    if (auto removed = cleaner.remove(parent_path(place.state(graph.names[task], Hash128{}))); !removed)
      return removed;
  if (cleaner.dry_run()) return Ok{};
  store::Transaction transaction(*session.store);
  for (const auto task : tasks) {
    const store::TaskId id = transaction.task(graph.names[task]);
    transaction.forget_result(id);
    transaction.drop_state_marks(id);
  }
  return transaction.commit();
}

Result<std::set<workflow::TaskIndex>> chosen(const workflow::TaskGraph& graph, const Arguments& arguments) {
  std::set<workflow::TaskIndex> tasks;
  for (const auto& pattern : arguments.operands()) {
    auto matched = plan::match_tasks(graph, pattern, "");
    if (!matched) return std::move(matched).error();
    tasks.insert(matched->begin(), matched->end());
  }
  if (arguments.has("all"))
    for (workflow::TaskIndex task = 0; task < graph.task_count(); ++task) tasks.insert(task);
  return tasks;
}

Result<int> run(const Arguments& arguments, Console& console) {
  const run::Layout place = layout(arguments);
  RealDisk disk;
  if (auto file = disk.stat(place.store()); !file || !file->exists())
    return Error{"nothing was ever run here", place.root(), "name the run folder with --dir",
                 ErrorKind::usage};
  const bool results = arguments.has("all") || !arguments.operands().empty();
  std::optional<workflow::TaskGraph> graph;
  if (results) {
    auto path = last_workflow(place);
    if (!path) return std::move(path).error();
    auto loaded = load_workflow(arguments, *path, machine_of_last_run(arguments, *path), console);
    if (!loaded) return std::move(loaded).error();
    graph = std::move(*loaded);
  }
  const bool dry_run = arguments.has("dry-run");
  auto session = dry_run ? look_only(place) : open_session(place, console);
  if (!session) return std::move(session).error();
  Cleaner cleaner(**session, place, dry_run, console);
  auto live = (*session)->store->live_attempts();
  if (!live) return std::move(live).error();
  if (!live->empty() && !dry_run)
    return Error{std::to_string(live->size()) + " attempts still run", place.root(),
                 "let `sluice run` finish them, or stop them with `sluice cancel`", ErrorKind::usage};
  Status done = Ok{};
  if (results) {
    auto tasks = chosen(*graph, arguments);
    if (!tasks) return std::move(tasks).error();
    done = remove_results(**session, place, *graph, *tasks, cleaner);
  } else {
    done = remove_old_attempts(**session, place, cleaner);
  }
  if (!dry_run) (void)(*session)->lock->release(*(*session)->store);
  if (!done) return std::move(done).error();
  cleaner.say_total();
  return exit_done;
}

}  // namespace

Verb clean_verb() {
  return {.name = "clean",
          .summary = "Remove what is not needed any more, or the results of tasks",
          .details =
              "Without a task: the folders of superseded failed attempts and the set-aside previous outputs. "
              "With tasks or --all: their outputs and saved state, so that they run again. What was never "
              "ours is never "
              "touched.",
          .operands = {{.name = "TASK", .names = Names::task, .repeats = true}},
          .options = join(
              {{dir_option(),
                {.name = "all", .value = "", .help = "the results of all tasks"},
                {.name = "dry-run", .letter = 'n', .value = "", .help = "only say what would be removed"}},
               workflow_options()}),
          .run = run};
}

}  // namespace sluice::cli
