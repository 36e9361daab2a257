#include "engine/base/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace sluice {

namespace {

constexpr std::size_t read_chunk = 1U << 20U;

struct File {
  int fd = -1;
  explicit File(int descriptor) : fd(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  int close() {
    const int result = ::close(fd);
    fd = -1;
    return result;
  }
};

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISDIR(mode)) return FileKind::folder;
  if (S_ISLNK(mode)) return FileKind::link;
  return FileKind::other;
}

Result<FileStat> stat_with(const std::string& path, int flags) {
  struct stat raw {};
  if (::fstatat(AT_FDCWD, path.c_str(), &raw, flags) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileStat{};
    return io_error("can't look at it", path, errno);
  }
  FileStat stat;
  stat.kind = kind_of(raw.st_mode);
  stat.executable = (raw.st_mode & S_IXUSR) != 0;
  stat.size = static_cast<std::uint64_t>(raw.st_size);
  stat.mtime_ns = static_cast<std::int64_t>(raw.st_mtim.tv_sec) * 1'000'000'000 + raw.st_mtim.tv_nsec;
  stat.device = raw.st_dev;
  stat.inode = raw.st_ino;
  return stat;
}

/// Calls `use` with each chunk of a file, from byte `offset` on.
template <typename Use>
Status for_each_chunk(const std::string& path, std::uint64_t offset, Use use) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return io_error("can't open it", path, errno);
  if (offset > 0 && ::lseek(file.fd, static_cast<off_t>(offset), SEEK_SET) < 0)
    return io_error("can't read it", path, errno);
  thread_local const auto buffer = std::make_unique<std::array<char, read_chunk>>();
  while (true) {
    const ssize_t count = ::read(file.fd, buffer->data(), buffer->size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("can't read it", path, errno);
    if (count == 0) return Ok{};
    use(std::string_view(buffer->data(), static_cast<std::size_t>(count)));
  }
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("can't write it", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok{};
}

/// Of a file that was there before: whoever may read it may run it, or nobody.
bool set_executable(int fd, bool executable) {
  struct stat raw {};
  if (::fstat(fd, &raw) != 0) return false;
  if (!S_ISREG(raw.st_mode) || ((raw.st_mode & S_IXUSR) != 0) == executable) return true;
  const mode_t readers = raw.st_mode & (S_IRUSR | S_IRGRP | S_IROTH);
  const mode_t runners = S_IXUSR | S_IXGRP | S_IXOTH;
  return ::fchmod(fd, executable ? raw.st_mode | (readers >> 2U) : raw.st_mode & ~runners) == 0;
}

Status sync_folder(const std::string& path) {
  File folder(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0 || ::fsync(folder.fd) != 0) return io_error("can't sync the folder", path, errno);
  return Ok{};
}

std::string temporary_beside(const std::string& path) {
  static std::atomic<unsigned> counter{0};
  return path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

Status write_temporary(const std::string& temporary, const std::string& path, std::string_view bytes,
                       Sync sync) {
  File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.fd < 0) return io_error("can't create it", path, errno);
  if (auto written = write_all(file.fd, bytes, path); !written) return written;
  if (sync == Sync::yes && ::fsync(file.fd) != 0) return io_error("can't sync it", path, errno);
  if (file.close() != 0) return io_error("can't close it", path, errno);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return io_error("can't rename onto it", path, errno);
  if (sync == Sync::yes) return sync_folder(parent_path(path));
  return Ok{};
}

Status remove_tree_at(int parent, const char* name, const std::string& path) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR) return Ok{};
  if (errno != EISDIR && errno != EPERM) return io_error("can't remove it", path, errno);
  const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? Status(Ok{}) : Status(io_error("can't open the folder", path, errno));
  DIR* folder = ::fdopendir(fd);
  if (folder == nullptr) {
    const int error_number = errno;
    ::close(fd);
    return io_error("can't list it", path, error_number);
  }
  Status status = Ok{};
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view child = entry->d_name;
    if (child == "." || child == "..") continue;
    status = remove_tree_at(fd, entry->d_name, path + "/" + entry->d_name);
    if (!status) break;
  }
  ::closedir(folder);
  if (!status) return status;
  if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
    return io_error("can't remove the folder", path, errno);
  return Ok{};
}

}  // namespace

Error io_error(std::string what, const std::string& where, int error_number) {
  Error error{std::move(what) + ": " + std::strerror(error_number), where, "", ErrorKind::io, error_number};
  if (error_number == ENOSPC || error_number == EDQUOT)
    error.hint = "free some space, then run the same command again";
  if (error_number == EACCES || error_number == EROFS) error.hint = "check the permissions of this path";
  return error;
}

