#include "engine/store/watched_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sluice::store {

// O_PATH: closing any other descriptor of the store would drop the locks that SQLite holds on it.
WatchedFile::WatchedFile(std::string path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_PATH | O_CLOEXEC)) {}

WatchedFile::~WatchedFile() {
  if (fd_ >= 0) ::close(fd_);
}

WatchedFile::WatchedFile(WatchedFile&& other) noexcept { *this = std::move(other); }

WatchedFile& WatchedFile::operator=(WatchedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

Whereabouts WatchedFile::look() const {
  struct stat ours {};
  struct stat there {};
  if (fd_ < 0 || ::fstat(fd_, &ours) != 0) return Whereabouts::here;
  const bool answered = ::stat(path_.c_str(), &there) == 0;
  if (answered ? there.st_dev == ours.st_dev && there.st_ino == ours.st_ino
               : errno != ENOENT && errno != ENOTDIR)
    return Whereabouts::here;
  return ours.st_nlink == 0 ? Whereabouts::removed : Whereabouts::moved;
}

}  // namespace sluice::store
