#include "engine/store/connection.h"

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <random>

#include "engine/base/disk.h"
#include "engine/store/file_system.h"
#include "engine/store/schema.h"

namespace sluice::store {

namespace {

constexpr std::size_t header_size = 100;  // https://www.sqlite.org/fileformat2.html section 1.3
constexpr std::size_t application_offset = 68;
constexpr std::string_view magic("SQLite format 3\0", 16);

using Header = std::array<unsigned char, header_size>;

std::int32_t big_endian(const Header& header, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8U) | header[offset + i];
  return static_cast<std::int32_t>(value);
}

int open_flags(const StoreOptions& options) {
  int flags = SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX;
  flags |=
      options.access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
  return flags;
}

std::string random_uid() {
  std::random_device device;
  const std::uint64_t high = (static_cast<std::uint64_t>(device()) << 32U) | device();
  const std::uint64_t low = (static_cast<std::uint64_t>(device()) << 32U) | device();
  return to_hex({high, low});
}

/// As part of an SQLite URI.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '%')
      text += "%25";
    else if (c == '?')
      text += "%3f";
    else if (c == '#')
      text += "%23";
    else
      text += c;
  }
  return text;
}

Error nothing_yet(const std::string& path) {
  return {"nothing has run here yet", path,
          "go to the folder of the run, name it with --dir, or start with: sluice run", ErrorKind::usage};
}

}  // namespace

bool in_memory(const std::string& path) { return path.starts_with("file:/sluice-memory-"); }

Error damaged_error(const std::string& path, const std::string& detail) {
  return {"the store is damaged (" + detail + ")", path,
          "sluice run moves it aside, saves what can be read of it, and goes on", ErrorKind::io, EUCLEAN};
}

Connection::Connection(const std::string& path, const std::string& address, const StoreOptions& options)
    : path_(path), database_(address, open_flags(options), options.busy_ms) {}

Error Connection::to_error(const SQLite::Exception& exception) const {
  const int system = sqlite3_system_errno(const_cast<SQLite::Database&>(database_).getHandle());
  const std::string detail = exception.what();
  switch (exception.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return damaged_error(path_, detail);
    case SQLITE_FULL: return io_error("can't write the store", path_, ENOSPC);
    case SQLITE_BUSY:
      return {"another process is using the store for long", path_, "wait for it to end, then try again",
              ErrorKind::io, EBUSY};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {"can't open the store: " + detail, path_,
              "check the permissions of this file and of its folder", ErrorKind::io, EACCES};
    case SQLITE_IOERR: {
      if (exception.getExtendedErrorCode() == SQLITE_IOERR_SHORT_READ)
        return damaged_error(path_, "it is cut short");
      return io_error("can't use the store (" + detail + ")", path_, system != 0 ? system : EIO);
    }
    default: return {"the store failed: " + detail, path_, "", ErrorKind::internal};
  }
}

SQLite::Statement& Connection::prepared(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) found = statements_.try_emplace(sql, database_, sql).first;
  found->second.tryReset();
  return found->second;
}

/// Asks through SQLite's own file handle: to open and close the file beside it would drop its locks.
Connection::Identity Connection::identify() {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) return Identity::fresh;
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size == 0) return Identity::fresh;
  Header header{};
  const int read = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  const auto compared = std::min<std::size_t>(magic.size(), static_cast<std::size_t>(size));
  if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return Identity::foreign;
  if (std::memcmp(header.data(), magic.data(), compared) != 0) return Identity::foreign;
  if (static_cast<std::size_t>(size) < header_size) return Identity::damaged;
  if (big_endian(header, application_offset) != application_id) return Identity::foreign;
  return Identity::ours;
}

/// A driver that was killed while it made the store leaves a database without tables; looking at it makes
/// SQLite take back what was half done.
bool Connection::has_no_tables() {
  try {
    SQLite::Statement tables(database_, "SELECT count(*) FROM sqlite_schema");
    return tables.executeStep() && tables.getColumn(0).getInt() == 0;
  } catch (const SQLite::Exception&) {
    return false;  // somebody else's file, or a damaged one: that is said elsewhere
  }
}

