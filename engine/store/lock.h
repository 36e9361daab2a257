// One driver for a run folder, and nobody ever has to unlock it. Whoever holds the lock has an OFD lock on
// .sluice/lock and its name in the store, with a heartbeat. The lock is taken over when the owner's death is
// proven: on this host by its process, on another by five minutes of our own clock without a new heartbeat.
// Each new owner raises the fence, which every transaction checks, so that an owner that only seemed dead
// can't write any more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/base/result.h"
#include "engine/store/store.h"
#include "engine/store/watched_file.h"

namespace sluice::store {

struct Owner {
  ProcessId process;
  std::int64_t since_ns = 0;      ///< wall clock of its host
  std::int64_t heartbeat_ns = 0;  ///< the last one, by its wall clock
  std::uint64_t beats = 0;
};

/// Somebody else has it.
struct Busy {
  std::optional<Owner> owner;  ///< nothing: it is only just starting
  bool alive = false;          ///< seen with our own eyes; else it may be dead, and time will tell
  double age_s = 0;            ///< since its last heartbeat, as far as two clocks can be compared
  double left_s = 0;  ///< until it is taken for dead, unless a heartbeat comes; meaningless when alive
};
/// "worker7 pid 4242 owns it (heartbeat 12 s ago)", with what to do.
Error to_error(const Busy& busy, const std::string& run_folder);

struct Taken {
  std::unique_ptr<Store> store;
  std::optional<Owner> dead;       ///< the owner it was taken from; nothing: it was free
  std::vector<std::string> notes;  ///< what had to be repaired, for people
};

class Lock {
 public:
  static constexpr double silence_s = 300;  ///< without a heartbeat: dead
  static constexpr double beat_every_s = 20;

  /// `file` empty: no file lock, the row alone decides (the simulator).
  Lock(std::string file, Processes& processes, Clock& clock);
  /// Gives the file lock back, as a crash would; `release` is the polite way.
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  /// Opens the store too, and repairs it if it is damaged. Busy: call again (soon, if it has to be waited
  /// for): this object watches the owner's heartbeat from call to call.
  Result<std::variant<Taken, Busy>> take(const std::string& store_path, const StoreOptions& options = {});
  Status beat(Store& store);     ///< every `beat_every_s`; an error that is_fenced_off: stop
  Status release(Store& store);  ///< the end of a run
  /// Of the store that was taken. Gone: stop at once, another driver may find the path free.
  Whereabouts whereabouts() const { return store_file_.look(); }

  /// Who owns it, for `status`; nothing: nobody.
  static Result<std::optional<Owner>> owner(Store& store);

 private:
  struct Watch {
    Owner owner;
    std::int64_t since_mono_ns = 0;
  };
  Result<bool> take_file();  ///< false: somebody else has it
  void drop_file();
  Result<Taken> open(const std::string& store_path, const StoreOptions& options, bool may_repair);
  Result<std::variant<Taken, Busy>> take_row(Taken taken, bool file_is_ours);
  std::optional<Busy> kept_out_by(const Owner& owner, bool file_is_ours);
  Busy watch(const Owner& owner, Liveness liveness);

  std::string file_;
  Processes& processes_;
  Clock& clock_;
  int fd_ = -1;
  std::optional<Watch> watched_;
  WatchedFile store_file_;
};

}  // namespace sluice::store
