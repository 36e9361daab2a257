// Everything the driver decided in one turn of its loop, written whole or not at all. The calls only collect:
// the first failure is remembered, and `commit` tells. A commit is refused when another driver has taken over
// meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/result.h"
#include "engine/store/rows.h"
#include "engine/store/store.h"

namespace sluice::store {

class Writer;

class Transaction {
 public:
  /// Without a commit: as if nothing had been said.
  explicit Transaction(Store& store) : store_(store) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Afterwards the object may be used for the next transaction. When the disk is full (`is_disk_full`)
  /// nothing is lost: make room and commit again, or let go.
  Status commit();
  bool empty() const { return writes_.empty(); }

  // ---- runs ----
  std::string begin_run(const RunInfo& info);  ///< the run's name; what is written from now on belongs to it
  void end_run(std::string_view status, std::int64_t ended_ns);

  // ---- attempts ----
  TaskId task(std::string_view name, TaskId owner = 0);  ///< made known if it was not
  AttemptId submitting(const NewAttempt& attempt);       ///< commit, then ask the executor
  void accepted(AttemptId attempt, std::string_view handle);
  void running(AttemptId attempt, std::string_view node, std::int64_t started_ns);
  void publishing(AttemptId attempt, const executors::ExitRecord& evidence);  ///< commit, then move
  void ended(AttemptId attempt, const AttemptEnd& end);
  void forget(AttemptId attempt);  ///< it was never started: no trace but its number

  // ---- tasks ----
  void succeeded(TaskId task, int attempt, const Hash128& fingerprint, std::span<const Artifact> artifacts,
                 std::string_view recipe);
  void settled(TaskId task, std::string_view state, std::string_view reason);
  void refresh(TaskId task, const Artifact& artifact);  ///< the same content with another signature or path
  void forget_result(TaskId task);                      ///< its outputs were removed on purpose
  void state_mark(TaskId task, const Hash128& state_id, const StateMark& mark);
  void drop_state_marks(TaskId task);

  // ---- the rest ----
  void put_hashes(std::span<const FileHash> hashes);
  void event(std::int64_t wall_ns, TaskId task, int attempt, std::string_view kind,
             std::string_view detail = {});

 private:
  using Write = std::function<void(Writer&)>;
  Status write_all();

  Store& store_;
  std::vector<Write> writes_;
  std::unordered_map<std::string, TaskId> new_tasks_;
  Status status_ = Ok{};  ///< of what had to be looked up
};

}  // namespace sluice::store
