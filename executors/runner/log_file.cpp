#include "executors/runner/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "engine/base/disk.h"
#include "engine/base/hash.h"

namespace sluice::executors {

namespace {

constexpr mode_t log_mode = 0666;
constexpr int log_flags = O_WRONLY | O_APPEND | O_CLOEXEC;
constexpr std::size_t most_spares = 64;

/// Files keep the group of the folder they were made in (project folders on shared disks), so a spare one may
/// only be used where it would have become the same.
std::uint64_t place_of(const struct stat& folder) {
  const std::uint64_t words[3] = {folder.st_dev, folder.st_gid, folder.st_mode & S_ISGID};
  return hash64({reinterpret_cast<const char*>(words), sizeof words});
}

std::string descriptor_path(const std::string& process, int fd) {
  return "/proc/" + process + "/fd/" + std::to_string(fd);
}

/// The name is taken: whoever has it was there first, so what was written goes to its end.
Status append_to_existing(const std::string& source, const std::string& path) {
  const int from = ::open(source.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) return io_error("can't read the log back", path, errno);
  const int to = ::open(path.c_str(), log_flags);
  Status status = to < 0 ? Status(io_error("can't append to it", path, errno)) : Status(Ok{});
  std::array<char, 65536> buffer{};
  while (status) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count <= 0) break;
    if (::write(to, buffer.data(), static_cast<std::size_t>(count)) != count)
      status = io_error("can't append to it", path, errno);
  }
  ::close(from);
  if (to >= 0) ::close(to);
  return status;
}

bool link_descriptor(const std::string& source, const std::string& path) {
  return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

Status give_name(const std::string& source, const std::string& path) {
  if (link_descriptor(source, path)) return Ok{};
  if (errno == EEXIST) return append_to_existing(source, path);
  return io_error("can't give the log its name", path, errno);
}

bool is_empty(int fd) {
  struct stat found {};
  return ::fstat(fd, &found) == 0 && found.st_size == 0;
}

}  // namespace

LogFiles::~LogFiles() {
  for (const auto& spare : spares_) ::close(spare.fd);
}

Error LogFiles::failed(std::string what, const std::string& path) {
  last_error_ = errno;
  return io_error(std::move(what), path, last_error_);
}

int LogFiles::take_spare(std::uint64_t place) {
  const auto found =
      std::find_if(spares_.begin(), spares_.end(), [&](const Spare& s) { return s.place == place; });
  if (found == spares_.end()) return -1;
  const int fd = found->fd;
  *found = spares_.back();
  spares_.pop_back();
  ::fcntl(fd, F_SETFL, O_APPEND);  // the last user shared our flags and may have changed them
  return fd;
}

Result<LogFile> LogFiles::open(const std::string& path) {
  LogFile log;
  log.path = path;
  const std::string folder = parent_path(path);
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) {
    log.named = true;
    log.fd = ::open(path.c_str(), log_flags);
    if (log.fd < 0) return failed("can't append to the log", path);
    return log;
  }
  if (::stat(folder.c_str(), &found) != 0) return failed("can't find the folder of the log", folder);
  log.place = place_of(found);
  log.fd = take_spare(log.place);
  if (log.fd >= 0) return log;
  log.fd = ::open(folder.c_str(), log_flags | O_TMPFILE, log_mode);
  if (log.fd >= 0) return log;
  // Not every network file system knows files without a name.
  log.named = true;
  log.fd = ::open(path.c_str(), log_flags | O_CREAT, log_mode);
  if (log.fd < 0) return failed("can't make the log", path);
  return log;
}

void LogFiles::show(LogFile& log) {
  if (log.named || log.fd < 0 || is_empty(log.fd)) return;
  log.named = link_descriptor(descriptor_path("self", log.fd), log.path);
}

Status LogFiles::close(LogFile& log, bool all_gone) {
  if (log.fd < 0) return Ok{};
  const bool empty = is_empty(log.fd);
  Status shown = empty || log.named ? Status(Ok{}) : give_name(descriptor_path("self", log.fd), log.path);
  if (log.named && empty) ::unlink(log.path.c_str());
  if (all_gone && !log.named && empty && spares_.size() < most_spares)
    spares_.push_back({log.place, log.fd});
  else
    ::close(log.fd);
  log.fd = -1;
  return shown;
}

Status rescue_log(pid_t pid, const std::string& path) {
  const std::string source = descriptor_path(std::to_string(pid), STDOUT_FILENO);
  struct stat found {};
  if (::stat(source.c_str(), &found) != 0 || !S_ISREG(found.st_mode) || found.st_nlink != 0 ||
      found.st_size == 0)
    return Ok{};  // it has its name, holds nothing, or is no log of ours
  return give_name(source, path);
}

}  // namespace sluice::executors
