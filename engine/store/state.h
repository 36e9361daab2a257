// What a Store object holds, for the files of this folder that share the work.
#pragma once

#include <memory>
#include <string>

#include "engine/store/connection.h"
#include "engine/store/store.h"

namespace sluice::store {

struct Store::State {
  std::unique_ptr<Connection> connection;
  StoreOptions options;
  std::string uid;
  std::int64_t fence = 0;  ///< what the lock row has to say for a commit
  bool ballast_given_up = false;
  std::int64_t run = 0;  ///< what is written now belongs to it
  // There is one writer, so the next names can be known before they are written.
  std::int64_t next_run = 1;
  TaskId next_task = 1;
  AttemptId next_attempt = 1;

  SQLite::Statement& prepared(const char* sql) { return connection->prepared(sql); }
  void read_counters();
  bool give_up_ballast();
};

/// "3k9x0qf2": eight characters that no other run of any store has, as far as 40 bits tell.
std::string run_name(const std::string& store_uid, std::int64_t run);

Error fenced_off(const std::string& store_path);

}  // namespace sluice::store
