// What the scheduler is given: the tasks of a run, what each of them waits for, what they ask for and what
// there is. Flat arrays, because there may be 100,000 tasks. Everything is an index; names are for messages
// only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "executors/executor.h"

namespace sluice::schedule {

/// A task of the graph, or a child attempt that a running task asked for.
using Unit = std::uint32_t;
using PolicyIndex = std::uint32_t;
using executors::Resources;
constexpr Unit no_unit = 0xffffffff;

struct RetryPolicy {
  int attempts = 1;                  ///< tries that may end in a failure of the task's own
  std::vector<int> exit_codes = {};  ///< retry only these; empty: any
  double memory_factor = 1;  ///< more than 1: a try that ran out of memory is repeated with that much more
  double time_factor = 1;
  std::uint64_t memory_cap_bytes = 0;  ///< 0: none
  double time_cap_s = 0;
  std::int64_t delay_ms = 0;  ///< before the first retry; doubled each time
};

struct PoolShare {
  std::uint32_t pool = 0;
  int amount = 1;
};

/// What all tasks of a stage (or all trials of an owner) have in common.
struct Policy {
  std::uint32_t executor = 0;
  Resources resources = {};  ///< what is asked for; slots are counted with these, clipped to what exists
  RetryPolicy retry = {};
  std::vector<PoolShare> pools = {};
  double tolerate = 0;    ///< share of its tasks that may be lost
  bool is_final = false;  ///< runs when all that does not read from it has settled, whatever happened to it
  bool is_coordinator = false;  ///< decides over children: takes no slot
  int depth = 0;                ///< longest way from the start; deeper units go first
  int parallel = 0;             ///< children of one owner at once; 0: as many as slots allow
};

struct ExecutorLimits {
  int cpus = 0;                    ///< 0: no limit
  int gpus = 0;                    ///< slots; with cpus > 0, 0 means there are none
  std::uint64_t memory_bytes = 0;  ///< 0: not counted
  std::size_t max_in_flight = 0;   ///< 0: no limit
};

/// Where a task starts from.
enum class Initial : std::uint8_t {
  done,      ///< its result is there and nothing it depends on will run
  check,     ///< decided when its inputs are there
  run,       ///< must run: no need to ask
  excluded,  ///< not asked for; its result is not there: whoever needs it can't run
  live,      ///< an attempt of an earlier driver may still run: see Problem::live
};

struct LiveAttempt {
  Unit unit = no_unit;
  int attempt = 1;
  Resources resources = {};
  int user_failures = 0;  ///< so far, for the retry budget
};

struct Problem {
  std::vector<Policy> policies;
  std::vector<PolicyIndex> policy_of;      ///< by task
  std::vector<std::uint32_t> group_begin;  ///< CSR task -> groups, size tasks + 1
  std::vector<std::uint32_t> groups_of_task;
  std::vector<std::uint32_t> member_begin;  ///< CSR group -> producing tasks, size groups + 1
  std::vector<Unit> members;
  std::vector<bool> group_is_list;  ///< a gather may go on without tolerated losses
  std::vector<ExecutorLimits> executors;
  std::vector<int> pools;        ///< sizes
  std::vector<Initial> initial;  ///< by task
  std::vector<LiveAttempt> live;
  std::vector<int> attempts_before;  ///< by task: the highest number that earlier drivers used; empty: all 0
  int free_retries = 20;             ///< failures of the infrastructure in a row before a unit is given up
  std::vector<std::string> executor_names;  ///< for messages; may be empty
  std::vector<std::string> pool_names;
};

/// Throws std::invalid_argument when the arrays do not fit together: a bug of the caller, never a user's
/// mistake.
void require_consistent(const Problem& problem);

}  // namespace sluice::schedule
