// Content hashes of the user's files, read once and remembered by (device, inode, size, mtime), so that a run
// over ten thousand input files does not read them again each time. A file changed within the last seconds is
// not remembered: it could change again without its time showing it (the "racy" entries of git's index).
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/store/rows.h"

namespace sluice::store {
class Store;
class Transaction;
}  // namespace sluice::store

namespace sluice::plan {

class FileHashes {
 public:
  FileHashes(Disk& disk, Clock& clock) : disk_(disk), clock_(clock) {}

  Status load(store::Store& store);
  /// What is at `path`, file or folder; kind missing if nothing is.
  Result<Content> content(const std::string& path);
  /// What was hashed since the last call goes into the store.
  void save(store::Transaction& transaction);

 private:
  struct Key {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return key.inode * 0x9e3779b97f4a7c15ULL + key.device;
    }
  };
  Result<Hash128> hash(const std::string& path, const FileStat& stat);

  Disk& disk_;
  Clock& clock_;
  std::unordered_map<Key, store::FileHash, KeyHash> known_;
  std::vector<store::FileHash> fresh_;
};

}  // namespace sluice::plan