void Connection::create(const StoreOptions& options) {
  database_.exec("BEGIN IMMEDIATE");
  SQLite::Statement tables(database_, "SELECT count(*) FROM sqlite_schema");
  tables.executeStep();
  const bool made_meanwhile = tables.getColumn(0).getInt() != 0;
  tables.reset();
  if (!made_meanwhile) {
    database_.exec("PRAGMA application_id = " + std::to_string(application_id));
    database_.exec("PRAGMA user_version = " + std::to_string(schema_version));
    database_.exec(schema_sql);
    SQLite::Statement insert(database_, "INSERT INTO meta VALUES ('uid', ?)");
    insert.bind(1, options.uid.empty() ? random_uid() : options.uid);
    insert.exec();
  }
  database_.exec("COMMIT");
}

void Connection::configure(const StoreOptions& options) {
  constexpr const char* speed =
      "PRAGMA cache_size = -32768;"  // KiB
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA secure_delete = OFF;"  // some distributions overwrite what is deleted
      "PRAGMA cache_spill = OFF;";   // a transaction touches the file when it commits, not before
  database_.exec(speed);
  if (in_memory(path_) || options.access == Access::read) return;
  journal_ = options.journal;
  if (journal_ == Journal::automatic)
    journal_ = on_network_file_system(parent_path(path_)) ? Journal::truncate : Journal::wal;
  if (journal_ == Journal::wal)
    database_.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000;");
  else
    database_.exec("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;");
}

Status Connection::greet(const StoreOptions& options) {
  Identity identity = identify();
  const bool is_whole = identity == Identity::ours || identity == Identity::foreign;
  if (is_whole && has_no_tables()) identity = Identity::fresh;
  if (identity == Identity::foreign)
    return Error{"this file is not a store of Sluice, and was left alone", path_,
                 "move it away if nobody needs it here, then run again"};
  if (identity == Identity::damaged) return damaged_error(path_, "it is cut short");
  if (identity == Identity::fresh && options.access == Access::read) return nothing_yet(path_);
  return guarded([&]() -> Status {
    if (identity == Identity::fresh) create(options);
    const int version = database_.execAndGet("PRAGMA user_version").getInt();
    if (version > schema_version)
      return Error{"it was written by a newer Sluice (format " + std::to_string(version) +
                       ", known here: " + std::to_string(schema_version) + ")",
                   path_, "use that version of Sluice, or another run folder"};
    configure(options);
    return options.check ? check() : Status(Ok{});
  });
}

Status Connection::check() {
  return guarded([&]() -> Status {
    SQLite::Statement pages(database_, "PRAGMA quick_check(1)");
    pages.executeStep();
    const std::string answer = pages.getColumn(0).getString();
    if (answer != "ok") return damaged_error(path_, answer);
    return Ok{};
  });
}

Result<std::unique_ptr<Connection>> Connection::open_at(const std::string& path, const std::string& address,
                                                        const StoreOptions& options) {
  std::unique_ptr<Connection> connection;
  try {
    connection.reset(new Connection(path, address, options));
  } catch (const SQLite::Exception& exception) {
    return Error{std::string("can't open the store: ") + exception.what(), path,
                 "check the permissions of this file and of its folder", ErrorKind::io, EACCES};
  }
  if (auto greeted = connection->greet(options); !greeted) return std::move(greeted).error();
  return connection;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, const StoreOptions& options) {
  if (options.access == Access::write || in_memory(path)) return open_at(path, path, options);
  RealDisk disk;
  if (const auto stat = disk.stat(path); stat && !stat->exists()) return nothing_yet(path);
  auto connection = open_at(path, path, options);
  if (connection || is_damaged(connection.error()) || connection.error().kind != ErrorKind::io)
    return connection;
  // Even a reader writes: it makes the memory that it shares with a driver. Where it can't (a full disk, a
  // folder of somebody else's) it may do without, provided that no driver left anything but the file itself.
  const auto log = disk.stat(path + "-wal");
  if (!log || log->size > 0) return connection;
  auto alone = open_at(path, "file:" + escaped(path) + "?immutable=1", options);
  return alone ? std::move(alone) : std::move(connection);
}

void bind(SQLite::Statement& statement, int index, const Hash128& hash) {
  if (hash.is_zero()) return statement.bind(index);
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(hash.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(hash.low >> (56 - 8 * i));
  }
  statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

Hash128 hash_from_blob(const void* data, int size) {
  Hash128 hash;
  if (data == nullptr || size != 16) return hash;
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < 8; ++i) {
    hash.high = (hash.high << 8U) | bytes[i];
    hash.low = (hash.low << 8U) | bytes[8 + i];
  }
  return hash;
}

Hash128 hash_from(const SQLite::Column& column) {
  return hash_from_blob(column.getBlob(), column.getBytes());
}

}  // namespace sluice::store
