#include "engine/store/salvage.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>

#include "engine/base/disk.h"
#include "engine/store/schema.h"

namespace sluice::store {

namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Query = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Database open_file(const std::string& path) {
  sqlite3* raw = nullptr;
  sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  return {raw, &sqlite3_close};
}

Query prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(database, sql.c_str(), -1, &raw, nullptr);
  return {raw, &sqlite3_finalize};
}

/// Copies rows of one table from the damaged file to the sound one.
class TableCopy {
 public:
  TableCopy(sqlite3* from, sqlite3* to, std::string table) : from_(from), table_(std::move(table)) {
    columns_ = sqlite3_column_count(prepare(to, "SELECT * FROM " + table_).get());
    std::string sql = "INSERT OR IGNORE INTO " + table_ + " VALUES (?";
    for (int i = 1; i < columns_; ++i) sql += ", ?";
    insert_ = prepare(to, sql + ")");
  }

  /// Rows in the order of their rowid, around pages that can't be read: from a gap it jumps ahead until
  /// something can be read again, and from there works back to the gap's far edge.
  void copy_by_rowid() {
    sqlite3_int64 at = -1;
    constexpr sqlite3_int64 first_jump = 16;
    constexpr sqlite3_int64 farthest = sqlite3_int64{1} << 40U;
    sqlite3_int64 jump = 0;
    while (true) {
      const auto [last, whole] = scan("rowid > ", at + jump, "rowid");
      if (last && jump > 0) scan("rowid <= ", at + jump, "rowid DESC");
      if (whole) break;
      if (last) at = *last;
      jump = last || jump == 0 ? first_jump : jump * 2;
      if (jump > farthest) break;
    }
  }

  /// Rows from both ends until a page that can't be read.
  void copy_from_both_ends(const std::string& keys, const std::string& keys_backwards) {
    const auto [last, whole] = scan("1 = ", 1, keys);
    if (!whole) scan("1 = ", 1, keys_backwards);
  }

 private:
  struct Scanned {
    std::optional<sqlite3_int64> last;  ///< the rowid of the last row that could be read
    bool whole = false;                 ///< to the end
  };

  Scanned scan(const std::string& condition, sqlite3_int64 value, const std::string& order) {
    const bool by_rowid = condition.starts_with("rowid");
    const std::string row = by_rowid ? "rowid, *" : "0, *";
    const Query rows = prepare(from_, "SELECT " + row + " FROM " + table_ + " NOT INDEXED WHERE " +
                                          condition + std::to_string(value) + " ORDER BY " + order);
    Scanned scanned;
    if (!rows) return scanned;
    const bool upwards = !order.ends_with("DESC");
    while (true) {
      const int code = sqlite3_step(rows.get());
      scanned.whole = code == SQLITE_DONE;
      if (code != SQLITE_ROW) return scanned;
      const sqlite3_int64 id = sqlite3_column_int64(rows.get(), 0);
      // A damaged page can point back into the tree: an order that turns around would never end.
      if (by_rowid && scanned.last && (upwards ? id <= *scanned.last : id >= *scanned.last)) return scanned;
      scanned.last = id;
      if (!copy_row(rows.get()) && !upwards) return scanned;
    }
  }

  /// A row of the wrong types is not one of ours: the tables are strict. False: it was there already, or is
  /// not ours.
  bool copy_row(sqlite3_stmt* row) {
    const int offered = std::min(columns_, sqlite3_column_count(row) - 1);
    for (int i = 0; i < offered; ++i)
      sqlite3_bind_value(insert_.get(), i + 1, sqlite3_column_value(row, i + 1));
    const int code = sqlite3_step(insert_.get());
    const int changes = sqlite3_changes(sqlite3_db_handle(insert_.get()));
    sqlite3_reset(insert_.get());
    return code == SQLITE_DONE && changes > 0;
  }

  sqlite3* from_;
  std::string table_;
  int columns_ = 0;
  Query insert_{nullptr, &sqlite3_finalize};
};

bool schema_is_readable(sqlite3* database) {
  const Query tables = prepare(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'tasks'");
  return tables && sqlite3_step(tables.get()) == SQLITE_ROW && sqlite3_column_int(tables.get(), 0) == 1;
}

/// Every store of one format has its tables at the same pages, so that a first page that is lost can be lent
/// by another store. https://www.sqlite.org/fileformat2.html section 1.3 has the places in the header.
Status lend_first_page(const std::string& damaged, const std::string& sound) {
  constexpr std::size_t page_size = 4096;
  constexpr std::size_t journal_mode_offset = 18, page_count_offset = 28, free_list_offset = 32;
  std::ifstream lender(sound, std::ios::binary);
  std::array<char, page_size> page{};
  lender.read(page.data(), page.size());
  std::fstream file(damaged, std::ios::binary | std::ios::in | std::ios::out);
  if (!lender || !file) return damaged_error(damaged, "its first page is lost");
  file.seekg(0, std::ios::end);
  const auto pages = static_cast<std::uint32_t>(static_cast<std::size_t>(file.tellg()) / page_size);
  RealDisk disk;
  const auto wal = disk.stat(damaged + "-wal");
  const char mode = wal && wal->size > 0 ? 2 : 1;
  page[journal_mode_offset] = page[journal_mode_offset + 1] = mode;
  for (std::size_t i = 0; i < 4; ++i) {
    page[page_count_offset + i] = static_cast<char>(pages >> (24 - 8 * i));
    page[free_list_offset + i] = page[free_list_offset + 4 + i] = 0;
  }
  file.seekp(0);
  file.write(page.data(), page.size());
  return Ok{};
}

void copy_tables(sqlite3* from, sqlite3* to) {
  TableCopy(from, to, "runs").copy_by_rowid();
  TableCopy(from, to, "texts").copy_by_rowid();
  TableCopy(from, to, "tasks").copy_by_rowid();
  TableCopy(from, to, "recipes").copy_by_rowid();
  TableCopy(from, to, "live").copy_by_rowid();
  TableCopy(from, to, "attempts").copy_by_rowid();
  TableCopy(from, to, "events").copy_by_rowid();
  TableCopy(from, to, "artifacts").copy_from_both_ends("task, output", "task DESC, output DESC");
  TableCopy(from, to, "file_hashes").copy_from_both_ends("device, inode", "device DESC, inode DESC");
  TableCopy(from, to, "state_marks").copy_from_both_ends("task, state_id", "task DESC, state_id DESC");
  sqlite3_exec(to, "DELETE FROM lock", nullptr, nullptr, nullptr);
  TableCopy(from, to, "lock").copy_by_rowid();
}

}  // namespace

Status salvage(const std::string& damaged, Connection& sound) {
  return sound.guarded([&]() -> Status {
    sqlite3* to = sound.database().getHandle();
    Database from = open_file(damaged);
    if (!schema_is_readable(from.get())) {
      from.reset();
      if (auto lent = lend_first_page(damaged, sound.path()); !lent) return lent;
      from = open_file(damaged);
    }
    sound.write("BEGIN IMMEDIATE");
    copy_tables(from.get(), to);
    // A lock of which nothing is left was nobody's.
    sound.write("INSERT OR IGNORE INTO lock VALUES (1, 0, '', '', 0, 0, 0, 0, 0)");
    sound.write(
        "DELETE FROM live WHERE task NOT IN (SELECT id FROM tasks) OR run NOT IN (SELECT id FROM runs)");
    sound.write("COMMIT");
    return Ok{};
  });
}

}  // namespace sluice::store
