// A disk in memory: quick, deterministic, with a clock of its own, and breakable. It can fill up, and it can
// stop the world at its n-th change, which is how the simulator crashes a driver between any two side
// effects.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "engine/base/disk.h"

namespace sluice::tests {

class MemoryDisk : public Disk {
 public:
  /// Called before each change; may throw to stop the world there, or return an error number to make the
  /// change fail.
  std::function<int(const std::string& operation, const std::string& path)> before_change;
  std::function<std::int64_t()> now_ns;
  std::uint64_t capacity_bytes = ~0ULL;

  Result<FileStat> stat(const std::string& path) override;
  Result<FileStat> stat_link(const std::string& path) override { return stat(path); }
  Result<std::string> read(const std::string& path) override;
  Status write(const std::string& path, std::string_view bytes, Sync sync) override;
  Status make_folders(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status copy_file(const std::string& from, const std::string& to, bool executable) override;
  Status remove_tree(const std::string& path) override;
  Result<bool> remove_empty_folder(const std::string& path) override;
  Result<std::vector<FolderEntry>> list(const std::string& path) override;
  Result<Hash128> hash_file(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;

  /// What a running program does: no hook, parents are made.
  void put(const std::string& path, std::string bytes, bool executable = false);
  std::uint64_t used_bytes() const { return used_; }
  /// Paths of all files below a folder, for assertions.
  std::vector<std::string> files(const std::string& folder) const;

 private:
  struct Node {
    FileKind kind = FileKind::file;
    std::string bytes;
    std::int64_t mtime_ns = 0;
    std::uint64_t inode = 0;
    bool executable = false;
  };
  using Nodes = std::map<std::string, Node>;

  int ask(const char* operation, const std::string& path) {
    return before_change ? before_change(operation, path) : 0;
  }
  Status store(const std::string& path, std::string bytes, bool executable);
  Node& make_node(const std::string& path, FileKind kind);
  void make_parents(const std::string& path);
  void erase_tree(const std::string& path);

  Nodes nodes_;
  std::uint64_t next_inode_ = 1;
  std::uint64_t used_ = 0;
  std::int64_t ticks_ = 0;
};

}  // namespace sluice::tests