Result<FileStat> RealDisk::stat(const std::string& path) { return stat_with(path, 0); }
Result<FileStat> RealDisk::stat_link(const std::string& path) { return stat_with(path, AT_SYMLINK_NOFOLLOW); }

Result<std::string> Disk::read_from(const std::string& path, std::uint64_t offset) {
  auto bytes = read(path);
  if (bytes) bytes->erase(0, std::min<std::uint64_t>(offset, bytes->size()));
  return bytes;
}

Result<std::string> RealDisk::read(const std::string& path) { return read_from(path, 0); }

Result<std::string> RealDisk::read_from(const std::string& path, std::uint64_t offset) {
  std::string bytes;
  auto done = for_each_chunk(path, offset, [&](std::string_view chunk) { bytes += chunk; });
  if (!done) return std::move(done).error();
  return bytes;
}

namespace {

/// A device, a pipe, /dev/stdout: a rename would put a file in its place, so it is written to as it is.
bool is_device(const std::string& path) {
  const bool in_memory = path.starts_with("/dev/shm/");  // a file system like any other
  if ((path.starts_with("/dev/") && !in_memory) || path.starts_with("/proc/")) return true;
  struct stat raw {};
  return ::stat(path.c_str(), &raw) == 0 && !S_ISREG(raw.st_mode) && !S_ISDIR(raw.st_mode);
}

Status write_to_device(const std::string& path, std::string_view bytes) {
  File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.fd < 0) return io_error("can't open it", path, errno);
  return write_all(file.fd, bytes, path);
}

}  // namespace

Status RealDisk::write(const std::string& path, std::string_view bytes, Sync sync) {
  if (is_device(path)) return write_to_device(path, bytes);
  const std::string temporary = temporary_beside(path);
  auto written = write_temporary(temporary, path, bytes, sync);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Status RealDisk::make_folders(const std::string& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0777) == 0) return Ok{};
  if (errno == EEXIST) {
    auto stat = this->stat(path);
    if (stat && stat->kind == FileKind::folder) return Ok{};
    return Error{"a file is where a folder is needed", path, "move the file away", ErrorKind::io};
  }
  if (errno != ENOENT) return io_error("can't make the folder", path, errno);
  const std::string parent = parent_path(path);
  if (parent.empty() || parent == path) return io_error("can't make the folder", path, errno);
  if (auto made = make_folders(parent); !made) return made;
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    return io_error("can't make the folder", path, errno);
  return Ok{};
}

Status RealDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return Ok{};
  return io_error("can't move it to " + to, from, errno);
}

Status RealDisk::copy_file(const std::string& from, const std::string& to, bool executable) {
  const mode_t mode = executable ? 0777 : 0666;
  File target(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (target.fd < 0) return io_error("can't create it", to, errno);
  Status written = Ok{};
  auto read = for_each_chunk(from, 0, [&](std::string_view chunk) {
    if (written) written = write_all(target.fd, chunk, to);
  });
  if (!read) return read;
  if (!written) return written;
  if (!set_executable(target.fd, executable)) return io_error("can't change its mode", to, errno);
  if (::fsync(target.fd) != 0) return io_error("can't sync it", to, errno);
  if (target.close() != 0) return io_error("can't close it", to, errno);
  return Ok{};
}

Status RealDisk::remove_tree(const std::string& path) { return remove_tree_at(AT_FDCWD, path.c_str(), path); }

Result<bool> RealDisk::remove_empty_folder(const std::string& path) {
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  return io_error("can't remove the folder", path, errno);
}

Result<std::vector<FolderEntry>> RealDisk::list(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return io_error("can't list it", path, errno);
  std::vector<FolderEntry> entries;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    FileKind kind = FileKind::other;
    if (entry->d_type == DT_REG) kind = FileKind::file;
    if (entry->d_type == DT_DIR) kind = FileKind::folder;
    if (entry->d_type == DT_LNK) kind = FileKind::link;
    if (entry->d_type == DT_UNKNOWN)  // some network file systems don't say
      if (auto stat = stat_link(path + "/" + entry->d_name)) kind = stat->kind;
    entries.push_back({entry->d_name, kind});
  }
  ::closedir(folder);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

Result<Hash128> RealDisk::hash_file(const std::string& path) {
  thread_local Hasher hasher;
  hasher.reset();
  auto done =
      for_each_chunk(path, 0, [&](std::string_view chunk) { hasher.bytes(chunk.data(), chunk.size()); });
  if (!done) return std::move(done).error();
  return hasher.digest();
}

Result<std::uint64_t> RealDisk::free_bytes(const std::string& path) {
  struct statvfs raw {};
  if (::statvfs(path.c_str(), &raw) != 0) return io_error("can't ask for its free space", path, errno);
  return static_cast<std::uint64_t>(raw.f_bavail) * raw.f_frsize;
}

}  // namespace sluice
