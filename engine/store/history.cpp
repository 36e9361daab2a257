// The reads of a store that answer a person, or a driver that has just been started again.
#include <algorithm>
#include <iterator>

#include "engine/base/json.h"
#include "engine/store/state.h"

namespace sluice::store {

namespace {

AttemptState state_from(const std::string& text) {
  for (const auto state : {AttemptState::accepted, AttemptState::running, AttemptState::publishing})
    if (text == to_string(state)) return state;
  return AttemptState::submitting;
}

/// Reads columns one after another, so that a query and its reader are the same list.
class Columns {
 public:
  explicit Columns(SQLite::Statement& statement) : statement_(statement) {}
  std::int64_t integer() { return statement_.getColumn(at_++).getInt64(); }
  void skip() { ++at_; }
  int small() { return static_cast<int>(integer()); }
  double real() { return statement_.getColumn(at_++).getDouble(); }
  std::string text() { return statement_.getColumn(at_++).getString(); }
  Hash128 hash() { return hash_from(statement_.getColumn(at_++)); }
  executors::Resources resources() {
    executors::Resources asked;
    asked.cpus = small();
    asked.memory_bytes = as_unsigned(integer());
    asked.gpus = small();
    asked.ranks = small();
    asked.time_s = real();
    return asked;
  }

