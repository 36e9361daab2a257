#include "engine/base/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "engine/base/disk.h"

namespace sluice {

namespace {

std::string read_small(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "";
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  ::close(fd);
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : "";
}

/// The same open file under a number above the standard descriptors; -1 (and errno) when there is none left.
int above_standard(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int higher = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int failed = errno;
  ::close(fd);
  errno = failed;
  return higher;
}

}  // namespace

void hold_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
      const int opened = ::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);  // the lowest is free
      if (opened != fd) std::abort();
    }
}

int open_pipe(int& read_end, int& write_end) {
  std::array<int, 2> ends{-1, -1};
  read_end = write_end = -1;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  int failed = 0;
  for (int& end : ends)
    if ((end = above_standard(end)) < 0) failed = errno;
  if (failed == 0) {
    read_end = ends[0];
    write_end = ends[1];
    return 0;
  }
  for (const int end : ends)
    if (end >= 0) ::close(end);
  return failed;
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string boot_id() {
  std::string text = read_small("/proc/sys/kernel/random/boot_id");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::uint64_t process_start_ticks(pid_t pid) {
  const std::string text = read_small(("/proc/" + std::to_string(pid) + "/stat").c_str());
  const auto name_end = text.rfind(") ");  // the name may hold anything, blanks and parentheses too
  if (name_end == std::string::npos) return 0;
  std::size_t at = name_end + 2;
  if (text[at] == 'Z' || text[at] == 'X') return 0;
  constexpr int fields_from_state_to_start = 19;
  for (int field = 0; field < fields_from_state_to_start; ++field) {
    at = text.find(' ', at);
    if (at == std::string::npos) return 0;
    ++at;
  }
  return std::strtoull(text.c_str() + at, nullptr, 10);
}

ProcessId RealProcesses::self() {
  return {host_name(), boot_id(), ::getpid(), process_start_ticks(::getpid())};
}

Liveness RealProcesses::liveness(const ProcessId& process) {
  if (process.host != host_name()) return Liveness::unknown;
  if (process.boot_id != boot_id()) return Liveness::dead;
  const std::uint64_t ticks = process_start_ticks(static_cast<pid_t>(process.pid));
  return ticks != 0 && ticks == process.start_ticks ? Liveness::alive : Liveness::dead;
}

std::string find_program(const std::string& name, const std::string& search_path) {
  const auto runnable = [](const std::string& path) {
    RealDisk disk;
    const auto stat = disk.stat(path);
    return stat && stat->kind == FileKind::file && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return runnable(name) ? name : "";
  for (std::size_t begin = 0; begin <= search_path.size();) {
    const std::size_t end = std::min(search_path.find(':', begin), search_path.size());
    const std::string folder = search_path.substr(begin, end - begin);
    std::string path = join_path(folder.empty() ? "." : folder, name);
    if (runnable(path)) return path;
    begin = end + 1;
  }
  return "";
}

std::string shell_word(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./=,:+@%^").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::string own_command_line() {
  RealDisk disk;
  const auto bytes = disk.read("/proc/self/cmdline");
  if (!bytes) return "";
  std::string line;
  for (std::size_t begin = 0; begin < bytes->size();) {
    const std::size_t end = std::min(bytes->find('\0', begin), bytes->size());
    if (!line.empty()) line += ' ';
    line += shell_word(std::string_view(*bytes).substr(begin, end - begin));
    begin = end + 1;
  }
  return line;
}

std::string own_program_folder() {
  std::array<char, 4096> path{};
  const ssize_t count = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return count > 0 ? parent_path({path.data(), static_cast<std::size_t>(count)}) : "";
}

}  // namespace sluice
