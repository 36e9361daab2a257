#include "engine/plan/file_hashes.h"

#include "engine/store/store.h"
#include "engine/store/transaction.h"

namespace sluice::plan {

namespace {

/// Longer than the coarsest clock of a file system that we know (FAT: 2 s) and than two clocks on a network
/// differ.
constexpr std::int64_t racy_ns = 3 * ns_per_s;

bool same(const FileStat& a, const FileStat& b) {
  return a.kind == b.kind && a.size == b.size && a.mtime_ns == b.mtime_ns && a.device == b.device &&
         a.inode == b.inode;
}

}  // namespace

Status FileHashes::load(store::Store& store) {
  return store.load_hashes([&](const store::FileHash& entry) {
    known_[{entry.device, entry.inode}] = entry;
  });
}

Result<Hash128> FileHashes::hash(const std::string& path, const FileStat& first) {
  const auto found = known_.find({first.device, first.inode});
  if (found != known_.end() && found->second.size == first.size && found->second.mtime_ns == first.mtime_ns)
    return found->second.hash;
  constexpr int patience = 3;
  FileStat before = first;
  for (int attempt = 0; attempt < patience; ++attempt) {
    const std::int64_t now = clock_.wall_ns();
    auto hash = disk_.hash_file(path);
    if (!hash) return hash;
    auto after = disk_.stat(path);
    if (!after) return std::move(after).error();
    if (same(before, *after)) {
      const store::FileHash entry{after->device, after->inode, after->size, after->mtime_ns, *hash};
      if (now - after->mtime_ns > racy_ns) {
        known_[{entry.device, entry.inode}] = entry;
        fresh_.push_back(entry);
      }
      return hash;
    }
    before = *after;
  }
  return Error{"it changes while it is read", path, "wait until nobody writes it any more, then run again",
               ErrorKind::io};
}

Result<Content> FileHashes::content(const std::string& path) {
  return digest(disk_, path,
                [this](const std::string& file, const FileStat& stat) { return hash(file, stat); });
}

void FileHashes::save(store::Transaction& transaction) {
  if (!fresh_.empty()) transaction.put_hashes(fresh_);
  fresh_.clear();
}

}  // namespace sluice::plan
