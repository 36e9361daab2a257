// What starts attempts. The engine hands over batches and never waits: answers arrive as events, in any
// order, maybe late, maybe twice. Every attempt has a token; submitting a token again gives the same handle
// and starts nothing. An executor never decides that a task succeeded: it reports what it saw, the engine
// weighs it (exit record > accounting > queue).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "executors/exit_record.h"

namespace sluice::executors {

using Token = std::string;   ///< run/task/attempt: the engine's name for one attempt, for ever unique
using Handle = std::string;  ///< the executor's name for it (a job id, a runner's child)

/// Totals of one attempt, divided over its ranks.
struct Resources {
  int cpus = 1;
  std::uint64_t memory_bytes = 0;  ///< 0: no limit asked
  int gpus = 0;
  int ranks = 1;
  double time_s = 0;  ///< 0: no limit asked

  bool operator==(const Resources&) const = default;
};

struct ExpectedOutput {
  std::string name;
  std::string path;  ///< relative to the attempt folder
};

struct AttemptSpec {
  Token token;
  std::string
      group;  ///< attempts of one group differ only in argv, folder and token: may go out as one array
  std::string folder;  ///< absolute; exists; the working directory
  std::string log;     ///< absolute; stdout and stderr; created at the first byte
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>>
      env;  ///< added to what the node passes through (PATH, HOME, ...)
  Resources resources;
  std::vector<ExpectedOutput> outputs;
  double grace_s = 10;  ///< from TERM (or USR2, with ranks) to KILL
  std::vector<std::string> avoid_nodes;
};

/// Closed set; what a batch system really said travels as `native_state`.
enum class AttemptState : std::uint8_t {
  queued,
  starting,
  running,
  suspended,
  requeued,
  finished,
  lost,
  unknown
};

/// What the batch system believes about the end, when it says anything; used only where no exit record is
/// found.
enum class Verdict : std::uint8_t {
  unknown,  ///< it is gone and nobody says how
  completed,
  failed,
  out_of_memory,
  timeout,
  node_failure,
  preempted,
  cancelled_by_user,  ///< by a person outside the engine: the task stops
  never_started,      ///< cancelled or lost before it ran
};

struct Accepted {
  Token token;
  Handle handle;
};
struct Rejected {
  Token token;
  bool permanent = false;
  std::string message;
};
struct StateChanged {
  Token token;
  AttemptState state = AttemptState::unknown;
  std::string native_state;  ///< "PD", "RUNNING": shown as it is
  std::string reason;        ///< in plain words, when it waits for something
  std::string node;
  int restart = 0;
};
struct Finished {
  Token token;
  std::optional<ExitRecord> record;  ///< the runner's evidence, when it exists
  Verdict verdict = Verdict::unknown;
  std::string node;
  std::string message;
};
enum class Presence : std::uint8_t { present, absent, ambiguous };
/// The answer to attach: is the token known (queued, running or ended)? Ambiguous: can't tell now, ask again.
struct Attached {
  Token token;
  Presence presence = Presence::absent;
  Handle handle;
};
enum class LogLevel : std::uint8_t { info, warning, error };
struct Log {
  LogLevel level = LogLevel::info;
  std::string message;
};
struct Unreachable {
  std::string message;
};  ///< the scheduler does not answer; nothing has failed
struct Reachable {};

using Event = std::variant<Accepted, Rejected, StateChanged, Finished, Attached, Log, Unreachable, Reachable>;
/// Events come in batches, so that the engine can record a batch in one transaction. Never called from inside
/// a call of the engine into the executor.
using EventSink = std::function<void(std::vector<Event>)>;

struct Capabilities {
  std::string name;
  std::string version;
  /// What can run at once; 0 = no limit known here (the batch system has its own queue).
  int cpu_slots = 0;
  int gpu_slots = 0;
  std::uint64_t memory_bytes = 0;
  std::size_t max_batch = 1000;   ///< attempts in one submit call
  std::size_t max_in_flight = 0;  ///< submitted and unfinished; 0 = no limit
  bool survives_driver = true;    ///< attempts go on when the driver dies
};

enum class CancelMode : std::uint8_t { term, kill };  ///< term: ask, wait the grace, then kill
enum class ShutdownMode : std::uint8_t { detach, cancel };

class Executor {
 public:
  virtual ~Executor() = default;
  virtual Result<Capabilities> hello() = 0;
  virtual void submit(std::span<const AttemptSpec> attempts) = 0;
  virtual void poll(std::span<const Token> tokens) = 0;  ///< a hint: report the state of these soon
  virtual void cancel(std::span<const Token> tokens, CancelMode mode) = 0;
  virtual void attach(
      std::span<const Token> tokens) = 0;  ///< after a restart; `Attached` for each, then its life
  virtual void shutdown(ShutdownMode mode) = 0;
};

}  // namespace sluice::executors
