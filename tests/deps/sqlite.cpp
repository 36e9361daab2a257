#include <SQLiteCpp/SQLiteCpp.h>

int main() {
  SQLite::Database database(":memory:", SQLite::OPEN_READWRITE);
  database.exec("CREATE TABLE t(a); INSERT INTO t VALUES (41), (1)");
  return database.execAndGet("SELECT sum(a) FROM t").getInt() == 42 ? 0 : 1;
}
