// All that is shown of a run, as plain values: read from the store in one go (read_run.h), then made into a
// page, a text or JSON by pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/report/graph_snapshot.h"
#include "engine/report/log_tail.h"
#include "engine/report/progress.h"
#include "engine/report/task_progress.h"

namespace sluice::report {

/// What the attempts that made the results of a stage have cost.
struct Cost {
  std::size_t attempts = 0;
  double wall_s = 0;
  double cpu_s = 0;
  double held_cpu_s = 0;  ///< wall times CPUs asked for: what the site counts
  double longest_s = 0;
  double queued_s = 0;            ///< between submission and start, of all together
  std::uint64_t peak_bytes = 0;   ///< the largest of all
  std::uint64_t usual_bytes = 0;  ///< 95 of 100 need no more
  std::uint64_t asked_bytes = 0;  ///< memory asked for, the largest; 0: no limit
  double asked_s = 0;             ///< time asked for, the longest; 0: no limit
};

struct StageSummary {
  StageSnapshot about;
  bool is_trials = false;  ///< the child attempts of the stage before it
  int depth = 0;
  Tally tally;
  Cost cost;
};

/// One attempt on the time line.
struct Span {
  std::string task;
  std::uint32_t stage = 0;  ///< index into RunSummary::stages
  int attempt = 1;
  std::string place;  ///< "local on login3"
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  bool is_running = false;
  bool is_bad = false;  ///< it ended without success
};

struct RunningAttempt {
  std::string task;
  int attempt = 1;
  std::string executor;
  std::string handle;
  std::string node;
  std::string state;  ///< "submitting", "accepted", "running", "publishing"
  std::int64_t submitted_ns = 0;
  std::int64_t started_ns = 0;  ///< 0: not yet
  std::string log;              ///< where it goes, relative to the run folder
  std::string waits_for;        ///< what its executor says, while it has not started
  std::optional<TaskProgress> progress;
};

struct FailedTask {
  std::string task;
  int attempt = 0;  ///< 0: none was made
  std::string outcome;
  std::string message;
  std::string node;
  double seconds = 0;
  std::string log;  ///< relative to the run folder; empty: it printed nothing
  LogTail tail;
};

struct RetryCount {
  std::string stage;
  std::string outcome;  ///< "out-of-memory"
  std::size_t count = 0;
  std::string example;  ///< one of the messages

  bool operator==(const RetryCount&) const = default;
};

struct Output {
  std::string task;
  std::string name;
  std::string path;
  std::string hash;
  std::uint64_t size = 0;
};

struct StageOutputs {
  std::string stage;
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<Output> some;
  std::size_t report_count = 0;
  std::vector<Output> reports;  ///< the first of those that are called `report`
};

/// A figure that the workflow wants to lead with ([report] numbers).
struct Number {
  NumberSnapshot about;
  std::vector<Output> source;  ///< one, or none: not made yet
  double value = 0;
  double error = 0;     ///< 0: it has none
  std::string problem;  ///< why there is no value; empty: there is one
};

/// What a task made as its output `report`: a page, fit to stand inside of ours.
struct Section {
  std::string stage;
  std::string task;
  std::string path;   ///< of the page, relative to the run folder
  std::string link;   ///< to it, from where the report will lie
  std::string title;  ///< HTML
  std::string style;
  std::string html;
  std::string problem;  ///< why it is not shown, or not to be trusted
};

struct Note {
  std::int64_t wall_ns = 0;
  std::string kind;  ///< "unreachable"
  std::string text;
};

struct RunOwner {
  std::string host;
  std::int64_t pid = 0;
  std::int64_t heartbeat_ns = 0;
  bool is_alive = false;    ///< seen on this host, or a recent heartbeat of another one
  bool is_certain = false;  ///< seen on this host
};

struct RunSummary {
  std::string workflow;
  std::string run;
  std::string state;  ///< "running", "succeeded", "failed", "stopped", …; "interrupted": its driver is gone
  std::int64_t started_ns = 0;
  std::int64_t ended_ns = 0;  ///< of a run that goes on: now
  std::int64_t now_ns = 0;
  std::string timeline_run;  ///< whose time line it is; another run's when nothing ran in this one
  std::vector<StageSummary> stages;
  std::vector<Span> spans;
  std::vector<RunningAttempt> running;
  std::vector<FailedTask> failures;  ///< the first ones
  std::size_t failure_count = 0;
  std::vector<RetryCount> retries;
  std::vector<StageOutputs> outputs;
  std::vector<Number> numbers;
  std::vector<Section> sections;  ///< filled in by read_contributions
  std::vector<Note> notes;
  std::vector<RunOwner> owner;  ///< one, or none
  // Where it comes from:
  std::string run_folder;
  std::string store_uid;
  std::string workflow_path;
  std::string workflow_text;
  std::vector<std::pair<std::string, std::string>> params;
  std::string command_line;
  std::string host;
  std::string user;
  std::string version;

  Tally total() const;
  double seconds() const { return 1e-9 * static_cast<double>(ended_ns - started_ns); }
};

}  // namespace sluice::report
