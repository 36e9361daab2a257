#include "engine/store/transaction.h"

#include <cerrno>

#include "engine/store/state.h"
#include "engine/store/writer.h"

namespace sluice::store {

namespace {

Status check_fence(Store::State& state) {
  SQLite::Statement& row = state.prepared("SELECT fence FROM lock");
  const bool ours = row.executeStep() && row.getColumn(0).getInt64() == state.fence;
  row.reset();
  return ours ? Status(Ok{}) : Status(fenced_off(state.connection->path()));
}

}  // namespace

Status Transaction::write_all() {
  Store::State& state = store_.state();
  Connection& connection = *state.connection;
  auto written = connection.guarded([&]() -> Status {
    connection.write("BEGIN IMMEDIATE");
    if (auto ours = check_fence(state); !ours) return ours;
    Writer writer(connection);
    for (const Write& write : writes_) write(writer);
    if (state.options.at_commit) state.options.at_commit(CommitPoint::before);
    connection.write("COMMIT");
    if (state.options.at_commit) state.options.at_commit(CommitPoint::after);
    return Ok{};
  });
  if (!written) (void)connection.database().tryExec("ROLLBACK");
  return written;
}

Status Transaction::commit() {
  if (!status_) return status_;
  if (writes_.empty()) return Ok{};
  auto written = write_all();
  if (!written && is_disk_full(written.error()) && store_.state().give_up_ballast()) written = write_all();
  if (!written) return written;
  writes_.clear();
  new_tasks_.clear();
  return Ok{};
}

std::string Transaction::begin_run(const RunInfo& info) {
  Store::State& state = store_.state();
  state.run = state.next_run++;
  std::string name = run_name(state.uid, state.run);
  writes_.emplace_back([id = state.run, name, info](Writer& writer) { writer.run(id, name, info); });
  return name;
}

void Transaction::end_run(std::string_view status, std::int64_t ended_ns) {
  writes_.emplace_back([id = store_.state().run, status = std::string(status), ended_ns](Writer& writer) {
    writer.run_end(id, status, ended_ns);
  });
}

TaskId Transaction::task(std::string_view name, TaskId owner) {
  const std::string key(name);
  if (const auto found = new_tasks_.find(key); found != new_tasks_.end()) return found->second;
  auto known = store_.find_task(key);
  if (!known) {
    if (status_) status_ = std::move(known).error();
    return 0;
  }
  if (*known != 0) return *known;
  const TaskId id = store_.state().next_task++;
  new_tasks_.emplace(key, id);
  writes_.emplace_back([id, key, owner](Writer& writer) { writer.task(id, key, owner); });
  return id;
}

AttemptId Transaction::submitting(const NewAttempt& attempt) {
  Store::State& state = store_.state();
  const AttemptId id = state.next_attempt++;
  writes_.emplace_back([id, run = state.run, attempt](Writer& writer) { writer.attempt(id, run, attempt); });
  return id;
}

void Transaction::accepted(AttemptId attempt, std::string_view handle) {
  writes_.emplace_back(
      [attempt, handle = std::string(handle)](Writer& writer) { writer.accepted(attempt, handle); });
}

void Transaction::running(AttemptId attempt, std::string_view node, std::int64_t started_ns) {
  writes_.emplace_back([attempt, node = std::string(node), started_ns](Writer& writer) {
    writer.running(attempt, node, started_ns);
  });
}

void Transaction::publishing(AttemptId attempt, const executors::ExitRecord& evidence) {
  writes_.emplace_back([attempt, text = json::serialize(executors::to_json(evidence))](Writer& writer) {
    writer.publishing(attempt, text);
  });
}

void Transaction::ended(AttemptId attempt, const AttemptEnd& end) {
  writes_.emplace_back([attempt, end](Writer& writer) { writer.ended(attempt, end); });
}

void Transaction::forget(AttemptId attempt) {
  writes_.emplace_back([attempt](Writer& writer) { writer.forget(attempt); });
}

void Transaction::succeeded(TaskId task, int attempt, const Hash128& fingerprint,
                            std::span<const Artifact> artifacts, std::string_view recipe) {
  std::vector<KeptArtifact> kept;
  for (const Artifact& artifact : artifacts)
    kept.push_back({std::string(artifact.output), std::string(artifact.path), artifact.content});
  writes_.emplace_back([task, run = store_.state().run, attempt, fingerprint, kept = std::move(kept),
                        recipe = std::string(recipe)](Writer& writer) {
    writer.result(task, run, attempt, fingerprint);
    writer.drop_artifacts(task);
    for (const KeptArtifact& artifact : kept) writer.artifact(task, artifact);
    writer.recipe(task, recipe);
  });
}

void Transaction::settled(TaskId task, std::string_view state, std::string_view reason) {
  writes_.emplace_back(
      [task, run = store_.state().run, state = std::string(state),
       reason = std::string(reason)](Writer& writer) { writer.settled(task, run, state, reason); });
}

void Transaction::refresh(TaskId task, const Artifact& artifact) {
  writes_.emplace_back(
      [task, kept = KeptArtifact{std::string(artifact.output), std::string(artifact.path), artifact.content}](
          Writer& writer) { writer.artifact(task, kept); });
}

void Transaction::forget_result(TaskId task) {
  writes_.emplace_back([task](Writer& writer) { writer.drop_result(task); });
}

void Transaction::state_mark(TaskId task, const Hash128& state_id, const StateMark& mark) {
  writes_.emplace_back([task, state_id, mark](Writer& writer) { writer.state_mark(task, state_id, mark); });
}

void Transaction::drop_state_marks(TaskId task) {
  writes_.emplace_back([task](Writer& writer) { writer.drop_state_marks(task); });
}

void Transaction::put_hashes(std::span<const FileHash> hashes) {
  writes_.emplace_back([kept = std::vector<FileHash>(hashes.begin(), hashes.end())](Writer& writer) {
    for (const FileHash& hash : kept) writer.hash(hash);
  });
}

void Transaction::event(std::int64_t wall_ns, TaskId task, int attempt, std::string_view kind,
                        std::string_view detail) {
  writes_.emplace_back([run = store_.state().run, task,
                        event = Event{0, wall_ns, "", "", attempt, std::string(kind), std::string(detail)}](
                           Writer& writer) { writer.event(run, task, event); });
}

}  // namespace sluice::store
