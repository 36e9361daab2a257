#include "stages/sweep/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/disk.h"

namespace sluice::sweep {

namespace {

constexpr int mode = 0644;

Status write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("can't append", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok{};
}

/// The folder too, or a file that was just made may be gone after a power failure.
void sync_folder(const std::string& path) {
  const int folder = ::open(parent_path(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status AppendFile::open(const std::string& path, std::size_t size) {
  path_ = path;
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode);
  if (descriptor_ < 0) return io_error("can't open", path, errno);
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return io_error("can't shorten", path, errno);
  sync_folder(path);
  return Ok{};
}

Status AppendFile::append(std::string_view bytes) {
  if (auto written = write_all(descriptor_, bytes, path_); !written) return written;
  if (::fdatasync(descriptor_) != 0) return io_error("can't sync", path_, errno);
  return Ok{};
}

Status append_once(const std::string& path, std::string_view line) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, mode);
  if (descriptor < 0) return io_error("can't open", path, errno);
  char last = '\n';
  if (const off_t size = ::lseek(descriptor, 0, SEEK_END);
      size > 0 && ::pread(descriptor, &last, 1, size - 1) != 1)
    last = '\n';
  Status written = write_all(descriptor, (last == '\n' ? "" : "\n") + std::string(line), path);
  ::close(descriptor);
  return written;
}

}  // namespace sluice::sweep
