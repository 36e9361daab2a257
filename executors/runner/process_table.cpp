#include "executors/runner/process_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>

namespace sluice::executors {

namespace {

/// Bytes of a /proc file, at most `size`.
template <std::size_t size>
std::string_view read_proc(const char* path, std::array<char, size>& buffer) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  ::close(fd);
  return count > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(count)) : std::string_view();
}

std::string read_all(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 16384> buffer{};
  for (ssize_t count; (count = ::read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  ::close(fd);
  return text;
}

/// The blank-separated words of /proc/PID/stat behind the program's name, which may hold blanks and
/// parentheses.
struct StatFields {
  std::string_view rest;

  explicit StatFields(std::string_view stat) {
    const auto name_end = stat.rfind(')');
    if (name_end != std::string_view::npos && name_end + 2 < stat.size()) rest = stat.substr(name_end + 2);
  }
  std::string_view next() {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
  }
  void skip(int count) {
    while (count-- > 0) next();
  }
  template <typename Number>
  Number number() {
    Number value{};
    const auto word = next();
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  }
};

std::uint64_t page_bytes() {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

/// The number behind `key` in a file of "key value" lines.
std::uint64_t number_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(std::string(text.substr(at + key.size(), 32)).c_str(), nullptr, 10);
}

bool contains(const std::vector<pid_t>& sorted, pid_t pid) {
  return std::binary_search(sorted.begin(), sorted.end(), pid);
}

}  // namespace

ProcessEntry look_at_process(pid_t pid) {
  std::array<char, 32> path{};
  std::array<char, 1024> buffer{};
  const auto end = std::to_chars(path.data() + 6, path.data() + path.size() - 6, pid).ptr;
  std::copy_n("/proc/", 6, path.data());
  std::copy_n("/stat", 6, end);
  const auto stat = read_proc(path.data(), buffer);
  StatFields fields(stat);
  if (fields.rest.empty()) return {};
  ProcessEntry entry;
  entry.pid = pid;
  const auto state = fields.next();
  entry.zombie = state == "Z" || state == "X";
  entry.parent = fields.number<pid_t>();
  entry.group = fields.number<pid_t>();
  entry.session = fields.number<pid_t>();
  fields.skip(15);
  entry.start_ticks = fields.number<std::uint64_t>();
  fields.skip(1);
  entry.rss_bytes = fields.number<std::uint64_t>() * page_bytes();
  return entry;
}

std::vector<ProcessEntry> list_processes() {
  std::vector<ProcessEntry> all;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return all;
  while (const dirent* item = ::readdir(proc)) {
    if (item->d_name[0] < '0' || item->d_name[0] > '9') continue;
    const auto entry = look_at_process(static_cast<pid_t>(std::strtol(item->d_name, nullptr, 10)));
    if (entry.pid != 0) all.push_back(entry);
  }
  ::closedir(proc);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return all;
}

std::vector<pid_t> own_children() {
  std::vector<pid_t> children;
  // Children belong to threads: an orphan comes to the first one, and only that one starts programs here.
  const std::string pid = std::to_string(::getpid());
  const std::string text = read_all("/proc/" + pid + "/task/" + pid + "/children");
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    const auto child = static_cast<pid_t>(std::strtol(at, &end, 10));
    if (end == at) break;
    children.push_back(child);
    at = end;
    while (*at == ' ') ++at;
  }
  return children;
}

std::vector<ProcessEntry> members(const std::vector<ProcessEntry>& all, pid_t leader,
                                  const std::set<pid_t>& known) {
  std::vector<pid_t> inside;  // sorted
  // Session and group 0 are the kernel's own.
  const auto is_led = [&](const ProcessEntry& entry) {
    return leader > 0 && (entry.pid == leader || entry.session == leader || entry.group == leader);
  };
  for (const auto& entry : all)
    if (is_led(entry) || known.contains(entry.pid)) inside.push_back(entry.pid);
  // Children mostly have higher pids than their parents, so that one pass finds nearly all; repeat until none
  // is new.
  for (std::size_t before = 0; before != inside.size();) {
    before = inside.size();
    for (const auto& entry : all)
      if (contains(inside, entry.parent) && !contains(inside, entry.pid))
        inside.insert(std::lower_bound(inside.begin(), inside.end(), entry.pid), entry.pid);
  }
  std::vector<ProcessEntry> found;
  for (const auto& entry : all)
    if (!entry.zombie && contains(inside, entry.pid)) found.push_back(entry);
  return found;
}

std::string mark_of(pid_t pid) {
  const std::string environment = '\0' + read_all("/proc/" + std::to_string(pid) + "/environ");
  const std::string key = std::string(1, '\0') + std::string(attempt_mark) + "=";
  const auto at = environment.find(key);
  if (at == std::string::npos) return "";
  return environment.c_str() + at + key.size();
}

std::string folder_of(pid_t pid) {
  std::array<char, 4096> path{};
  const auto size = ::readlink(("/proc/" + std::to_string(pid) + "/cwd").c_str(), path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "";
}

std::uint64_t proportional_bytes(pid_t pid) {
  constexpr std::uint64_t kilobyte = 1024;
  return number_after(read_all("/proc/" + std::to_string(pid) + "/smaps_rollup"), "\nPss:") * kilobyte;
}

std::uint64_t oom_kill_count() { return number_after(read_all("/proc/vmstat"), "\noom_kill "); }

std::uint64_t ticks_now() {
  static const auto ticks_per_s = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  constexpr std::uint64_t ns_per_s = 1'000'000'000;
  return static_cast<std::uint64_t>(now.tv_sec) * ticks_per_s +
         static_cast<std::uint64_t>(now.tv_nsec) * ticks_per_s / ns_per_s;
}

}  // namespace sluice::executors
