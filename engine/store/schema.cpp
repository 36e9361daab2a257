#include "engine/store/schema.h"

namespace sluice::store {

// Rows do not grow after they were written, where that can be had: an attempt lives in `live` and is appended
// to `attempts` when it has ended. So pages stay full, and the next driver finds what may still run without a
// search.
const char* const schema_sql = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  fence INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_ticks INTEGER NOT NULL,
  since_ns INTEGER NOT NULL,
  beats INTEGER NOT NULL,
  beat_ns INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  command_line TEXT NOT NULL,
  workflow_path TEXT NOT NULL,
  workflow BLOB NOT NULL,
  graph BLOB NOT NULL,
  params TEXT NOT NULL,
  host TEXT NOT NULL,
  user TEXT NOT NULL,
  version TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER NOT NULL,
  status TEXT NOT NULL,
  first_attempt INTEGER NOT NULL
) STRICT;

CREATE TABLE texts (
  hash BLOB NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  fingerprint BLOB,
  result_run INTEGER NOT NULL,
  result_attempt INTEGER NOT NULL,
  settled TEXT NOT NULL,
  settled_run INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE artifacts (
  task INTEGER NOT NULL,
  output TEXT NOT NULL,
  path TEXT NOT NULL,
  kind INTEGER NOT NULL,
  hash BLOB,
  size INTEGER NOT NULL,
  signature INTEGER NOT NULL,
  PRIMARY KEY (task, output)
) STRICT, WITHOUT ROWID;

CREATE TABLE recipes (
  task INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE live (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL,
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  executor TEXT NOT NULL,
  folder TEXT NOT NULL,
  cpus INTEGER NOT NULL,
  memory INTEGER NOT NULL,
  gpus INTEGER NOT NULL,
  ranks INTEGER NOT NULL,
  time_s REAL NOT NULL,
  fingerprint BLOB,
  inputs INTEGER NOT NULL,
  state_id BLOB,
  user_failures INTEGER NOT NULL,
  submitted_ns INTEGER NOT NULL,
  state TEXT NOT NULL,
  handle TEXT NOT NULL,
  node TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  evidence TEXT
) STRICT;

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL,
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  executor TEXT NOT NULL,
  handle TEXT NOT NULL,
  folder TEXT NOT NULL,
  node TEXT NOT NULL,
  cpus INTEGER NOT NULL,
  memory INTEGER NOT NULL,
  gpus INTEGER NOT NULL,
  ranks INTEGER NOT NULL,
  time_s REAL NOT NULL,
  fingerprint BLOB,
  submitted_ns INTEGER NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  message TEXT NOT NULL,
  exit_code INTEGER NOT NULL,
  signal INTEGER NOT NULL,
  user_us INTEGER NOT NULL,
  system_us INTEGER NOT NULL,
  peak_rss INTEGER NOT NULL,
  log TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_of_task ON attempts (task);

CREATE TABLE file_hashes (
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (device, inode)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  wall_ns INTEGER NOT NULL,
  run INTEGER NOT NULL,
  task INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE state_marks (
  task INTEGER NOT NULL,
  state_id BLOB NOT NULL,
  mark TEXT NOT NULL,
  stalls INTEGER NOT NULL,
  PRIMARY KEY (task, state_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW history (
  id, state, run, task, name, owner, number, executor, handle, folder, node, cpus, memory, gpus, ranks, time_s,
  fingerprint, submitted_ns, started_ns, ended_ns, outcome, message, exit_code, signal, user_us, system_us, peak_rss, log
) AS
SELECT a.id, '', runs.name, task, tasks.name, owner, number, executor, handle, folder, node, cpus, memory, gpus, ranks,
  time_s, a.fingerprint, submitted_ns, a.started_ns, a.ended_ns, outcome, message, exit_code, signal, user_us, system_us,
  peak_rss, log
FROM attempts AS a JOIN tasks ON tasks.id = task JOIN runs ON runs.id = run
UNION ALL
SELECT l.id, state, runs.name, task, tasks.name, owner, number, executor, handle, folder, node, cpus, memory, gpus, ranks,
  time_s, l.fingerprint, submitted_ns, l.started_ns, 0, '', '', 0, 0, 0, 0, 0, ''
FROM live AS l JOIN tasks ON tasks.id = task JOIN runs ON runs.id = run;

CREATE VIEW log (seq, wall_ns, run, task, attempt, kind, detail) AS
SELECT seq, wall_ns, ifnull(runs.name, ''), ifnull(tasks.name, ''), attempt, kind, detail
FROM events LEFT JOIN tasks ON tasks.id = task LEFT JOIN runs ON runs.id = run;

INSERT INTO lock VALUES (1, 0, '', '', 0, 0, 0, 0, 0);
)sql";

}  // namespace sluice::store
