#include "executors/runner/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "engine/base/disk.h"

namespace sluice::executors {

namespace {

std::string read_text(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 4096> buffer{};
  for (ssize_t count; (count = ::read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  ::close(fd);
  return text;
}

bool write_text(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written;
}

/// Makes and removes a group to see whether one made here has a memory limit that we may set.
bool offers_memory(const std::string& folder) {
  write_text(folder + "/cgroup.subtree_control",
             "+memory");  // refused while processes live in it: then it may be on
  const std::string probe = folder + "/sluice-probe-" + std::to_string(::getpid());
  if (::mkdir(probe.c_str(), 0755) != 0) return false;
  const bool usable = ::access((probe + "/memory.max").c_str(), W_OK) == 0 &&
                      ::access((probe + "/cgroup.procs").c_str(), W_OK) == 0;
  ::rmdir(probe.c_str());
  return usable;
}

/// Where cgroup v2 is mounted, from /proc/self/mounts; empty when it is not.
std::string mount_point() {
  const std::string mounts = read_text("/proc/self/mounts");
  for (std::size_t begin = 0; begin < mounts.size();) {
    const std::size_t end = std::min(mounts.find('\n', begin), mounts.size());
    const std::string line = mounts.substr(begin, end - begin);
    begin = end + 1;
    const auto place = line.find(' ') + 1;
    const auto type = line.find(' ', place) + 1;
    if (line.compare(type, 8, "cgroup2 ") == 0) return line.substr(place, type - 1 - place);
  }
  return "";
}

/// The group this process is in: the line "0::/path" of /proc/self/cgroup.
std::string own_group() {
  const std::string text = '\n' + read_text("/proc/self/cgroup");
  const auto at = text.find("\n0::");
  if (at == std::string::npos) return "";
  return text.substr(at + 4, text.find('\n', at + 4) - at - 4);
}

}  // namespace

Cgroup::Cgroup(Cgroup&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), procs_fd_(std::exchange(other.procs_fd_, -1)) {}

Cgroup& Cgroup::operator=(Cgroup&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(procs_fd_, other.procs_fd_);
  return *this;
}

Cgroup::~Cgroup() {
  if (procs_fd_ >= 0) ::close(procs_fd_);
}

std::uint64_t Cgroup::oom_kills() const {
  const std::string events = '\n' + read_text(folder_ + "/memory.events");
  const auto at = events.find("\noom_kill ");
  return at == std::string::npos ? 0 : std::strtoull(events.c_str() + at + 10, nullptr, 10);
}

std::uint64_t Cgroup::peak_bytes() const {
  return std::strtoull(read_text(folder_ + "/memory.peak").c_str(), nullptr, 10);
}

bool Cgroup::empty() const { return read_text(folder_ + "/cgroup.procs").empty(); }

void Cgroup::kill_all() const { write_text(folder_ + "/cgroup.kill", "1"); }

void Cgroup::remove() { ::rmdir(folder_.c_str()); }

std::optional<CgroupRoot> CgroupRoot::find() { return find_below(mount_point(), own_group()); }

std::optional<CgroupRoot> CgroupRoot::find_below(const std::string& mount_point, const std::string& own) {
  if (mount_point.empty() || own.empty()) return std::nullopt;
  const std::string inside = own == "/" ? mount_point : mount_point + own;
  if (offers_memory(inside)) return CgroupRoot(inside);
  if (own == "/") return std::nullopt;
  const std::string above = parent_path(inside);
  if (offers_memory(above)) return CgroupRoot(above);
  return std::nullopt;
}

Result<Cgroup> CgroupRoot::make(const std::string& name, std::uint64_t memory_bytes) const {
  const std::string folder = folder_ + "/" + name;
  if (::mkdir(folder.c_str(), 0755) != 0) return io_error("can't make a control group", folder, errno);
  const bool limited = write_text(folder + "/memory.max", std::to_string(memory_bytes));
  write_text(folder + "/memory.swap.max", "0");  // a task that swaps is as good as dead, only slower
  write_text(folder + "/memory.oom.group", "1");
  const int procs_fd = limited ? ::open((folder + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC) : -1;
  if (procs_fd >= 0) return Cgroup(folder, procs_fd);
  const Error error = io_error("can't set the memory limit of a control group", folder, errno);
  ::rmdir(folder.c_str());
  return error;
}

}  // namespace sluice::executors
