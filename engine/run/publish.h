// Makes the outputs of a finished attempt visible: each is renamed from the attempt folder to its place,
// whole or not at all. Doing it again after a crash is harmless: what already stands in its place with the
// recorded size, time and inode is taken as published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "engine/base/disk.h"
#include "executors/exit_record.h"

namespace sluice::run {

struct Publication {
  std::string from;  ///< absolute, in the attempt folder
  std::string to;    ///< absolute, its place in the run folder
  /// Absolute: where a folder, or a file that is not ours, moves out of its place (one generation is kept).
  std::string set_aside;
  Content evidence;                            ///< what the runner saw when the program ended
  std::optional<std::uint64_t> replaces = {};  ///< the signature of the file that may be replaced: our own
};

class Publisher {
 public:
  explicit Publisher(Disk& disk) : disk_(disk) {}

  /// What now stands at `to`; an error leaves either the old output or nothing there, never a part. The error
  /// number EXDEV: `to` is on another file system. Then copy_beside, which may take long, has to be done,
  /// told by `copied`, and this called again.
  Result<Content> publish(const Publication& publication);
  void copied(const std::string& to) { copied_.insert(to); }
  /// The last publication found a file in its way that was not ours, and set it aside.
  bool met_a_stranger() const { return met_a_stranger_; }

 private:
  Status make_parent(const std::string& path);
  Result<Content> look(const std::string& path);
  Result<Content> already_there(const Publication& publication);
  Status clear_the_way(const Publication& publication);
  Result<Content> finish_copy(const Publication& publication);

  Disk& disk_;
  bool met_a_stranger_ = false;
  std::unordered_set<std::string> known_folders_;  ///< made before: saves a system call for each output
  std::unordered_set<std::string> copied_;         ///< places beside which their outputs stand complete
};

/// Copies an output to a name beside its place, on the file system of that. Touches nothing else, so it may
/// be done on another thread; what an earlier one left half-done is removed first.
Status copy_beside(Disk& disk, const std::string& from, const std::string& to);

}  // namespace sluice::run
