// The SQL behind each call of Transaction. Inside the store only.
#pragma once

#include <string>
#include <vector>

#include "engine/store/connection.h"
#include "engine/store/rows.h"

namespace sluice::store {

/// An Artifact that owns its words, for as long as a transaction waits for its commit.
struct KeptArtifact {
  std::string output, path;
  Content content;
};

class Writer {
 public:
  explicit Writer(Connection& connection) : connection_(connection) {}

  void run(std::int64_t id, const std::string& name, const RunInfo& info);
  void remember(const std::string& key, const std::string& value);
  void run_end(std::int64_t id, const std::string& status, std::int64_t ended_ns);

  void task(TaskId id, const std::string& name, TaskId owner);
  void attempt(AttemptId id, std::int64_t run, const NewAttempt& attempt);
  void accepted(AttemptId id, const std::string& handle);
  void running(AttemptId id, const std::string& node, std::int64_t started_ns);
  void publishing(AttemptId id, const std::string& evidence);
  void ended(AttemptId id, const AttemptEnd& end);
  void forget(AttemptId id);

  void result(TaskId task, std::int64_t run, int attempt, const Hash128& fingerprint);
  void settled(TaskId task, std::int64_t run, const std::string& state, const std::string& reason);
  void recipe(TaskId task, const std::string& text);
  void artifact(TaskId task, const KeptArtifact& artifact);
  void drop_artifacts(TaskId task);
  void drop_result(TaskId task);
  void state_mark(TaskId task, const Hash128& state_id, const StateMark& mark);
  void drop_state_marks(TaskId task);

  void text(const Hash128& hash, const std::string& text);
  void hash(const FileHash& hash);
  void event(std::int64_t run, TaskId task, const Event& event);

 private:
  template <typename... Values>
  void write(const char* sql, const Values&... values) {
    connection_.write(sql, values...);
  }

  Connection& connection_;
};

}  // namespace sluice::store
