// One open SQLite file: is it ours, is it whole, how does it keep transactions; kept prepared statements;
// SQLite's exceptions turned into Errors. Inside the store only.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/store/store.h"

namespace sluice::store {

// Values as they stand in the file: a hash is a blob of 16 bytes, or NULL when it is zero; unsigned numbers
// keep their bits.
inline std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
inline std::uint64_t as_unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }
Hash128 hash_from_blob(const void* data, int size);
Hash128 hash_from(const SQLite::Column& column);

inline void bind(SQLite::Statement& statement, int index, int value) { statement.bind(index, value); }
inline void bind(SQLite::Statement& statement, int index, std::int64_t value) {
  statement.bind(index, value);
}
inline void bind(SQLite::Statement& statement, int index, std::uint64_t value) {
  statement.bind(index, as_signed(value));
}
inline void bind(SQLite::Statement& statement, int index, double value) { statement.bind(index, value); }
/// Not copied: it has to live until the statement is done.
inline void bind(SQLite::Statement& statement, int index, const std::string& value) {
  statement.bindNoCopy(index, value);
}
void bind(SQLite::Statement& statement, int index, const Hash128& hash);

class Connection {
 public:
  /// Makes the tables in a new file.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const StoreOptions& options);

  SQLite::Database& database() { return database_; }
  const std::string& path() const { return path_; }
  Journal journal() const { return journal_; }

  /// Prepared at its first use and kept; `sql` must be a literal.
  SQLite::Statement& prepared(const char* sql);
  /// Runs a prepared statement with these values for its parameters ?1, ?2, …
  template <typename... Values>
  void write(const char* sql, const Values&... values) {
    SQLite::Statement& statement = prepared(sql);
    int index = 0;
    (bind(statement, ++index, values), ...);
    statement.exec();
    statement.reset();
  }
  /// Reads every page.
  Status check();

  Error to_error(const SQLite::Exception& exception) const;
  /// Runs `act`, which returns a Result; what SQLite throws becomes an Error.
  template <typename Act>
  auto guarded(Act act) -> decltype(act()) {
    try {
      return act();
    } catch (const SQLite::Exception& exception) {
      return to_error(exception);
    }
  }

 private:
  enum class Identity { fresh, ours, foreign, damaged };

  Connection(const std::string& path, const std::string& address, const StoreOptions& options);
  static Result<std::unique_ptr<Connection>> open_at(const std::string& path, const std::string& address,
                                                     const StoreOptions& options);
  Identity identify();
  bool has_no_tables();
  Status greet(const StoreOptions& options);
  void configure(const StoreOptions& options);
  void create(const StoreOptions& options);

  std::string path_;
  SQLite::Database database_;
  Journal journal_ = Journal::wal;
  std::map<const void*, SQLite::Statement> statements_;
};

/// A path that names a MemoryStore.
bool in_memory(const std::string& path);

Error damaged_error(const std::string& path, const std::string& detail);

}  // namespace sluice::store
