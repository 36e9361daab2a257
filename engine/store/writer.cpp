#include "engine/store/writer.h"

#include <cmath>

#include "engine/base/json.h"

namespace sluice::store {

namespace {

std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

std::string pairs_to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::array array;
  for (const auto& [name, value] : pairs) array.push_back({json::string(name), json::string(value)});
  return json::serialize(array);
}

}  // namespace

void Writer::run(std::int64_t id, const std::string& name, const RunInfo& info) {
  const Hash128 workflow = hash_bytes(info.workflow_text);
  const Hash128 graph = hash_bytes(info.graph);
  text(workflow, info.workflow_text);
  text(graph, info.graph);
  write(
      "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', "
      "(SELECT ifnull(max(id), 0) + 1 FROM attempts))",
      id, name, info.command_line, info.workflow_path, workflow, graph, pairs_to_json(info.params), info.host,
      info.user, info.version, info.started_ns);
  remember("site", info.site);
  remember("executor", info.executor);
}

/// What the last run was told: verbs that look at it, or end it, need not be told again.
void Writer::remember(const std::string& key, const std::string& value) {
  write("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", key, value);
}

void Writer::run_end(std::int64_t id, const std::string& status, std::int64_t ended_ns) {
  write("UPDATE runs SET status = ?, ended_ns = ? WHERE id = ?", status, ended_ns, id);
}

void Writer::task(TaskId id, const std::string& name, TaskId owner) {
  write("INSERT INTO tasks VALUES (?, ?, ?, 0, NULL, 0, 0, '', 0, '')", id, name, owner);
}

void Writer::attempt(AttemptId id, std::int64_t run, const NewAttempt& attempt) {
  const auto& asked = attempt.resources;
  write(
      "INSERT INTO live VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'submitting', '', '', 0, "
      "NULL)",
      id, attempt.task, run, attempt.number, attempt.executor, attempt.folder, asked.cpus, asked.memory_bytes,
      asked.gpus, asked.ranks, asked.time_s, attempt.fingerprint, attempt.inputs, attempt.state_id,
      attempt.user_failures, attempt.submitted_ns);
  write("UPDATE tasks SET attempts = max(attempts, ?) WHERE id = ?", attempt.number, attempt.task);
}

void Writer::accepted(AttemptId id, const std::string& handle) {
  write("UPDATE live SET state = 'accepted', handle = ? WHERE id = ?", handle, id);
}

void Writer::running(AttemptId id, const std::string& node, std::int64_t started_ns) {
  write("UPDATE live SET state = 'running', node = ?, started_ns = ? WHERE id = ?", node, started_ns, id);
}

void Writer::publishing(AttemptId id, const std::string& evidence) {
  write("UPDATE live SET state = 'publishing', evidence = ? WHERE id = ?", evidence, id);
}

void Writer::ended(AttemptId id, const AttemptEnd& end) {
  write(
      "INSERT INTO attempts SELECT NULL, task, run, number, executor, handle, folder, iif(?1 = '', node, "
      "?1), cpus, "
      "memory, gpus, ranks, time_s, fingerprint, submitted_ns, iif(?2 = 0, started_ns, ?2), ?3, ?4, ?5, ?6, "
      "?7, ?8, "
      "?9, ?10, ?11 FROM live WHERE id = ?12",
      end.node, end.started_ns, end.ended_ns, end.outcome, end.message, end.exit_code, end.signal,
      microseconds(end.usage.user_s), microseconds(end.usage.system_s), end.usage.peak_rss_bytes, end.log,
      id);
  forget(id);
}

void Writer::forget(AttemptId id) { write("DELETE FROM live WHERE id = ?", id); }

void Writer::result(TaskId task, std::int64_t run, int attempt, const Hash128& fingerprint) {
  write(
      "UPDATE tasks SET fingerprint = ?1, result_run = ?2, result_attempt = ?3, settled = 'succeeded', "
      "settled_run = ?2, reason = '' WHERE id = ?4",
      fingerprint, run, attempt, task);
}

void Writer::settled(TaskId task, std::int64_t run, const std::string& state, const std::string& reason) {
  write("UPDATE tasks SET settled = ?, settled_run = ?, reason = ? WHERE id = ?", state, run, reason, task);
}

void Writer::recipe(TaskId task, const std::string& text) {
  write("INSERT OR REPLACE INTO recipes VALUES (?, ?)", task, text);
}

void Writer::artifact(TaskId task, const KeptArtifact& artifact) {
  write("INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?, ?, ?, ?)", task, artifact.output, artifact.path,
        static_cast<int>(artifact.content.kind), artifact.content.hash, artifact.content.size,
        artifact.content.signature);
}

void Writer::drop_artifacts(TaskId task) { write("DELETE FROM artifacts WHERE task = ?", task); }

void Writer::drop_result(TaskId task) {
  drop_artifacts(task);
  write("DELETE FROM recipes WHERE task = ?", task);
  write("UPDATE tasks SET fingerprint = NULL, result_run = 0, result_attempt = 0, settled = '' WHERE id = ?",
        task);
}

void Writer::state_mark(TaskId task, const Hash128& state_id, const StateMark& mark) {
  write("INSERT OR REPLACE INTO state_marks VALUES (?, ?, ?, ?)", task, state_id, mark.mark, mark.stalls);
}

void Writer::drop_state_marks(TaskId task) { write("DELETE FROM state_marks WHERE task = ?", task); }

void Writer::text(const Hash128& hash, const std::string& text) {
  write("INSERT OR IGNORE INTO texts VALUES (?, ?)", hash, text);
}

void Writer::hash(const FileHash& hash) {
  write("INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?, ?, ?)", hash.device, hash.inode, hash.size,
        hash.mtime_ns, hash.hash);
}

void Writer::event(std::int64_t run, TaskId task, const Event& event) {
  write("INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?)", event.wall_ns, run, task, event.attempt,
        event.kind, event.detail);
}

}  // namespace sluice::store
