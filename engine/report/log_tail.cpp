#include "engine/report/log_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "engine/base/text.h"

namespace sluice::report {

namespace {

constexpr std::size_t longest_line = 500;   // characters
constexpr std::size_t bytes_a_line = 2000;  // read for each line that is wanted

/// What a terminal would show of a line that was overwritten by carriage returns.
std::string_view last_overwrite(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t begin = line.rfind('\r');
  return begin == std::string_view::npos ? line : line.substr(begin + 1);
}

/// Without colours and other steering; tabs become blanks.
std::string shown(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      text += "    ";
    } else if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
    } else {
      text += line[i];
    }
    if (text.size() > longest_line * 4) break;
  }
  std::string safe = printable(text);
  const auto characters = utf8_characters(safe);
  if (characters.size() <= longest_line) return safe;
  return safe.substr(0, static_cast<std::size_t>(characters[longest_line].data() - safe.data())) + "…";
}

}  // namespace

LogTail tail_of(std::string_view text, std::size_t most_lines, bool whole) {
  LogTail tail;
  tail.size = text.size();
  tail.cut = !whole;
  std::size_t end = text.size();
  if (end > 0 && text[end - 1] == '\n') --end;
  while (end > 0 && tail.lines.size() < most_lines) {
    const std::size_t before = text.rfind('\n', end - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    tail.lines.push_back(shown(last_overwrite(text.substr(begin, end - begin))));
    end = before == std::string_view::npos ? 0 : before;
    if (before == 0 && tail.lines.size() < most_lines) tail.lines.emplace_back();
  }
  if (end > 0) tail.cut = true;
  std::reverse(tail.lines.begin(), tail.lines.end());
  return tail;
}

LogTail log_tail(const std::string& path, std::size_t most_lines) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return {};
  struct stat stat {};
  LogTail tail;
  if (::fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
    const auto size = static_cast<std::uint64_t>(stat.st_size);
    const std::uint64_t wanted = std::min<std::uint64_t>(size, most_lines * bytes_a_line);
    std::string bytes(wanted, '\0');
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(size - wanted));
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    tail = tail_of(bytes, most_lines, wanted == size);
    tail.size = size;
  }
  ::close(fd);
  return tail;
}

}  // namespace sluice::report
