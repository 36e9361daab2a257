#include "engine/store/lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "engine/base/disk.h"
#include "engine/base/units.h"
#include "engine/store/recover.h"
#include "engine/store/state.h"

namespace sluice::store {

namespace {

struct Row {
  Owner owner;
  std::int64_t fence = 0;
  bool free() const { return owner.process.pid == 0; }
};

Row read_row(Connection& connection) {
  SQLite::Statement& statement = connection.prepared(
      "SELECT fence, host, boot_id, pid, start_ticks, since_ns, beats, beat_ns FROM lock");
  Row row;
  if (statement.executeStep()) {
    row.fence = statement.getColumn(0).getInt64();
    row.owner.process.host = statement.getColumn(1).getString();
    row.owner.process.boot_id = statement.getColumn(2).getString();
    row.owner.process.pid = statement.getColumn(3).getInt64();
    row.owner.process.start_ticks = as_unsigned(statement.getColumn(4).getInt64());
    row.owner.since_ns = statement.getColumn(5).getInt64();
    row.owner.beats = as_unsigned(statement.getColumn(6).getInt64());
    row.owner.heartbeat_ns = statement.getColumn(7).getInt64();
  }
  statement.reset();
  return row;
}

bool same_life(const Owner& a, const Owner& b) { return a.process == b.process && a.beats == b.beats; }

/// Nobody can hold a lock of a file system that has none; then the row alone decides.
bool has_no_locks(int error_number) {
  return error_number == ENOLCK || error_number == ENOSYS || error_number == EOPNOTSUPP ||
         error_number == EINVAL;
}

}  // namespace

Error to_error(const Busy& busy, const std::string& run_folder) {
  if (!busy.owner)
    return {"another sluice run is just starting here", run_folder, "wait a moment, then run again",
            ErrorKind::io, EBUSY};
  const ProcessId& process = busy.owner->process;
  std::string what = "a sluice run is at work here: " + process.host + " pid " + std::to_string(process.pid) +
                     ", heartbeat " + format_seconds(std::floor(busy.age_s)) + " ago";
  if (busy.alive)
    return {what, run_folder, "follow it with: sluice status; or stop it with Ctrl-C where it runs",
            ErrorKind::io, EBUSY};
  return {what, run_folder,
          "if it is dead, it will be taken over after " + format_seconds(std::ceil(busy.left_s)) +
              " without a heartbeat; nothing is to be unlocked",
          ErrorKind::io, EBUSY};
}

Lock::Lock(std::string file, Processes& processes, Clock& clock)
    : file_(std::move(file)), processes_(processes), clock_(clock) {}

Lock::~Lock() { drop_file(); }

void Lock::drop_file() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<bool> Lock::take_file() {
  if (file_.empty() || fd_ >= 0) return true;
  const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return io_error("can't open the lock", file_, errno);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  const bool taken = ::fcntl(fd, F_OFD_SETLK, &whole) == 0 || has_no_locks(errno);
  if (taken)
    fd_ = fd;
  else
    ::close(fd);
  return taken;
}

Busy Lock::watch(const Owner& owner, Liveness liveness) {
  const std::int64_t now = clock_.mono_ns();
  if (!watched_ || !same_life(watched_->owner, owner)) watched_ = Watch{owner, now};
  Busy busy;
  busy.owner = owner;
  busy.alive = liveness == Liveness::alive;
  busy.age_s = std::max(0.0, static_cast<double>(clock_.wall_ns() - owner.heartbeat_ns) / ns_per_s);
  busy.left_s = std::max(0.0, silence_s - static_cast<double>(now - watched_->since_mono_ns) / ns_per_s);
  return busy;
}

/// The owner that keeps us out, if one does. The file lock in somebody's hands means that a process lives, so
/// the death of the process that the row names proves nothing then: only silence does (a file server may keep
/// a dead lock).
std::optional<Busy> Lock::kept_out_by(const Owner& owner, bool file_is_ours) {
  const bool is_free = owner.process.pid == 0;
  if (is_free && file_is_ours) return std::nullopt;
  if (is_free) return Busy{};
  if (owner.process == processes_.self() && file_is_ours) return std::nullopt;
  const Liveness liveness = processes_.liveness(owner.process);
  if (liveness == Liveness::dead && file_is_ours) return std::nullopt;
  Busy busy = watch(owner, liveness);
  if (!busy.alive && busy.left_s == 0) return std::nullopt;
  return busy;
}

Result<std::variant<Taken, Busy>> Lock::take_row(Taken taken, bool file_is_ours) {
  using Answer = std::variant<Taken, Busy>;
  Store::State& state = taken.store->state();
  Connection& connection = *state.connection;
  auto answer = connection.guarded([&]() -> Result<Answer> {
    connection.write("BEGIN IMMEDIATE");
    const Row row = read_row(connection);
    if (auto busy = kept_out_by(row.owner, file_is_ours)) return Answer(*busy);
    const ProcessId self = processes_.self();
    const std::int64_t now = clock_.wall_ns();
    connection.write(
        "UPDATE lock SET fence = ?, host = ?, boot_id = ?, pid = ?, start_ticks = ?, since_ns = ?, beats = "
        "0, "
        "beat_ns = ?",
        row.fence + 1, self.host, self.boot_id, self.pid, self.start_ticks, now, now);
    connection.write("COMMIT");
    state.fence = row.fence + 1;
    if (!row.free() && row.owner.process != self) taken.dead = row.owner;
    return Answer(std::move(taken));
  });
  if (!answer || std::holds_alternative<Busy>(*answer)) (void)connection.database().tryExec("ROLLBACK");
  return answer;
}

/// A dead owner may have died with its machine: then every page is read before anything is believed.
Result<Taken> Lock::open(const std::string& store_path, const StoreOptions& options, bool may_repair) {
  Taken taken;
  auto store = Store::open(store_path, options);
  if (store && !options.check && may_repair) {
    Connection& connection = *(*store)->state().connection;
    auto checked = connection.guarded([&]() -> Status {
      const Row row = read_row(connection);
      const bool takes_over = !row.free() && !kept_out_by(row.owner, may_repair);
      return takes_over ? connection.check() : Status(Ok{});
    });
    if (!checked) store = std::move(checked).error();
  }
  if (!store && is_damaged(store.error()) && may_repair) {
    auto recovered = recover(store_path);
    if (!recovered) return std::move(recovered).error();
    taken.notes.push_back(recovered->note());
    store = Store::open(store_path, options);
  }
  if (!store) return std::move(store).error();
  taken.store = *std::move(store);
  return taken;
}

Result<std::variant<Taken, Busy>> Lock::take(const std::string& store_path, const StoreOptions& options) {
  auto file_is_ours = take_file();
  if (!file_is_ours) return std::move(file_is_ours).error();
  auto taken = open(store_path, options, *file_is_ours && !in_memory(store_path));
  if (!taken) return std::move(taken).error();
  auto answer = take_row(*std::move(taken), *file_is_ours);
  if (!answer) return answer;
  const auto* busy = std::get_if<Busy>(&*answer);
  if (busy == nullptr) {
    watched_.reset();
    if (!in_memory(store_path)) store_file_ = WatchedFile(store_path);
  } else if (busy->alive) {
    drop_file();
  }
  return answer;
}

Status Lock::beat(Store& store) {
  Store::State& state = store.state();
  return state.connection->guarded([&]() -> Status {
    state.connection->write("UPDATE lock SET beats = beats + 1, beat_ns = ? WHERE fence = ?",
                            clock_.wall_ns(), state.fence);
    if (state.connection->database().getChanges() == 1) return Ok{};
    return fenced_off(store.path());
  });
}

Status Lock::release(Store& store) {
  Store::State& state = store.state();
  auto released = state.connection->guarded([&]() -> Status {
    state.connection->write("UPDATE lock SET pid = 0 WHERE fence = ?", state.fence);
    return Ok{};
  });
  if (released) drop_file();
  return released;
}

Result<std::optional<Owner>> Lock::owner(Store& store) {
  Connection& connection = *store.state().connection;
  return connection.guarded([&]() -> Result<std::optional<Owner>> {
    const Row row = read_row(connection);
    if (row.free()) return std::optional<Owner>();
    return std::optional<Owner>(row.owner);
  });
}

}  // namespace sluice::store
