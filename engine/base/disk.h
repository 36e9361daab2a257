// The disk seam: every file operation of the engine goes through here, so that the simulator can run the
// whole driver on a disk of its own that fills up, tears writes and dies on demand.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/result.h"

namespace sluice {

enum class FileKind : std::uint8_t { missing, file, folder, link, other };

struct FileStat {
  FileKind kind = FileKind::missing;
  bool executable = false;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool exists() const { return kind != FileKind::missing; }
};

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::missing;
};

enum class Sync { no, yes };  ///< yes: survives a power failure when the call returns

class Disk {
 public:
  virtual ~Disk() = default;

  /// A missing file is a value (kind missing), not an error. `stat` follows links, `stat_link` does not.
  virtual Result<FileStat> stat(const std::string& path) = 0;
  virtual Result<FileStat> stat_link(const std::string& path) = 0;

  virtual Result<std::string> read(const std::string& path) = 0;
  /// From byte `offset` to the end: what a file that only grows has got since. Empty when the file is not
  /// that long.
  virtual Result<std::string> read_from(const std::string& path, std::uint64_t offset);
  /// Writes beside the target and renames over it: readers see the old bytes or the new ones.
  virtual Status write(const std::string& path, std::string_view bytes, Sync sync) = 0;
  virtual Status make_folders(const std::string& path) = 0;  ///< with parents; existing ones are fine
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  /// Copies the bytes and syncs them; an existing target is overwritten.
  virtual Status copy_file(const std::string& from, const std::string& to, bool executable) = 0;
  virtual Status remove_tree(
      const std::string& path) = 0;  ///< a missing path is fine; links are not followed
  /// True: it is gone. A folder with something in it stays, and that is no error.
  virtual Result<bool> remove_empty_folder(const std::string& path) = 0;
  virtual Result<std::vector<FolderEntry>> list(const std::string& path) = 0;  ///< sorted by name
  virtual Result<Hash128> hash_file(const std::string& path) = 0;
  virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
};

class RealDisk final : public Disk {
 public:
  Result<FileStat> stat(const std::string& path) override;
  Result<FileStat> stat_link(const std::string& path) override;
  Result<std::string> read(const std::string& path) override;
  Result<std::string> read_from(const std::string& path, std::uint64_t offset) override;
  Status write(const std::string& path, std::string_view bytes, Sync sync) override;
  Status make_folders(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status copy_file(const std::string& from, const std::string& to, bool executable) override;
  Status remove_tree(const std::string& path) override;
  Result<bool> remove_empty_folder(const std::string& path) override;
  Result<std::vector<FolderEntry>> list(const std::string& path) override;
  Result<Hash128> hash_file(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;
};

/// What is at a path, by content. `signature` is cheap (sizes, times, inodes): while it is unchanged the hash
/// is taken to be, so that checking 100,000 outputs needs 100,000 stats and no reads.
struct Content {
  FileKind kind = FileKind::missing;
  Hash128 hash;
  std::uint64_t size = 0;  ///< bytes in all files
  std::uint64_t signature = 0;

  bool operator==(const Content&) const = default;
};

/// A file or a folder with all it holds, synced: for moving between file systems, where rename can't.
Status copy_tree(Disk& disk, const std::string& from, const std::string& to);

std::uint64_t file_signature(const FileStat& stat);

/// Signature only: no file is read. Folders are walked; links and special files inside are refused.
Result<Content> survey(Disk& disk, const std::string& path);
/// Signature and hash. A folder's hash covers sorted relative paths, contents and executable bits.
Result<Content> digest(Disk& disk, const std::string& path);
/// The same with a caller's own way to hash one file (a cache).
using HashFile = std::function<Result<Hash128>(const std::string& path, const FileStat& stat)>;
Result<Content> digest(Disk& disk, const std::string& path, const HashFile& hash_file);

std::string join_path(std::string_view folder, std::string_view name);  ///< an absolute `name` wins
std::string parent_path(std::string_view path);                         ///< "" for a bare name
std::string file_name(std::string_view path);
std::string absolute_path(std::string_view path);  ///< lexically normal, links untouched
Error io_error(std::string what, const std::string& where, int error_number);

}  // namespace sluice
