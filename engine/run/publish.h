// Makes the outputs of a finished attempt visible: each is renamed from the attempt folder to its place,
// whole or not at all. Doing it again after a crash is harmless: what already stands in its place with the
// recorded size, time and inode is taken as published.
#pragma once

#include <string>
#include <unordered_set>

#include "engine/base/disk.h"
#include "executors/exit_record.h"

namespace sluice::run {

struct Publication {
  std::string from;  ///< absolute, in the attempt folder
  std::string to;    ///< absolute, its place in the run folder
  std::string
      set_aside;     ///< absolute, where a folder that stands in its place moves (one generation is kept)
  Content evidence;  ///< what the runner saw when the program ended
};

class Publisher {
 public:
  explicit Publisher(Disk& disk) : disk_(disk) {}

  /// What now stands at `to`; an error leaves either the old output or nothing there, never a part.
  Result<Content> publish(const Publication& publication);

 private:
  Status make_parent(const std::string& path);
  Result<Content> look(const std::string& path);
  Result<Content> already_there(const Publication& publication);
  Status clear_the_way(const Publication& publication);
  Result<Content> move_across(const Publication& publication);

  Disk& disk_;
  std::unordered_set<std::string> known_folders_;  ///< made before: saves a system call for each output
};

}  // namespace sluice::run
