// What the next driver must know about attempts that this one has handed over: their folders, and the names
// that the plug-in gave them. One append-only file of sealed lines in RUN/.sluice/external/NAME/, written
// before the plug-in hears of an attempt.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/disk.h"
#include "executors/executor.h"

namespace sluice::executors::external {

struct RosterEntry {
  std::string folder;
  Handle handle;  ///< empty: not accepted yet
};

class Roster {
 public:
  /// Nothing is touched before `open`.
  Roster(Disk& disk, std::string folder);
  ~Roster();
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  Status open();  ///< reads what is there; again is fine

  const RosterEntry* find(const Token& token) const;
  // These are collected, and written by `save`.
  void add(const Token& token, const std::string& folder);
  void accepted(const Token& token, const Handle& handle);
  void ended(const Token& token);
  Status save();

 private:
  void read(const std::string& bytes);
  Status rewrite();

  Disk& disk_;
  std::string folder_;
  std::unordered_map<Token, RosterEntry> entries_;
  std::size_t lines_ = 0;  ///< in the file
  std::string unsaved_;
  int fd_ = -1;
  bool open_ = false;
};

}  // namespace sluice::executors::external
