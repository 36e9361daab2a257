// RealDisk::create: the one file of which there must never be two, also on file systems that several machines
// share.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/disk.h"
#include "engine/base/process.h"

namespace sluice {

namespace {

enum class Made { by_us, by_another, failed };

/// By link, so that the file is whole from its first instant. A network file system may answer "exists" to
/// its own repeated request: the number of links tells.
Made link_exclusively(const std::string& finished, const std::string& path) {
  if (::link(finished.c_str(), path.c_str()) == 0) return Made::by_us;
  const int link_error = errno;
  struct stat found {};
  if (::stat(finished.c_str(), &found) == 0 && found.st_nlink == 2) return Made::by_us;
  if (link_error == EEXIST) return Made::by_another;
  if (link_error != EPERM && link_error != EOPNOTSUPP && link_error != ENOSYS) {
    errno = link_error;
    return Made::failed;
  }
  // A file system without hard links.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return errno == EEXIST ? Made::by_another : Made::failed;
  ::close(fd);
  return ::rename(finished.c_str(), path.c_str()) == 0 ? Made::by_us : Made::failed;
}

}  // namespace

Result<bool> RealDisk::create(const std::string& path, std::string_view bytes, Sync sync) {
  const std::string finished = path + ".tmp-" + host_name() + "-" + std::to_string(::getpid());
  if (auto written = write(finished, bytes, sync); !written) return std::move(written).error();
  const Made made = link_exclusively(finished, path);
  const int error = errno;
  ::unlink(finished.c_str());
  if (made == Made::failed) return io_error("can't create it", path, error);
  return made == Made::by_us;
}

}  // namespace sluice
