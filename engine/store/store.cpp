#include "engine/store/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "engine/base/hash.h"
#include "engine/store/state.h"

namespace sluice::store {

namespace {

constexpr off_t ballast_bytes = 1 << 20;

/// Space that is given back when the disk is full, so that what is known by then can still be written.
/// Without it the store works just as well, so a failure is not one.
void keep_ballast(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return;
  const bool reserved = ::posix_fallocate(fd, 0, ballast_bytes) == 0;
  ::close(fd);
  if (!reserved) ::unlink(path.c_str());
}

std::int64_t highest(Connection& connection, const char* sql) {
  return connection.database().execAndGet(sql).getInt64();
}

}  // namespace

void Store::State::read_counters() {
  uid = connection->database().execAndGet("SELECT value FROM meta WHERE key = 'uid'").getString();
  next_run = highest(*connection, "SELECT ifnull(max(id), 0) FROM runs") + 1;
  next_task = highest(*connection, "SELECT ifnull(max(id), 0) FROM tasks") + 1;
  next_attempt = highest(*connection, "SELECT ifnull(max(id), 0) FROM live") + 1;
  run = next_run - 1;
}

bool Store::State::give_up_ballast() {
  if (options.ballast.empty() || ::unlink(options.ballast.c_str()) != 0) return false;
  ballast_given_up = true;
  return true;
}

std::string run_name(const std::string& store_uid, std::int64_t run) {
  static constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";  // no letters that look like digits
  std::uint64_t bits = hash64(store_uid + "/" + std::to_string(run));
  std::string name(8, '0');
  for (char& digit : name) {
    digit = digits[bits & 31U];
    bits >>= 5U;
  }
  return name;
}

Error fenced_off(const std::string& path) {
  return {"another sluice run has taken over this run folder", path,
          "this one stops; follow the other with: sluice status", ErrorKind::io, ESTALE};
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const StoreOptions& options) {
  auto connection = Connection::open(path, options);
  if (!connection) return std::move(connection).error();
  auto state = std::make_unique<State>();
  state->connection = *std::move(connection);
  state->options = options;
  auto read = state->connection->guarded([&]() -> Status {
    state->read_counters();
    return Ok{};
  });
  if (!read) return std::move(read).error();
  if (options.access == Access::write && !options.ballast.empty()) keep_ballast(options.ballast);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

const std::string& Store::path() const { return state_->connection->path(); }
const std::string& Store::uid() const { return state_->uid; }
Journal Store::journal() const { return state_->connection->journal(); }
bool Store::on_ballast() const { return state_->ballast_given_up; }

Store::Snapshot::Snapshot(Store& store) : store_(store) {
  // A failure shows in the first read.
  (void)store_.state().connection->database().tryExec("BEGIN");
}

Store::Snapshot::~Snapshot() { (void)store_.state().connection->database().tryExec("COMMIT"); }

bool is_damaged(const Error& error) { return error.number == EUCLEAN; }
bool is_fenced_off(const Error& error) { return error.number == ESTALE; }
bool is_disk_full(const Error& error) { return error.number == ENOSPC || error.number == EDQUOT; }

MemoryStore::MemoryStore() {
  static std::atomic<unsigned> counter{0};
  path_ = "file:/sluice-memory-" + std::to_string(counter++) + "?vfs=memdb";
  sqlite3* database = nullptr;
  sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
                  nullptr);
  // The memory is only shared once it has been looked at.
  sqlite3_exec(database, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
  anchor_ = database;
}

MemoryStore::~MemoryStore() { sqlite3_close(static_cast<sqlite3*>(anchor_)); }

}  // namespace sluice::store
