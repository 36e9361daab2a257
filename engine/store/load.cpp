// The whole of what is known of all tasks, in two scans that go side by side: tasks by their id, artifacts by
// the id of their task. No search, no copies of words.
#include <sqlite3.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/store/state.h"

namespace sluice::store {

namespace {

/// One pass over a query, as close to SQLite as it gets: this loop runs 100,000 times while somebody waits.
class Scan {
 public:
  Scan(Connection& connection, const char* sql) : database_(connection.database().getHandle()) {
    check(sqlite3_prepare_v2(database_, sql, -1, &statement_, nullptr));
  }
  ~Scan() { sqlite3_finalize(statement_); }
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  bool next() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  int small(int column) const { return sqlite3_column_int(statement_, column); }
  std::string_view text(int column) const {
    const auto* words = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {words, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Hash128 hash(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    return hash_from_blob(bytes, sqlite3_column_bytes(statement_, column));
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw SQLite::Exception(database_, code);
  }
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

using RunNames = std::unordered_map<std::int64_t, std::string>;

RunNames run_names(Connection& connection) {
  RunNames names;
  for (Scan runs(connection, "SELECT id, name FROM runs"); runs.next();)
    names.emplace(runs.integer(0), runs.text(1));
  return names;
}

std::string_view name_of(const RunNames& names, std::int64_t run) {
  const auto found = names.find(run);
  return found == names.end() ? std::string_view() : std::string_view(found->second);
}

/// The artifacts of one task after another. Their words are copied into memory that is used again for the
/// next task.
class Artifacts {
 public:
  explicit Artifacts(Connection& connection)
      : scan_(connection,
              "SELECT task, output, path, kind, hash, size, signature FROM artifacts ORDER BY task, output"),
        more_(scan_.next()) {}

  std::span<const Artifact> of(TaskId task) {
    while (more_ && scan_.integer(0) < task) more_ = scan_.next();
    words_.clear();
    found_.clear();
    lengths_.clear();
    for (; more_ && scan_.integer(0) == task; more_ = scan_.next()) {
      const auto output = scan_.text(1);
      const auto path = scan_.text(2);
      words_.append(output).append(path);
      lengths_.push_back({output.size(), path.size()});
      found_.push_back({{},
                        {},
                        {static_cast<FileKind>(scan_.small(3)), scan_.hash(4), as_unsigned(scan_.integer(5)),
                         as_unsigned(scan_.integer(6))}});
    }
    point_at_words();
    return found_;
  }

 private:
  void point_at_words() {
    std::string_view rest = words_;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      found_[i].output = rest.substr(0, lengths_[i].first);
      found_[i].path = rest.substr(lengths_[i].first, lengths_[i].second);
      rest.remove_prefix(lengths_[i].first + lengths_[i].second);
    }
  }

  Scan scan_;
  bool more_;
  std::string words_;
  std::vector<std::pair<std::size_t, std::size_t>> lengths_;
  std::vector<Artifact> found_;
};

}  // namespace

Status Store::load_tasks(const std::function<void(const Task&)>& each) {
  Connection& connection = *state_->connection;
  return connection.guarded([&]() -> Status {
    const RunNames names = run_names(connection);
    Artifacts artifacts(connection);
    Scan tasks(
        connection,
        "SELECT id, name, owner, attempts, fingerprint, result_run, result_attempt, settled, settled_run, "
        "reason FROM tasks NOT INDEXED ORDER BY id");
    while (tasks.next()) {
      Task task;
      task.id = tasks.integer(0);
      task.name = tasks.text(1);
      task.owner = tasks.integer(2);
      task.attempts = tasks.small(3);
      task.fingerprint = tasks.hash(4);
      task.result_run = name_of(names, tasks.integer(5));
      task.result_attempt = tasks.small(6);
      task.settled = tasks.text(7);
      task.settled_run = name_of(names, tasks.integer(8));
      task.reason = tasks.text(9);
      task.artifacts = artifacts.of(task.id);
      each(task);
    }
    return Ok{};
  });
}

std::size_t Store::task_count() { return static_cast<std::size_t>(state_->next_task - 1); }

Status Store::load_hashes(const std::function<void(const FileHash&)>& each) {
  Connection& connection = *state_->connection;
  return connection.guarded([&]() -> Status {
    for (Scan scan(connection, "SELECT device, inode, size, mtime_ns, hash FROM file_hashes"); scan.next();)
      each({as_unsigned(scan.integer(0)), as_unsigned(scan.integer(1)), as_unsigned(scan.integer(2)),
            scan.integer(3), scan.hash(4)});
    return Ok{};
  });
}

}  // namespace sluice::store