 private:
  SQLite::Statement& statement_;
  int at_ = 0;
};

/// All rows of a query, each made by `read`.
template <typename Row, typename Read, typename... Values>
Result<std::vector<Row>> all_rows(Connection& connection, const char* sql, Read read,
                                  const Values&... values) {
  return connection.guarded([&]() -> Result<std::vector<Row>> {
    std::vector<Row> rows;
    SQLite::Statement& statement = connection.prepared(sql);
    int index = 0;
    (bind(statement, ++index, values), ...);
    while (statement.executeStep()) {
      Columns columns(statement);
      rows.push_back(read(columns));
    }
    statement.reset();
    return rows;
  });
}

template <typename Row>
Result<std::optional<Row>> first(Result<std::vector<Row>> rows) {
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

std::vector<std::pair<std::string, std::string>> pairs_from_json(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto value = parse_json(text, "");
  const json::array* array = value ? value->if_array() : nullptr;
  if (array == nullptr) return pairs;
  for (const json::value& entry : *array) {
    const json::array* pair = entry.if_array();
    if (pair != nullptr && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_string())
      pairs.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
  }
  return pairs;
}

Run read_run(Columns& columns) {
  Run run;
  run.name = columns.text();
  run.info.command_line = columns.text();
  run.info.workflow_path = columns.text();
  run.info.params = pairs_from_json(columns.text());
  run.info.host = columns.text();
  run.info.user = columns.text();
  run.info.version = columns.text();
  run.info.started_ns = columns.integer();
  run.ended_ns = columns.integer();
  run.status = columns.text();
  run.info.workflow_text = columns.text();
  run.info.graph = columns.text();
  return run;
}

Event read_event(Columns& columns) {
  Event event;
  event.seq = columns.integer();
  event.wall_ns = columns.integer();
  event.run = columns.text();
  event.task = columns.text();
  event.attempt = columns.small();
  event.kind = columns.text();
  event.detail = columns.text();
  return event;
}

Attempt read_attempt(Columns& columns) {
  constexpr double micro = 1e-6;
  Attempt attempt;
  columns.skip();  // its row: ended and live ones count apart
  if (const std::string state = columns.text(); !state.empty()) attempt.state = state_from(state);
  attempt.run = columns.text();
  attempt.task = columns.integer();
  attempt.task_name = columns.text();
  attempt.owner = columns.integer();
  attempt.number = columns.small();
  attempt.executor = columns.text();
  attempt.handle = columns.text();
  attempt.folder = columns.text();
  attempt.node = columns.text();
  attempt.resources = columns.resources();
  attempt.fingerprint = columns.hash();
  attempt.submitted_ns = columns.integer();
  attempt.started_ns = columns.integer();
  attempt.ended_ns = columns.integer();
  attempt.outcome = columns.text();
  attempt.message = columns.text();
  attempt.exit_code = columns.small();
  attempt.signal = columns.small();
  attempt.usage.user_s = static_cast<double>(columns.integer()) * micro;
  attempt.usage.system_s = static_cast<double>(columns.integer()) * micro;
  attempt.usage.peak_rss_bytes = as_unsigned(columns.integer());
  attempt.log = columns.text();
  return attempt;
}

LiveAttempt read_live(Columns& columns) {
  LiveAttempt live;
  live.id = columns.integer();
  live.run = columns.text();
  live.task_name = columns.text();
  live.owner = columns.integer();
  NewAttempt& attempt = live.attempt;
  attempt.task = columns.integer();
  attempt.number = columns.small();
  attempt.executor = columns.text();
  attempt.folder = columns.text();
  attempt.resources = columns.resources();
  attempt.fingerprint = columns.hash();
  attempt.inputs = as_unsigned(columns.integer());
  attempt.state_id = columns.hash();
  attempt.user_failures = columns.small();
  attempt.submitted_ns = columns.integer();
  live.state = state_from(columns.text());
  live.handle = columns.text();
  live.node = columns.text();
  live.started_ns = columns.integer();
  const auto evidence = parse_json(columns.text(), "");
  if (evidence && evidence->is_object())
    if (auto record = executors::exit_record_from_json(evidence->get_object(), ""))
      live.evidence = *std::move(record);
  return live;
}

}  // namespace

Result<std::string> Store::recipe(TaskId task) {
  auto found = first(all_rows<std::string>(
      *state_->connection, "SELECT text FROM recipes WHERE task = ?",
      [](Columns& columns) { return columns.text(); }, task));
  if (!found) return std::move(found).error();
  return found->value_or("");
}

Result<std::vector<LiveAttempt>> Store::live_attempts() {
  return all_rows<LiveAttempt>(
      *state_->connection,
      "SELECT live.id, runs.name, tasks.name, owner, task, number, executor, folder, cpus, memory, gpus, "
      "ranks, time_s, "
      "live.fingerprint, inputs, state_id, user_failures, submitted_ns, state, handle, node, "
      "live.started_ns, evidence "
      "FROM live JOIN tasks ON tasks.id = task JOIN runs ON runs.id = run ORDER BY live.id",
      read_live);
}

Result<std::optional<StateMark>> Store::state_mark(TaskId task, const Hash128& state_id) {
  return first(all_rows<StateMark>(
      *state_->connection, "SELECT mark, stalls FROM state_marks WHERE task = ? AND state_id = ?",
      [](Columns& columns) {
        StateMark mark;
        mark.mark = columns.text();
        mark.stalls = columns.small();
        return mark;
      },
      task, state_id));
}

Result<std::vector<Run>> Store::runs() {
  return all_rows<Run>(
      *state_->connection,
      "SELECT name, command_line, workflow_path, params, host, user, version, started_ns, ended_ns, "
      "status, '', '' FROM runs ORDER BY id",
      read_run);
}

Result<std::optional<Run>> Store::last_run() {
  Connection& connection = *state_->connection;
  auto last = first(
      all_rows<Run>(connection,
                    "SELECT name, command_line, workflow_path, params, host, user, version, started_ns, "
                    "ended_ns, status, ifnull(w.text, ''), ifnull(g.text, '') FROM runs "
                    "LEFT JOIN texts AS w ON w.hash = workflow LEFT JOIN texts AS g ON g.hash = graph "
                    "ORDER BY id DESC LIMIT 1",
                    read_run));
  if (!last || !*last) return last;
  for (const auto& [key, into] :
       {std::pair{"site", &(*last)->info.site}, {"executor", &(*last)->info.executor}}) {
    auto value = first(all_rows<std::string>(
        connection, "SELECT value FROM meta WHERE key = ?", [](Columns& columns) { return columns.text(); },
        std::string(key)));
    if (!value) return std::move(value).error();
    *into = value->value_or("");
  }
  return last;
}

Result<TaskId> Store::find_task(const std::string& name) {
  auto found = first(all_rows<TaskId>(
      *state_->connection, "SELECT id FROM tasks WHERE name = ?",
      [](Columns& columns) { return columns.integer(); }, name));
  if (!found) return std::move(found).error();
  return found->value_or(0);
}

Result<std::vector<Attempt>> Store::attempts_of(TaskId task) {
  return all_rows<Attempt>(*state_->connection,
                           "SELECT * FROM history WHERE task = ? ORDER BY state <> '', id", read_attempt,
                           task);
}

Result<std::vector<Attempt>> Store::attempts_in(const std::string& run) {
  Connection& connection = *state_->connection;
  // History only grows at its end, so there is nothing of a run before the place where it began.
  const auto begin = first(all_rows<std::int64_t>(
      connection, "SELECT first_attempt FROM runs WHERE name = ?",
      [](Columns& columns) { return columns.integer(); }, run));
  if (!begin) return Error(begin.error());
  auto ended = all_rows<Attempt>(connection,
                                 "SELECT * FROM history WHERE state = '' AND id >= ? AND run = ? ORDER BY id",
                                 read_attempt, begin->value_or(0), run);
  if (!ended) return ended;
  auto live = all_rows<Attempt>(connection, "SELECT * FROM history WHERE state <> '' AND run = ? ORDER BY id",
                                read_attempt, run);
  if (!live) return live;
  std::move(live->begin(), live->end(), std::back_inserter(*ended));
  return ended;
}

Result<std::vector<Event>> Store::events_after(std::int64_t seq, std::size_t limit) {
  return all_rows<Event>(*state_->connection, "SELECT * FROM log WHERE seq > ? ORDER BY seq LIMIT ?",
                         read_event, seq, static_cast<std::int64_t>(limit));
}

Result<std::vector<Event>> Store::last_events(std::size_t count) {
  auto events = all_rows<Event>(*state_->connection, "SELECT * FROM log ORDER BY seq DESC LIMIT ?",
                                read_event, static_cast<std::int64_t>(count));
  if (events) std::reverse(events->begin(), events->end());
  return events;
}

}  // namespace sluice::store
