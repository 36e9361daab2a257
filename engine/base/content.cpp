// What is at a path, by content: files and whole folders, hashed, compared by signature, copied.
#include "engine/base/disk.h"

namespace sluice {

namespace {

std::uint64_t mix(std::uint64_t seed, std::string_view bytes) {
  Hasher hasher;
  hasher.number(seed);
  hasher.field(bytes);
  return hasher.digest().low;
}

/// Walks a folder in sorted order; `file` is called with each regular file's path relative to the root.
Status walk(Disk& disk, const std::string& root, const std::string& relative,
            const std::function<Status(const std::string& relative, const FileStat&)>& visit) {
  auto entries = disk.list(relative.empty() ? root : root + "/" + relative);
  if (!entries) return std::move(entries).error();
  for (const FolderEntry& entry : *entries) {
    const std::string child = relative.empty() ? entry.name : relative + "/" + entry.name;
    auto stat = disk.stat_link(root + "/" + child);
    if (!stat) return std::move(stat).error();
    if (stat->kind == FileKind::link || stat->kind == FileKind::other)
      return Error{"a folder that is an output may hold files and folders only, not a link or a special file",
                   root + "/" + child, "copy the file in instead of linking it"};
    if (stat->kind == FileKind::missing) continue;
    if (auto visited = visit(child, *stat); !visited) return visited;
    if (stat->kind == FileKind::folder)
      if (auto walked = walk(disk, root, child, visit); !walked) return walked;
  }
  return Ok{};
}

Result<Content> digest_folder(Disk& disk, const std::string& path, const HashFile* hash_file) {
  Content content;
  content.kind = FileKind::folder;
  Hasher hasher;
  auto walked = walk(disk, path, "", [&](const std::string& relative, const FileStat& stat) -> Status {
    content.signature = mix(content.signature, relative);
    hasher.field(relative);
    if (stat.kind == FileKind::folder) {
      hasher.number(2);
      return Ok{};
    }
    content.size += stat.size;
    content.signature = mix(content.signature ^ file_signature(stat), {});
    if (hash_file == nullptr) return Ok{};
    auto hash = (*hash_file)(path + "/" + relative, stat);
    if (!hash) return std::move(hash).error();
    hasher.number(stat.executable ? 1 : 0);
    hasher.field(*hash);
    return Ok{};
  });
  if (!walked) return std::move(walked).error();
  if (hash_file != nullptr) content.hash = hasher.digest();
  return content;
}

Result<Content> content_of(Disk& disk, const std::string& path, const HashFile* hash_file) {
  auto stat = disk.stat(path);
  if (!stat) return std::move(stat).error();
  if (stat->kind == FileKind::folder) return digest_folder(disk, path, hash_file);
  Content content;
  content.kind = stat->kind;
  if (stat->kind != FileKind::file) return content;
  content.size = stat->size;
  content.signature = file_signature(*stat);
  if (hash_file == nullptr) return content;
  auto hash = (*hash_file)(path, *stat);
  if (!hash) return std::move(hash).error();
  content.hash = *hash;
  return content;
}

}  // namespace

Status copy_tree(Disk& disk, const std::string& from, const std::string& to) {
  auto stat = disk.stat_link(from);
  if (!stat) return std::move(stat).error();
  if (stat->kind == FileKind::file) return disk.copy_file(from, to, stat->executable);
  if (auto made = disk.make_folders(to); !made) return made;
  return walk(disk, from, "", [&](const std::string& relative, const FileStat& entry) -> Status {
    if (entry.kind == FileKind::folder) return disk.make_folders(to + "/" + relative);
    return disk.copy_file(from + "/" + relative, to + "/" + relative, entry.executable);
  });
}

std::uint64_t file_signature(const FileStat& stat) {
  const std::uint64_t words[4] = {stat.size, static_cast<std::uint64_t>(stat.mtime_ns), stat.inode,
                                  stat.executable ? 1ULL : 0ULL};
  return hash64({reinterpret_cast<const char*>(words), sizeof words});
}

Result<Content> survey(Disk& disk, const std::string& path) { return content_of(disk, path, nullptr); }

Result<Content> digest(Disk& disk, const std::string& path) {
  return digest(disk, path, [&](const std::string& file, const FileStat&) { return disk.hash_file(file); });
}

Result<Content> digest(Disk& disk, const std::string& path, const HashFile& hash_file) {
  return content_of(disk, path, &hash_file);
}

}  // namespace sluice
