// What will run, and why: one pass over the graph in data-flow order, comparing each task's fingerprint with
// the one of its last success and its outputs with what was recorded of them. The same object answers during
// the run: whether a task whose inputs have just been produced still has to run, and what its attempt is to
// be recorded with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/plan/reason.h"
#include "engine/plan/recipe_diff.h"
#include "engine/plan/selection.h"
#include "engine/store/store.h"
#include "engine/store/transaction.h"
#include "engine/workflow/task_graph.h"

namespace sluice::plan {

using workflow::TaskGraph;
using workflow::TaskIndex;

enum class Decision : std::uint8_t {
  up_to_date,  ///< its result is there, and is what running it would give
  kept,        ///< not selected; its last result is there and is used, though it may be outdated
  run,         ///< must run
  maybe,       ///< something above it will run: decided then, by content
  excluded,    ///< not selected, and its result is not there
};
std::string_view to_string(Decision decision);

struct PlanOptions {
  std::string run_folder;  ///< absolute
  Selection selection;
  int threads = 2;  ///< that look at outputs; 1 where the disk is a simulated one
};

/// What an attempt is recorded with.
struct Prepared {
  Hash128 fingerprint;
  Hash128 state_id;          ///< names the state folder
  std::uint64_t inputs = 0;  ///< signature of the user's files it reads
  std::string recipe;        ///< for Transaction::succeeded, and for explain
};

/// `sluice explain`: what is different from the last success.
struct Explanation {
  Decision decision = Decision::run;
  std::vector<Reason> reasons;
  std::vector<DiffLine> difference;
};
std::string to_string(const std::string& task, const Explanation& explanation);

struct PlanCounts {
  std::size_t up_to_date = 0, kept = 0, run = 0, maybe = 0, excluded = 0;
};

class Plan {
 public:
  static Result<std::unique_ptr<Plan>> make(const TaskGraph& graph, store::Store& store, Disk& disk,
                                            Clock& clock, PlanOptions options);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  // ---- the decision ----
  Decision decision(TaskIndex task) const;
  PlanCounts counts() const;
  bool fresh(TaskIndex task) const;        ///< --force: its state folder is to be discarded
  store::TaskId id(TaskIndex task) const;  ///< 0: the store has not heard of it yet
  int attempts(TaskIndex task) const;      ///< the highest attempt number used so far
  /// Why it runs, or will be looked at again; empty when up to date. Asks the store: for tasks that people
  /// look at, or that are about to run. After a `succeeded` is committed, it is about the new result.
  std::vector<Reason> reasons(TaskIndex task);
  Explanation explain(TaskIndex task);

  // ---- during the run ----
  /// The signature of what stands in the place of an output, if the store knows it as this output; else
  /// nothing: whatever stands there was made by somebody else, or changed since.
  std::optional<std::uint64_t> known_output(TaskIndex task, std::uint32_t output) const;
  /// Its outputs are in place. One content for each output of its stage.
  void published(TaskIndex task, std::span<const Content> contents);
  /// It failed or was skipped, and that is tolerated: whoever gathers its outputs goes on without them.
  void lost(TaskIndex task);
  /// For a task whose inputs are all there (or lost): is its last result what running it would give?
  Result<bool> check_one(TaskIndex task);
  /// For a task about to be submitted.
  Result<Prepared> prepare(TaskIndex task);
  /// After its attempt has ended: the first of the user's files that is not what it was at `prepare`, given
  /// Prepared::inputs. Then the result belongs to no known content: run it again.
  Result<std::optional<std::string>> changed_input(TaskIndex task, std::uint64_t inputs);
  /// What was found out by reading files, so that nobody reads them again.
  void save(store::Transaction& transaction);

 private:
  struct State;
  explicit Plan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::plan
