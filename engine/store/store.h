// The store remembers what ran: one SQLite file in the run folder, so that a killed driver loses nothing and
// everybody else can look while it works. Store opens it and reads; Transaction (transaction.h) writes.
//
// A missing file is made. A file of somebody else's, or of a newer Sluice, is refused and left alone. A
// damaged one is refused with an error that `is_damaged` knows: `recover` (recover.h) saves what can be read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/store/rows.h"

namespace sluice::store {

enum class Access { read, write };

/// How SQLite keeps a transaction whole. WAL is fast and lets readers read at any time, but needs memory that
/// all processes share, which a network file system does not give: there it is TRUNCATE, with every commit
/// synced.
enum class Journal { automatic, wal, truncate };

enum class CommitPoint { before, after };

struct StoreOptions {
  Access access = Access::write;
  Journal journal = Journal::automatic;
  std::string uid;                             ///< of a store that is made; empty: random
  std::string ballast;                         ///< a file given up when the disk is full; empty: none
  std::function<void(CommitPoint)> at_commit;  ///< for tests that kill the driver there
  bool check = false;                          ///< read every page first, after an unclean end
  int busy_ms = 10'000;                        ///< how long to wait for another process's transaction
};

class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& path, const StoreOptions& options = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& path() const;
  const std::string& uid() const;  ///< names this store for ever
  Journal journal() const;         ///< wal or truncate: what was chosen
  /// The disk was full and the ballast was given up so that the last commits could be written: stop
  /// submitting.
  bool on_ballast() const;

  // ---- what the plan needs ----
  /// Hands out every task once, in the order in which they were first seen. Built to do 100,000 in 100 ms.
  Status load_tasks(const std::function<void(const Task&)>& each);
  std::size_t task_count();
  Result<std::string> recipe(TaskId task);  ///< of the last success; empty: none
  Status load_hashes(const std::function<void(const FileHash&)>& each);

  // ---- what a restarted driver needs ----
  Result<std::vector<LiveAttempt>> live_attempts();
  Result<std::optional<StateMark>> state_mark(TaskId task, const Hash128& state_id);

  // ---- what people look at ----
  Result<std::vector<Run>> runs();                        ///< oldest first; without texts
  Result<std::optional<Run>> last_run();                  ///< with its texts
  Result<TaskId> find_task(const std::string& name);      ///< 0: never heard of
  Result<std::vector<Attempt>> attempts_of(TaskId task);  ///< oldest first
  Result<std::vector<Attempt>> attempts_in(
      const std::string& run);  ///< ended ones in the order of their end, then live
  Result<std::vector<Event>> events_after(std::int64_t seq, std::size_t limit);
  Result<std::vector<Event>> last_events(std::size_t count);  ///< oldest first

  /// While one lives, everything that is read is of one moment.
  class Snapshot {
   public:
    explicit Snapshot(Store& store);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

   private:
    Store& store_;
  };

  struct State;  ///< the store's own parts work on it
  State& state() { return *state_; }

 private:
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

bool is_damaged(const Error& error);     ///< the file can't be read: recover it
bool is_fenced_off(const Error& error);  ///< another driver has taken over: stop at once, touch nothing
bool is_disk_full(const Error& error);

/// A store in memory that outlives the Store objects opened on `path()`: what a simulated crash leaves
/// behind.
class MemoryStore {
 public:
  MemoryStore();
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  void* anchor_ = nullptr;  ///< a connection: the memory lives as long as one is open
};

}  // namespace sluice::store
