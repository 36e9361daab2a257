#include "tests/support/memory_disk.h"

#include <cerrno>

namespace sluice::tests {

namespace {

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.compare(0, folder.size(), folder) == 0 &&
         path[folder.size()] == '/';
}

}  // namespace

MemoryDisk::Node& MemoryDisk::make_node(const std::string& path, FileKind kind) {
  Node& node = nodes_[path];
  used_ -= node.bytes.size();
  node = Node{};
  node.kind = kind;
  node.inode = next_inode_++;
  // Two writes in one instant must differ, as they do on a real disk with nanoseconds.
  node.mtime_ns = (now_ns ? now_ns() : 0) + ++ticks_;
  return node;
}

void MemoryDisk::make_parents(const std::string& path) {
  const std::string parent = parent_path(path);
  if (parent.empty() || parent == "/" || nodes_.contains(parent)) return;
  make_parents(parent);
  make_node(parent, FileKind::folder);
}

void MemoryDisk::erase_tree(const std::string& path) {
  for (auto it = nodes_.lower_bound(path); it != nodes_.end();) {
    if (it->first != path && !is_below(it->first, path)) {
      if (it->first.compare(0, path.size(), path) != 0) break;
      ++it;  // "a.b" sorts between "a" and "a/b"
      continue;
    }
    used_ -= it->second.bytes.size();
    it = nodes_.erase(it);
  }
}

Result<FileStat> MemoryDisk::stat(const std::string& path) {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) return FileStat{};
  const Node& node = found->second;
  return FileStat{
      node.kind, node.executable || node.kind == FileKind::folder, node.bytes.size(), node.mtime_ns, 1,
      node.inode};
}

Result<std::string> MemoryDisk::read(const std::string& path) {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) return io_error("can't open it", path, ENOENT);
  if (found->second.kind != FileKind::file) return io_error("can't read it", path, EISDIR);
  return found->second.bytes;
}

Status MemoryDisk::store(const std::string& path, std::string bytes, bool executable) {
  const auto found = nodes_.find(path);
  const std::uint64_t replaced = found == nodes_.end() ? 0 : found->second.bytes.size();
  if (used_ - replaced + bytes.size() > capacity_bytes) return io_error("can't write it", path, ENOSPC);
  const std::string parent = parent_path(path);
  if (!parent.empty() && parent != "/" && !nodes_.contains(parent))
    return io_error("can't create it", path, ENOENT);
  Node& node = make_node(path, FileKind::file);
  used_ += bytes.size();
  node.bytes = std::move(bytes);
  node.executable = executable;
  return Ok{};
}

Status MemoryDisk::write(const std::string& path, std::string_view bytes, Sync) {
  if (const int refused = ask("write", path)) return io_error("can't write it", path, refused);
  return store(path, std::string(bytes), false);
}

Status MemoryDisk::make_folders(const std::string& path) {
  if (const auto found = nodes_.find(path); found != nodes_.end()) {
    if (found->second.kind == FileKind::folder) return Ok{};
    return io_error("can't make the folder", path, EEXIST);
  }
  if (const int refused = ask("make_folders", path)) return io_error("can't make the folder", path, refused);
  make_parents(path);
  make_node(path, FileKind::folder);
  return Ok{};
}

Status MemoryDisk::rename(const std::string& from, const std::string& to) {
  if (const int refused = ask("rename", from)) return io_error("can't move it to " + to, from, refused);
  if (!nodes_.contains(from)) return io_error("can't move it to " + to, from, ENOENT);
  const std::string parent = parent_path(to);
  if (!parent.empty() && parent != "/" && !nodes_.contains(parent))
    return io_error("can't move it to " + to, from, ENOENT);
  const auto there = nodes_.find(to);
  if (nodes_.at(from).kind == FileKind::folder && there != nodes_.end() &&
      there->second.kind != FileKind::folder)
    return io_error("can't move it to " + to, from, ENOTDIR);
  Nodes moved;
  for (auto it = nodes_.lower_bound(from); it != nodes_.end();) {
    if (it->first.compare(0, from.size(), from) != 0) break;
    if (it->first != from && !is_below(it->first, from)) {
      ++it;
      continue;
    }
    moved[to + it->first.substr(from.size())] = std::move(it->second);
    it = nodes_.erase(it);
  }
  erase_tree(to);
  nodes_.merge(moved);
  return Ok{};
}

Status MemoryDisk::copy_file(const std::string& from, const std::string& to, bool executable) {
  if (const int refused = ask("copy_file", to)) return io_error("can't create it", to, refused);
  auto bytes = read(from);
  if (!bytes) return std::move(bytes).error();
  return store(to, std::move(*bytes), executable);
}

Status MemoryDisk::remove_tree(const std::string& path) {
  if (const int refused = ask("remove_tree", path)) return io_error("can't remove it", path, refused);
  erase_tree(path);
  return Ok{};
}

Result<bool> MemoryDisk::remove_empty_folder(const std::string& path) {
  if (const int refused = ask("remove_empty_folder", path))
    return io_error("can't remove the folder", path, refused);
  if (!nodes_.contains(path)) return true;
  const auto entries = list(path);
  const bool empty = entries && entries->empty();
  if (empty) erase_tree(path);
  return empty;
}

Result<std::vector<FolderEntry>> MemoryDisk::list(const std::string& path) {
  const auto folder = nodes_.find(path);
  if (folder == nodes_.end()) return io_error("can't list it", path, ENOENT);
  if (folder->second.kind != FileKind::folder) return io_error("can't list it", path, ENOTDIR);
  std::vector<FolderEntry> entries;
  const std::string prefix = path + "/";
  for (auto it = nodes_.lower_bound(prefix);
       it != nodes_.end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it)
    if (it->first.find('/', prefix.size()) == std::string::npos)
      entries.push_back({it->first.substr(prefix.size()), it->second.kind});
  return entries;
}

Result<Hash128> MemoryDisk::hash_file(const std::string& path) {
  auto bytes = read(path);
  if (!bytes) return std::move(bytes).error();
  return hash_bytes(*bytes);
}

Result<std::uint64_t> MemoryDisk::free_bytes(const std::string&) { return capacity_bytes - used_; }

void MemoryDisk::put(const std::string& path, std::string bytes, bool executable) {
  make_parents(path);
  Node& node = make_node(path, FileKind::file);
  used_ += bytes.size();
  node.bytes = std::move(bytes);
  node.executable = executable;
}

std::vector<std::string> MemoryDisk::files(const std::string& folder) const {
  std::vector<std::string> paths;
  for (const auto& [path, node] : nodes_)
    if (node.kind == FileKind::file && is_below(path, folder)) paths.push_back(path);
  return paths;
}

}  // namespace sluice::tests
