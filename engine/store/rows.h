// What the store keeps, as plain values: runs, attempts, results, events. What they mean on disk stands in
// docs/run-folder.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/disk.h"
#include "engine/base/hash.h"
#include "executors/executor.h"

namespace sluice::store {

using TaskId = std::int64_t;     ///< names a task for the life of the store; 0: none
using AttemptId = std::int64_t;  ///< names a live attempt until it has ended; 0: none

struct RunInfo {
  std::string command_line;
  std::string workflow_path;
  std::string workflow_text;  ///< kept once for each content
  std::string graph;          ///< what it came to, for who looks at the run later; kept once for each content
  std::vector<std::pair<std::string, std::string>> params;
  std::string site;      ///< --site; of the last run only
  std::string executor;  ///< --executor; of the last run only
  std::string host;
  std::string user;
  std::string version;
  std::int64_t started_ns = 0;
};

struct Run {
  std::string name;  ///< unique for ever: begins the tokens of its attempts
  RunInfo info;
  std::int64_t ended_ns = 0;  ///< 0: it runs, or its driver was killed
  std::string status;         ///< "succeeded", "failed", "stopped", …; empty while it runs
};

/// The engine's name for one attempt, for ever unique: "RUN/TASK/NUMBER".
std::string make_token(std::string_view run, std::string_view task, int number);
struct TokenParts {
  std::string_view run, task;
  int number = 0;
};
std::optional<TokenParts> parse_token(std::string_view token);

/// How far an attempt got that may still be alive.
enum class AttemptState : std::uint8_t {
  submitting,  ///< written before the executor is asked: it may know the token, or not
  accepted,    ///< the executor gave a handle
  running,     ///< seen to run
  publishing,  ///< ended with success; its outputs are being moved into place
};
std::string_view to_string(AttemptState state);

struct NewAttempt {
  TaskId task = 0;
  int number = 1;
  std::string executor;
  std::string folder;  ///< relative to the run folder
  executors::Resources resources;
  Hash128 fingerprint;       ///< of what it is to compute; zero for child attempts
  std::uint64_t inputs = 0;  ///< signature of the user's files it reads: see plan::Plan::changed_input
  Hash128 state_id;          ///< its state folder; zero: none
  int user_failures = 0;     ///< of this task so far, for the retry budget
  std::int64_t submitted_ns = 0;
};

/// An attempt without a recorded end: what the next driver has to find again.
struct LiveAttempt {
  AttemptId id = 0;
  std::string run;
  std::string task_name;
  TaskId owner = 0;  ///< of a child attempt: the task that asked for it
  NewAttempt attempt;
  AttemptState state = AttemptState::submitting;
  std::string handle;
  std::string node;
  std::int64_t started_ns = 0;
  std::optional<executors::ExitRecord> evidence;  ///< when publishing

  std::string token() const { return make_token(run, task_name, attempt.number); }
};

struct AttemptEnd {
  std::string outcome;  ///< "success", "out-of-memory", …: a word for people and reports
  std::string message;  ///< why it is not a success
  int exit_code = 0;
  int signal = 0;
  std::string node;
  std::int64_t started_ns = 0;  ///< 0: as recorded before
  std::int64_t ended_ns = 0;
  executors::Usage usage;
  std::string log;  ///< relative to the run folder; empty: nothing was printed
};

/// One line of an attempt history, ended or alive.
struct Attempt {
  std::string run;
  TaskId task = 0;
  std::string task_name;
  TaskId owner = 0;
  int number = 0;
  std::optional<AttemptState> state;  ///< nothing: it has ended
  std::string executor;
  std::string handle;
  std::string folder;
  std::string node;
  executors::Resources resources;
  Hash128 fingerprint;
  std::int64_t submitted_ns = 0;
  std::int64_t started_ns = 0;
  std::int64_t ended_ns = 0;
  std::string outcome;
  std::string message;
  int exit_code = 0;
  int signal = 0;
  executors::Usage usage;
  std::string log;
};

struct Artifact {
  std::string_view output;  ///< its name in the stage
  std::string_view path;    ///< relative to the run folder
  Content content;
};

/// All that is known of a task from earlier runs. Views are good until the next one is handed out.
struct Task {
  TaskId id = 0;
  std::string_view name;
  TaskId owner = 0;
  int attempts = 0;             ///< the highest number used
  Hash128 fingerprint;          ///< of the last success; zero: it never succeeded
  int result_attempt = 0;       ///< that made the result
  std::string_view result_run;  ///< in which it was made
  std::string_view settled;     ///< how it last settled: "succeeded", "failed", …; empty: it never did
  std::string_view settled_run;
  std::string_view reason;              ///< why, when it did not succeed
  std::span<const Artifact> artifacts;  ///< of the last success
};

struct FileHash {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  Hash128 hash;
};

struct Event {
  std::int64_t seq = 0;
  std::int64_t wall_ns = 0;
  std::string run;
  std::string task;  ///< empty: concerns the run
  int attempt = 0;
  std::string kind;  ///< one word: "submitted", "started", "ended", …
  std::string detail;
};

/// How far the work in a state folder had got when an attempt stopped at a checkpoint.
struct StateMark {
  std::string mark;  ///< whatever the driver compares: the newest checkpoint's signature
  int stalls = 0;    ///< attempts in a row that stopped without a newer one

  bool operator==(const StateMark&) const = default;
};

}  // namespace sluice::store
